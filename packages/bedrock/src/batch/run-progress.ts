import { nameOf } from './places.ts'

/** What has become of the requests of a batch that gateways run themselves. */
interface RunState {
  /** Requests that nobody has begun. */
  readonly open: readonly number[]
  /** Begun by a process that is no more, and not ended: whether a model has answered is not known. */
  readonly cut: readonly number[]
  readonly ended: number
}

/** How a run stands, by the keys of its claims and results. `total` requests, counted from 0. */
export function runState(total: number, claims: readonly string[], results: readonly string[]): RunState {
  const begun = new Set(claims.map(ordinalIn))
  const ended = new Set(results.map(ordinalIn))
  const all = Array.from({ length: total }, (_, ordinal) => ordinal)
  return {
    open: all.filter(ordinal => !begun.has(ordinal) && !ended.has(ordinal)),
    cut: all.filter(ordinal => begun.has(ordinal) && !ended.has(ordinal)),
    ended: ended.size,
  }
}

function ordinalIn(key: string): number {
  return Number(nameOf(key))
}
