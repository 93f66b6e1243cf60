import { describe, expect, it } from 'vitest'
import type { FailoverCall } from '../src/failover/failover-client.ts'
import { failoverFigures, failoverLines, failoverResult } from '../src/failover/failover-figures.ts'

const calls: readonly FailoverCall[] = [
  { firstContentMs: 30, failedMs: 10 },
  { firstContentMs: 50, failedMs: 20 },
  { firstContentMs: 5 },
]

describe('calls over a throttled target and a sound one', () => {
  it('are told apart, and what a failed attempt took is no part of the time beyond it', () => {
    expect(failoverFigures(calls)).toMatchObject({
      calls: 3,
      failedOver: 2,
      wentStraight: 1,
      failedAttempt: { medianMs: 15 },
      beyond: { medianMs: 25, p95Ms: 29.5 },
      straight: { medianMs: 5 },
    })
  })

  it('say nothing once a client saw an error', () => {
    const result = failoverResult('cell', [calls, [...calls, { firstContentMs: 1, fault: 'HTTP/1.1 429' }]])
    expect(result.void).toContain('1 clients saw an error: "HTTP/1.1 429"')
    expect(failoverLines(result)[0]).toContain('VOID')
  })

  it('say nothing of a round in which nobody failed over', () => {
    expect(failoverResult('cell', [calls, [{ firstContentMs: 5 }]]).void).toContain('no call failed over')
    expect(failoverResult('cell', [calls, calls]).void).toBeUndefined()
  })
})
