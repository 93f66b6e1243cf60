import { describe, expect, it } from 'vitest'
import { createGateway, GatewayError } from '../../src/index.ts'
import { type ScriptStep, scriptedProvider } from '../../src/testing/index.ts'
import { chatRequest } from '../support/calls.ts'
import { fronts } from '../support/fronts.ts'

const dead = new GatewayError('upstream_unavailable', 'The upstream is gone.')
const marker = ': modelgate '

describe.each(fronts)('over $name, the last comment of a stream', ({ open }) => {
  const tell = async (scripts: readonly (readonly ScriptStep[])[], report?: string): Promise<string> => {
    const providers = scripts.map((script, index) => scriptedProvider(`p${index}`, script))
    const routes = { fast: providers.map(({ id }) => `${id}/nova` as const) }
    const ask = await open(createGateway({ providers, routes, auth: () => ({ tenant: 'test' }) }))
    const body = JSON.stringify(chatRequest({ stream: true }))
    const headers: Record<string, string> = report === undefined ? {} : { 'x-modelgate-report': report }
    return (await ask('/v1/chat/completions', { method: 'POST', body, headers })).text()
  }
  const reported = (told: string, at: number): unknown => {
    const event = told.split('\n\n').at(at) ?? ''
    expect(event.startsWith(marker)).toBe(true)
    return JSON.parse(event.slice(marker.length))
  }

  it.each(['comment', ' Comment '])(
    'tells what the head could not, before [DONE], where %j is asked for',
    async asked => {
      const told = await tell([[dead], ['hello']], asked)
      expect(told.endsWith('\n\ndata: [DONE]\n\n')).toBe(true)
      expect(reported(told, -3)).toEqual({
        callId: expect.any(String),
        route: 'fast',
        target: 'p1/nova',
        attempts: [
          { target: 'p0/nova', code: 'upstream_unavailable', durationMs: expect.any(Number), costUsd: 0.000007 },
          { target: 'p1/nova', code: '200', durationMs: expect.any(Number), costUsd: 0.000007 },
        ],
        usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
        usageSource: 'reported',
        costUsd: 0.000014,
      })
    },
  )

  it('stands before the error of a stream that broke', async () => {
    const told = await tell([['hel', dead]], 'comment')
    expect(told).not.toContain('[DONE]')
    expect(told).toMatch(/\n\ndata: \{"error":.*\n\n$/)
    expect(reported(told, -3)).toMatchObject({ target: 'p0/nova', usageSource: 'reported', costUsd: 0.000007 })
  })

  it.each([undefined, 'header', ''])('is not there where %j is asked for', async asked => {
    expect(await tell([['hello']], asked)).not.toContain(marker)
  })
})
