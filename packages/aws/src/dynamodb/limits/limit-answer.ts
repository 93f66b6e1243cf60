import type { Admission, LimitWindow, Refusal, Reservation, WindowState } from '@modelgate/core'
import {
  countedIn,
  type LimitItem,
  type MeterCount,
  newSpan,
  placeOf,
  type SpanCount,
  startOf,
  subWindowAt,
} from './limit-item.ts'
import { targetOf } from './plan-change.ts'
import { costOf, type SpanUse, unknownSlot } from './span-use.ts'

/** An item as it was just read, and the time. */
export interface Sight {
  readonly item: LimitItem | undefined
  readonly timeMs: number
}

/** Takes off what is not there to be given back: expired, or of an item that was deleted and made anew. */
export function capRefunds(uses: readonly SpanUse[], { item, timeMs }: Sight): void {
  for (const use of uses) {
    const span = item?.spans[use.key]
    const oldest = Math.max(span?.newest ?? 0, subWindowAt(timeMs, use.windowMs)) - use.length
    for (const [subWindow, tokens] of use.refunds) {
      const there = !span || subWindow < oldest ? 0 : amountIn(span, subWindow)
      if (there === 0) use.refunds.delete(subWindow)
      else if (there < tokens) use.refunds.set(subWindow, there)
    }
  }
}

/** Whether a write that settles and counts would leave every window within its quota. */
export function hasRoom(uses: readonly SpanUse[], sight: Sight): boolean {
  return uses.every(use => {
    const span = rolled(use, sight)
    const given = [...use.refunds].reduce((sum, [at, tokens]) => sum + Math.min(tokens, amountIn(span, at)), 0)
    return use.windows.every(({ meter, quota }) => {
      return span[meter].used + use.amounts[meter] - (meter === 'tokens' ? given : 0) <= quota
    })
  })
}

/** The answer to a call that was counted. */
export function toAdmission(uses: readonly SpanUse[], { windows }: Reservation, item: Sight): Admission {
  return { allowed: true, windows: toStates(uses, windows, item), slot: slotOf(uses, item) }
}

/** The answer to a call that found no room. */
export function toRefusal(uses: readonly SpanUse[], { windows, tokens }: Reservation, sight: Sight): Refusal {
  const exceeded: LimitWindow[] = []
  let retryAfterMs = 0
  for (const window of windows) {
    const left = window.quota - costOf(window, tokens)
    const span = rolled(useOf(uses, window), sight)
    if (span[window.meter].used <= left) continue
    exceeded.push(window)
    const waitMs = left < 0 ? Number.POSITIVE_INFINITY : msUntilUsed({ span, window, left }, sight.timeMs)
    retryAfterMs = Math.max(retryAfterMs, waitMs)
  }
  return { allowed: false, windows: toStates(uses, windows, sight), exceeded, retryAfterMs }
}

function toStates(uses: readonly SpanUse[], windows: readonly LimitWindow[], sight: Sight): WindowState[] {
  return windows.map(window => {
    const span = rolled(useOf(uses, window), sight)
    const remaining = Math.max(0, window.quota - span[window.meter].used)
    return { window, remaining, resetMs: msUntilUsed({ span, window, left: 0 }, sight.timeMs) }
  })
}

function useOf(uses: readonly SpanUse[], { windowMs }: LimitWindow): SpanUse {
  return uses.find(use => use.windowMs === windowMs)!
}

/** Milliseconds until no more than `left` is counted, if nothing more is. */
function msUntilUsed(
  { span, window, left }: { span: SpanCount; window: LimitWindow; left: number },
  timeMs: number,
): number {
  const count = span[window.meter]
  let { used } = count
  if (used <= left) return 0
  for (const [subWindow, amount] of countedIn(span, count)) {
    used -= amount
    if (used <= left) return Math.max(1, startOf(subWindow + count.ring.length + 1, window.windowMs) - timeMs)
  }
  return window.windowMs
}

/** A time that lies in the sub-windows that all spans with tokens stand at. */
function slotOf(uses: readonly SpanUse[], { item }: Sight): number {
  const spans = uses.filter(use => use.windows.some(({ meter }) => meter === 'tokens'))
  const newestOf = (use: SpanUse): number => item?.spans[use.key]?.newest ?? 0
  const slot = Math.max(0, ...spans.map(use => startOf(newestOf(use), use.windowMs)))
  return spans.every(use => subWindowAt(slot, use.windowMs) === newestOf(use)) ? slot : unknownSlot
}

function amountIn(span: SpanCount, subWindow: number): number {
  const { now, ring } = span.tokens
  if (subWindow === span.newest) return now
  if (subWindow > span.newest || subWindow < span.newest - ring.length) return 0
  return ring[placeOf(subWindow, ring.length)]!
}

/** A span as it stands at its target: what has left the window is gone. */
function rolled(use: SpanUse, sight: Sight): SpanCount {
  const target = targetOf(use, sight)
  const span = sight.item?.spans[use.key]
  if (!span || target - span.newest > use.length) return newSpan(target, use.length, { requests: 0, tokens: 0 })
  if (span.newest === target) return span
  const roll = (count: MeterCount): MeterCount => {
    const ring = [...count.ring]
    for (let subWindow = span.newest; subWindow < target; subWindow += 1) {
      ring[placeOf(subWindow, use.length)] = subWindow === span.newest ? count.now : 0
    }
    return { now: 0, used: ring.reduce((sum, amount) => sum + amount, 0), ring }
  }
  return { newest: target, requests: roll(span.requests), tokens: roll(span.tokens) }
}
