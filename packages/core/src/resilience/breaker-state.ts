/** How long a breaker stays open, and how it is tried again. */
export interface BreakerTiming {
  readonly waitDurationInOpenStateMs: number
  readonly maxWaitDurationInOpenStateMs: number
  readonly permittedNumberOfCallsInHalfOpenState: number
}

/**
 * Where a breaker stands. `epoch` counts the changes: what ends in another one than it began in says nothing about this one.
 * `openings` is how often it has opened since it was last closed.
 */
export type BreakerState =
  | { readonly state: 'closed'; readonly epoch: number }
  | { readonly state: 'open'; readonly epoch: number; readonly openings: number; readonly untilMs: number }
  | {
      readonly state: 'halfOpen'
      readonly epoch: number
      readonly openings: number
      /** Probes of which nothing has been heard yet. */
      readonly waiting: number
      readonly succeeded: number
      /** From then on the places are given anew: one whose attempt never ends must not shut the target for ever. */
      readonly untilMs: number
    }

/** A share of the wait by which breakers that opened together do not close together. */
const jitter = 0.1

/** A breaker that lets every call pass. */
export function closed(epoch: number): BreakerState {
  return { state: 'closed', epoch }
}

/** `random` is in [0, 1). */
export function opened(from: BreakerState, nowMs: number, { timing, random }: Opening): BreakerState {
  const openings = from.state === 'closed' ? 1 : from.openings + 1
  const waitMs = timing.waitDurationInOpenStateMs * 2 ** Math.min(openings - 1, 30) * (1 + jitter * random)
  return {
    state: 'open',
    epoch: from.epoch + 1,
    openings,
    untilMs: nowMs + Math.min(waitMs, timing.maxWaitDurationInOpenStateMs),
  }
}

/** What the length of an opening hangs on. */
export interface Opening {
  readonly timing: BreakerTiming
  readonly random: number
}

/** The state once an attempt was let through; `undefined` where none is. */
export function admitted(from: BreakerState, nowMs: number, timing: BreakerTiming): BreakerState | undefined {
  if (from.state === 'closed') return from
  const isFull =
    from.state === 'halfOpen' && from.waiting + from.succeeded >= timing.permittedNumberOfCallsInHalfOpenState
  if ((from.state === 'open' || isFull) && nowMs < from.untilMs) return undefined
  if (from.state === 'halfOpen' && !isFull) return { ...from, waiting: from.waiting + 1 }
  return {
    state: 'halfOpen',
    epoch: from.epoch + 1,
    openings: from.openings,
    waiting: 1,
    succeeded: 0,
    untilMs: nowMs + timing.maxWaitDurationInOpenStateMs,
  }
}

/** The state once a probe of this epoch streams: another may ask, and need not wait until a long answer has ended. */
export function answering(from: HalfOpen): BreakerState {
  return { ...from, waiting: from.waiting - 1 }
}

/** The state once a probe of this epoch has ended, of which {@link answering} has been told or not. */
export function probed(
  from: HalfOpen,
  verdict: 'success' | 'failure' | 'neutral',
  { nowMs, timing, random, hasAnswered = false }: ProbeEnd,
): BreakerState {
  if (verdict === 'failure') return opened(from, nowMs, { timing, random })
  const waiting = hasAnswered ? from.waiting : from.waiting - 1
  if (verdict === 'neutral') return { ...from, waiting }
  const succeeded = from.succeeded + 1
  const isProven = succeeded >= timing.permittedNumberOfCallsInHalfOpenState
  return isProven ? closed(from.epoch + 1) : { ...from, waiting, succeeded }
}

type HalfOpen = Extract<BreakerState, { readonly state: 'halfOpen' }>

interface ProbeEnd extends Opening {
  readonly nowMs: number
  readonly hasAnswered?: boolean | undefined
}
