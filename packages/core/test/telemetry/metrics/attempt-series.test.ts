import { describe, expect, it } from 'vitest'
import { AttemptSeries } from '../../../src/telemetry/metrics/attempt-series.ts'

/** `retries failovers` of one call whose attempts ended so, by code. */
function countsOf(codes: readonly string[]): Record<string, string> {
  const series = new AttemptSeries(['us/nova'], 0)
  series.count(codes.map(code => ({ target: 'us/nova', code, durationMs: 1 })))
  return Object.fromEntries(
    series.snapshot().map(({ code, retries, failovers }) => [code, `${retries} ${failovers}`] as const),
  )
}

describe('retries', () => {
  it('are attempts that were made: a target that was passed over was not asked again', () => {
    expect(countsOf(['upstream_rate_limited', 'cooling_down'])).toEqual({
      upstream_rate_limited: '0 0',
      cooling_down: '0 0',
    })
  })

  it('count once, however often the target was passed over before', () => {
    expect(countsOf(['upstream_rate_limited', 'cooling_down', 'circuit_open', '200'])).toEqual({
      upstream_rate_limited: '0 0',
      cooling_down: '0 0',
      circuit_open: '1 0',
      '200': '0 0',
    })
  })
})

it('attempts are added up in seconds', () => {
  const series = new AttemptSeries(['us/nova'], 0)
  for (const durationMs of [250, 1_500]) series.count([{ target: 'us/nova', code: '200', durationMs }])
  expect(series.snapshot()).toMatchObject([{ attempts: 2, durationSeconds: 1.75 }])
})
