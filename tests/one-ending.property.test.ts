import { type CallReport, createGateway, type ErrorCode } from '@modelgate/core'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type FaultyScript, type FaultyStep, faultyProvider } from './setup/faulty-provider.ts'
import { readTold } from './setup/told-stream.ts'

// Silences alone are measured by these two.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** Long enough for a head to go out, and for a comment in the middle. */
async function silence(): Promise<void> {
  vi.advanceTimersByTime(20_000)
  await turn()
}

const code = fc.constantFrom<ErrorCode>(
  'upstream_unavailable',
  'upstream_rate_limited',
  'upstream_auth_failed',
  'upstream_bad_response',
  'stream_interrupted',
  'content_filtered',
  'context_length_exceeded',
  'invalid_request',
  'internal',
)
const step: fc.Arbitrary<FaultyStep> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('say' as const), text: fc.constantFrom('a', 'é', '\n\n', 'data: ') }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('role' as const, 'silence' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail' as const), code }) },
)
const ending = fc.constantFrom<readonly FaultyStep[]>([{ kind: 'finish' }], [{ kind: 'finish' }], [])
const script: fc.Arbitrary<FaultyScript> = fc.record({
  refusal: fc.option(code, { nil: undefined, freq: 3 }),
  steps: fc.tuple(fc.array(step, { maxLength: 6 }), ending).map(([steps, last]) => [...steps, ...last]),
})

const textOf = ({ steps }: FaultyScript): string => {
  const end = steps.findIndex(({ kind }) => kind === 'fail')
  return steps
    .slice(0, end < 0 ? undefined : end)
    .map(each => (each.kind === 'say' ? each.text : ''))
    .join('')
}
const isWhole = ({ refusal, steps }: FaultyScript): boolean =>
  refusal === undefined && steps.at(-1)?.kind === 'finish' && steps.every(({ kind }) => kind !== 'fail')

/** One streamed call on a route of these targets, and what is left of it. */
async function tell(scripts: readonly FaultyScript[]) {
  const providers = scripts.map((each, index) => faultyProvider(`p${index}`, each, silence))
  const reports: CallReport[] = []
  const gateway = createGateway({
    providers,
    routes: { fast: providers.map(({ id }) => `${id}/faulty` as const) },
    auth: () => ({ tenant: 'test', rateLimit: { maxConcurrentCalls: 1, tokensPerMinute: 100_000 } }),
    prices: { faulty: { input: 1, output: 1 } },
    // Whoever is asked again is asked at once.
    retry: { baseDelayMs: 1 },
    onReport: report => reports.push(report),
    onError: () => {},
  })
  const answer = await gateway.fetch('http://gateway.test/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'hi' }], stream: true }),
  })
  const told = readTold(answer.status, await answer.text())
  await turn()
  // It waits for every open call, for as long as that takes.
  await gateway.close({ graceMs: 3_600_000 })
  vi.advanceTimersByTime(2_000)
  return { told, providers, reports, type: answer.headers.get('content-type') }
}

it('whatever its targets do, a stream has one ending, which is true, and leaves nothing open', async () => {
  const seen = { whole: 0, status: 0, 'in band': 0 }
  await fc.assert(
    fc.asyncProperty(fc.array(script, { minLength: 1, maxLength: 3 }), async scripts => {
      const { told, providers, reports, type } = await tell(scripts)
      expect(told.endings).toHaveLength(1)
      const [end] = told.endings
      seen[end!] += 1
      expect(type).toMatch(end === 'status' ? /^application\/json$/ : /^text\/event-stream/)
      // A whole answer is all of what one target said; a broken one is the beginning of it, and never of two.
      const whole = scripts.filter(isWhole).map(textOf)
      if (end === 'whole') expect(whole).toContain(told.text)
      if (end === 'in band') expect(scripts.some(each => textOf(each).startsWith(told.text))).toBe(true)
      // Content that a client was shown is never followed by an error status, and a status is no other than its code's.
      expect(reports).toHaveLength(1)
      expect(reports[0]!.status).toBe(end === 'whole' ? 'completed' : 'failed')
      expect(reports[0]!.errorCode).toBe(told.errorCode)
      for (const { streams } of providers) expect(streams.over).toBe(streams.opened)
      expect(vi.getTimerCount()).toBe(0)
    }),
    { numRuns: 500, interruptAfterTimeLimit: 12_000, markInterruptAsFailure: false },
  )
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(5)
})
