import { describe, expect, it } from 'vitest'
import { applyCap, type CapRules } from '../../src/limits/output-cap.ts'
import { chatCall } from '../support/calls.ts'

const rules = (maxTokens?: number, routeTokens?: number, defaultTokens?: number): CapRules => ({
  maxTokens,
  routeTokens: routeTokens === undefined ? {} : { [chatCall().request.model]: routeTokens },
  defaultTokens,
})
const header = 'x-modelgate-applied-max-tokens'

describe('applyCap', () => {
  it.each<[string, CapRules, number]>([
    ['the key’s', rules(10, 20, 30), 10],
    ['the route’s', rules(undefined, 20, 30), 20],
    ['the default', rules(undefined, undefined, 30), 30],
  ])('gives a chat that asks for none %s, and says so', (_, given, cap) => {
    const call = chatCall({ max_completion_tokens: null })
    const capped = applyCap(call, given)
    expect(capped.cap).toBe(cap)
    expect(capped.call.request).toEqual({ ...call.request, max_completion_tokens: cap })
    expect(capped.call.context.answerHeaders).toEqual({ [header]: String(cap) })
    expect(call.request.max_completion_tokens).toBeNull()
  })

  it('gives what another route gives to nobody', () => {
    expect(applyCap(chatCall(), { routeTokens: { other: 20 }, defaultTokens: 30 }).cap).toBe(30)
  })

  it('changes nothing where nobody needs a cap', () => {
    const call = chatCall()
    const capped = applyCap(call, rules())
    expect(capped).toEqual({ call, cap: 0 })
    expect(capped.call).toBe(call)
    expect(call.context.answerHeaders).toEqual({})
  })

  it.each([
    [{ max_completion_tokens: 10 }, 10],
    [{ max_tokens: 9 }, 9],
    [{ max_completion_tokens: 5, max_tokens: 10 }, 10],
  ])('leaves %j as its caller asked for it', (asked, cap) => {
    const call = chatCall(asked)
    const capped = applyCap(call, rules(10, 20, 30))
    expect(capped.call).toBe(call)
    expect(capped.cap).toBe(cap)
    expect(call.context.answerHeaders).toEqual({})
  })

  it.each([
    [{ max_completion_tokens: 11 }, 'max_completion_tokens'],
    [{ max_tokens: 11 }, 'max_tokens'],
    [{ max_tokens: 11, max_completion_tokens: 5 }, 'max_tokens'],
  ])('refuses %j where the key may ask for 10', (asked, param) => {
    expect(() => applyCap(chatCall(asked), rules(10))).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        status: 400,
        param,
        message: `\`${param}\` is 11, and this key may ask for at most 10; lower it, or leave it out.`,
      }),
    )
  })
})
