import type { AddedContext } from '../../added-context.ts'
import { addTo } from './call-series.ts'
import type { ContextMetrics } from './metrics-snapshot.ts'

/** Counts what was added to prompts. */
export class ContextSeries {
  private readonly calls = new Map<string, number>()
  private readonly faults = new Map<string, number>()
  private cached = 0
  private items = 0
  private tokens = 0

  count({ status, reason, items, tokens, isCached }: AddedContext): void {
    addTo(this.calls, status)
    if (reason) addTo(this.faults, reason)
    if (isCached) this.cached += 1
    this.items += items.length
    this.tokens += tokens
  }

  /** `undefined` where there was nothing to count. */
  snapshot(): ContextMetrics | undefined {
    const { calls, faults, cached, items, tokens } = this
    if (calls.size === 0) return undefined
    return { calls: Object.fromEntries(calls), faults: Object.fromEntries(faults), cached, items, tokens }
  }
}
