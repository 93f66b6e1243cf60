import type { LimitWindow } from '@modelgate/core'

/** What was counted of one meter in a window's length. */
export interface MeterCount {
  /** In the newest sub-window. */
  readonly now: number
  /** In the newest and all that are kept: what is held against the quota. */
  readonly used: number
  /** The sub-windows before the newest: sub-window n at place n % length. */
  readonly ring: readonly number[]
}

/** The counts of all windows of one length. */
export interface SpanCount {
  /** Number of the newest sub-window. It only grows. */
  readonly newest: number
  readonly requests: MeterCount
  readonly tokens: MeterCount
}

/** What is counted of one subject. */
export interface LimitItem {
  /** How often the item was written. */
  readonly writes: number
  /** By {@link spanKey}. */
  readonly spans: Readonly<Record<string, SpanCount>>
}

/** What a window counts. */
export type Meter = LimitWindow['meter']

/** What windows count, in the order in which an item's counts are read. */
export const meters: readonly Meter[] = ['requests', 'tokens']

/** How many sub-windows a window is divided into. */
const subWindowsPerWindow = 24

/** The sub-window that a time lies in. */
export function subWindowAt(timeMs: number, windowMs: number): number {
  return Math.floor((timeMs * subWindowsPerWindow) / windowMs)
}

/** When a sub-window begins: the first whole millisecond in it. */
export function startOf(subWindow: number, windowMs: number): number {
  return Math.ceil((subWindow * windowMs) / subWindowsPerWindow)
}

/**
 * How many sub-windows before the newest are kept: those of the window's length, and a guard for clocks that differ. One that is
 * behind counts in an earlier sub-window than the true one, which is then forgotten early by as much.
 *
 * @param maxClockSkewMs Without it, the guard is one sub-window. It is a window's length at most.
 */
export function ringLength(windowMs: number, maxClockSkewMs: number | undefined): number {
  const guard = maxClockSkewMs === undefined ? 1 : Math.ceil((maxClockSkewMs * subWindowsPerWindow) / windowMs)
  return subWindowsPerWindow + Math.min(guard, subWindowsPerWindow)
}

/** Where a span stands in the item. Instances that keep more or fewer sub-windows count apart: their sums differ. */
export function spanKey(windowMs: number, length: number): string {
  return `${windowMs}/${length}`
}

/** Where a sub-window stands in a ring. */
export function placeOf(subWindow: number, length: number): number {
  return ((subWindow % length) + length) % length
}

/** A span in which only the newest sub-window holds anything. */
export function newSpan(newest: number, length: number, amounts: Readonly<Record<Meter, number>>): SpanCount {
  const count = (amount: number): MeterCount => ({ now: amount, used: amount, ring: Array<number>(length).fill(0) })
  return { newest, requests: count(amounts.requests), tokens: count(amounts.tokens) }
}

/** Sub-window and amount of what is kept, oldest first. */
export function* countedIn({ newest }: SpanCount, { ring, now }: MeterCount): Generator<[number, number]> {
  for (let subWindow = newest - ring.length; subWindow < newest; subWindow += 1) {
    yield [subWindow, ring[placeOf(subWindow, ring.length)]!]
  }
  yield [newest, now]
}
