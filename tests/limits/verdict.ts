import type { LimitWindow } from '@modelgate/core'
import { type Counted, fullestInterval } from './fullest-interval.ts'
import { idealAmount } from './ideal-limiter.ts'
import type { AskedCall } from './load.ts'

/** How one limit was kept, over the merged logs of all processes. */
export interface Verdict {
  readonly limit: string
  readonly quota: number
  /** The most that some interval of less than the window's length surely held. */
  readonly fullest: number
  /** The most by the moments at which callers were answered; over the quota it blames nobody, for an answer may be late. */
  readonly fullestByAnswers: number
  readonly admitted: number
  /** Whether more was asked for than the limit lets in. */
  readonly bites: boolean
  /** Of what a limiter with perfect knowledge would have let in of the same calls. */
  readonly ofIdeal: number
}

export function verdictsOf(calls: readonly AskedCall[], windows: readonly LimitWindow[]): readonly Verdict[] {
  return windows.map(window => verdictOf(calls, window, windows))
}

function verdictOf(calls: readonly AskedCall[], window: LimitWindow, windows: readonly LimitWindow[]): Verdict {
  const { meter, windowMs, quota } = window
  const amountOf = (call: AskedCall): number => (meter === 'requests' ? 1 : call.used)
  const admitted = calls.filter(({ allowed }) => allowed)
  const counted = admitted.flatMap(call => (meter === 'requests' ? [requestOf(call)] : tokensOf(call)))
  const sameMeter = windows.filter(other => other.meter === meter)
  const ideal = idealAmount(
    calls.map(call => ({ at: call.before, amount: amountOf(call) })),
    sameMeter,
  )
  const sum = admitted.reduce((total, call) => total + amountOf(call), 0)
  const answered = counted.map(each => ({ ...each, before: each.after }))
  return {
    limit: `${quota} ${meter} in ${windowMs} ms`,
    quota,
    fullest: fullestInterval(counted, windowMs).amount,
    fullestByAnswers: fullestInterval(answered, windowMs).amount,
    admitted: sum,
    bites: calls.reduce((total, call) => total + amountOf(call), 0) > ideal,
    ofIdeal: sum / ideal,
  }
}

function requestOf({ before, after }: AskedCall): Counted {
  return { before, after, amount: 1, needsRoom: true }
}

/**
 * What a call that was let in surely holds of a token limit: the lesser of what it reserved and what it used, from the moment it was
 * let in, for the rest may have been given back; and what it used beyond its reservation, from when the store was told.
 */
function tokensOf({ before, after, reserved, used, settled }: AskedCall): Counted[] {
  const held: Counted = { before, after, amount: Math.min(reserved, used), needsRoom: true }
  if (used <= reserved || !settled) return [held]
  return [held, { ...settled, amount: used - reserved, needsRoom: false }]
}
