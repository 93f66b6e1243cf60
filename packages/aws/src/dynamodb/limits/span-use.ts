import type { LimitWindow, Settlement } from '@modelgate/core'
import { type Meter, ringLength, spanKey, subWindowAt } from './limit-item.ts'

/** What one write does to one span. */
export interface SpanUse {
  readonly windowMs: number
  readonly key: string
  readonly length: number
  /** The windows that must have room. */
  readonly windows: LimitWindow[]
  /** What is counted in the newest sub-window, whatever was there. */
  readonly amounts: Record<Meter, number>
  /** Tokens given back, by the sub-window they were counted in. */
  readonly refunds: Map<number, number>
}

/** A call, or with no windows none: settlements alone. */
export interface Ask {
  readonly windows: readonly LimitWindow[]
  readonly tokens: number
}

/** The slot of an admission whose spans stood at sub-windows that have no time in common: what it reserved stays reserved. */
export const unknownSlot: number = -1

/** Sorts a call and settlements by the spans they touch. */
export function toSpanUses(
  ask: Ask,
  settlements: readonly Settlement[],
  maxClockSkewMs: number | undefined,
): SpanUse[] {
  const uses: SpanUse[] = []
  const useOf = (windowMs: number): SpanUse => {
    let use = uses.find(other => other.windowMs === windowMs)
    if (!use) {
      const length = ringLength(windowMs, maxClockSkewMs)
      const amounts = { requests: 0, tokens: 0 }
      use = { windowMs, key: spanKey(windowMs, length), length, windows: [], amounts, refunds: new Map() }
      uses.push(use)
    }
    return use
  }
  for (const window of ask.windows) {
    const use = useOf(window.windowMs)
    use.windows.push(window)
    use.amounts[window.meter] += costOf(window, ask.tokens)
  }
  for (const { windows, slot, tokens } of settlements) {
    for (const { meter, windowMs } of windows) {
      if (meter === 'tokens') settle(useOf(windowMs), slot, tokens)
    }
  }
  return uses
}

/** What a call counts in a window: one request, or its tokens. */
export function costOf(window: LimitWindow, tokens: number): number {
  return window.meter === 'requests' ? 1 : tokens
}

function settle(use: SpanUse, slot: number, tokens: number): void {
  if (tokens > 0) use.amounts.tokens += tokens
  if (tokens >= 0 || slot === unknownSlot) return
  const subWindow = subWindowAt(slot, use.windowMs)
  use.refunds.set(subWindow, (use.refunds.get(subWindow) ?? 0) - tokens)
}
