import { describe, expect, it } from 'vitest'
import { type CallReport, createGateway, GatewayError, type Provider } from '../../src/index.ts'
import { type ScriptStep, scriptedProvider } from '../../src/testing/index.ts'
import { chatRequest } from '../support/calls.ts'
import { fronts } from '../support/fronts.ts'

const dead = new GatewayError('upstream_unavailable', 'The upstream is gone.')
const marker = ': modelgate '
const asked = {
  method: 'POST',
  body: JSON.stringify(chatRequest({ stream: true })),
  headers: { 'x-modelgate-report': 'comment' },
}

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
    async wish => {
      const told = await tell([[dead], ['hello']], wish)
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

  it('says that a cost is estimated as the report does, where that of an earlier attempt is', async () => {
    const failing: Provider = {
      ...scriptedProvider('p0'),
      handlers: { chat: () => Promise.reject(new GatewayError('upstream_bad_response', 'x')) },
    }
    const reports: CallReport[] = []
    const ask = await open(
      createGateway({
        providers: [failing, scriptedProvider('p1', ['hello'])],
        routes: { fast: ['p0/nova', 'p1/nova'] },
        auth: () => ({ tenant: 'test' }),
        onReport: report => void reports.push(report),
      }),
    )
    const told = reported(await (await ask('/v1/chat/completions', asked)).text(), -3)
    const { usage, costUsd } = reports[0]!
    expect(told).toMatchObject({ usage, usageSource: 'estimated', costUsd })
  })

  it('tells what a call has cost that failed after its head had gone out', async () => {
    const { promise: waited, resolve: fail } = Promise.withResolvers<void>()
    const ask = await open(
      createGateway({
        providers: [scriptedProvider('p0', [waited, dead])],
        routes: { fast: ['p0/nova'] },
        auth: () => ({ tenant: 'test' }),
        retry: { enabled: false },
        streams: { commitAfterMs: 5 },
      }),
    )
    const answer = await ask('/v1/chat/completions', asked)
    fail()
    const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }
    expect(reported(await answer.text(), -3)).toMatchObject({ usage, usageSource: 'reported', costUsd: 0.000007 })
  })

  it.each([undefined, 'header', ''])('is not there where %j is asked for', async wish => {
    expect(await tell([['hello']], wish)).not.toContain(marker)
  })
})
