import { median, quantile } from '../statistics.ts'
import type { FailoverCall } from './failover-client.ts'

/** The middle of some times, and what one of twenty is above; in milliseconds. `NaN` of none. */
export interface Spread {
  readonly medianMs: number
  readonly p95Ms: number
}

/** What became of the calls of one round, or of all. */
export interface FailoverFigures {
  readonly calls: number
  readonly failedOver: number
  /** Calls that asked the second target at once: the cool-down of the first was known. */
  readonly wentStraight: number
  /** Of those that failed over: the attempts that failed, as the gateway timed them. */
  readonly failedAttempt: Spread
  /** … and their time to first content less that. */
  readonly beyond: Spread
  /** Time to first content of those that went straight. */
  readonly straight: Spread
}

export interface FailoverResult {
  readonly cell: string
  readonly figures: FailoverFigures
  /** Each round's. */
  readonly rounds: readonly FailoverFigures[]
  /** Why it says nothing; absent where it does. */
  readonly void?: string
}

export function failoverFigures(calls: readonly FailoverCall[]): FailoverFigures {
  const over = calls.flatMap(({ firstContentMs, failedMs }) =>
    failedMs === undefined ? [] : [{ firstContentMs, failedMs }],
  )
  const straight = calls.filter(({ failedMs }) => failedMs === undefined)
  return {
    calls: calls.length,
    failedOver: over.length,
    wentStraight: straight.length,
    failedAttempt: spreadOf(over.map(({ failedMs }) => failedMs)),
    beyond: spreadOf(over.map(({ firstContentMs, failedMs }) => firstContentMs - failedMs)),
    straight: spreadOf(straight.map(({ firstContentMs }) => firstContentMs)),
  }
}

/** A client that saw an error makes it void, and so does a round in which nobody failed over. */
export function failoverResult(cell: string, rounds: readonly (readonly FailoverCall[])[]): FailoverResult {
  const fault = faultOf(rounds)
  return {
    cell,
    figures: failoverFigures(rounds.flat()),
    rounds: rounds.map(failoverFigures),
    ...(fault !== undefined && { void: fault }),
  }
}

function faultOf(rounds: readonly (readonly FailoverCall[])[]): string | undefined {
  const failed = rounds.flat().filter(({ fault }) => fault !== undefined)
  if (failed.length > 0) return `${failed.length} clients saw an error: ${JSON.stringify(failed[0]?.fault)}`
  const idle = rounds.some(calls => calls.every(({ failedMs }) => failedMs === undefined))
  return idle ? 'there was a round in which no call failed over' : undefined
}

export function failoverLines({ cell, figures, void: fault }: FailoverResult): string[] {
  const { calls, failedOver, wentStraight, failedAttempt, beyond, straight } = figures
  return [
    `${cell}${fault === undefined ? '' : `   VOID: ${fault}`}`,
    `  of ${calls} calls, ${failedOver} failed over and ${wentStraight} went straight to the second target`,
    `  time to first content beyond the failed attempt   ${spreadText(beyond)}   the attempt itself   ${spreadText(failedAttempt)}`,
    `  time to first content of those that went straight   ${spreadText(straight)}`,
  ]
}

function spreadOf(values: readonly number[]): Spread {
  return { medianMs: median(values), p95Ms: quantile(values, 0.95) }
}

function spreadText({ medianMs, p95Ms }: Spread): string {
  return `p50 ${medianMs.toFixed(1)} ms   p95 ${p95Ms.toFixed(1)} ms`
}
