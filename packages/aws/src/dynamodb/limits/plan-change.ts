import type { ItemAssignment, ItemChange, ItemCondition, ItemPath } from './item-change.ts'
import {
  type LimitItem,
  type Meter,
  meters,
  newSpan,
  placeOf,
  type SpanCount,
  startOf,
  subWindowAt,
} from './limit-item.ts'
import type { SpanUse } from './span-use.ts'

/** What an instance goes by. */
interface View {
  /** As it was last seen; undefined where it is not there. */
  readonly item: LimitItem | undefined
  readonly timeMs: number
  /** Another instance has likely gone on to the current sub-windows since: then nothing has to be known of the item. */
  readonly goneOn: boolean
}

/** The sub-window that a write counts in: the clock's, or a later one that the item is known to have stood at. */
export function targetOf(use: SpanUse, { item, timeMs }: Pick<View, 'item' | 'timeMs'>): number {
  const seen = item?.spans[use.key]?.newest ?? Number.NEGATIVE_INFINITY
  return Math.max(subWindowAt(timeMs, use.windowMs), seen, ...use.refunds.keys())
}

/** Whether a write has to go on to a later sub-window than the one the item stood at. */
export function mustRoll(uses: readonly SpanUse[], view: Pick<View, 'item' | 'timeMs'>): boolean {
  return uses.some(use => view.item?.spans[use.key]?.newest !== targetOf(use, view))
}

/**
 * The one write that settles and counts. It holds whatever other instances do in between:
 *
 * - A span that stands at the target or later is counted in as it stands then; nothing is known of it but that it has room.
 * - One that stands before the target goes on to it. What leaves the window is taken off the sum, so it must be as it was seen;
 *   what was counted in the newest sub-window meanwhile is moved as it is.
 * - One of which nothing is left in the window is begun anew.
 */
export function planChange(uses: readonly SpanUse[], view: View): ItemChange {
  const conditions: ItemCondition[] = []
  const assignments: ItemAssignment[] = []
  for (const use of uses) {
    const target = targetOf(use, view)
    const span = view.item?.spans[use.key]
    const draft: SpanDraft = { use, target, conditions, assignments }
    if (span && (span.newest >= target || view.goneOn)) planCount(draft)
    else if (span && target - span.newest <= use.length) planRoll(draft, span)
    else planReset(draft)
  }
  return { conditions, assignments }
}

/** When the item may go, in seconds since 1970: an hour after its longest window. */
export function expiryOf(uses: readonly SpanUse[], { item, timeMs }: Pick<View, 'item' | 'timeMs'>): number {
  const spansMs = Object.keys(item?.spans ?? {}).map(key => Number.parseInt(key, 10))
  const longestMs = Math.max(...spansMs, ...uses.map(use => use.windowMs))
  const newestMs = Math.max(timeMs, ...uses.map(use => startOf(targetOf(use, { item, timeMs }), use.windowMs)))
  return Math.ceil((newestMs + 2 * longestMs) / 1000) + 3600
}

interface SpanDraft {
  readonly use: SpanUse
  readonly target: number
  readonly conditions: ItemCondition[]
  readonly assignments: ItemAssignment[]
}

function planReset({ use, target, conditions, assignments }: SpanDraft): void {
  conditions.push({ path: [use.key], is: 'absentOrBefore', value: target - use.length })
  assignments.push({ path: [use.key], value: newSpan(target, use.length, use.amounts) })
}

function planCount(draft: SpanDraft): void {
  const { use, target, conditions, assignments } = draft
  const inNewest = use.refunds.get(target) ?? 0
  conditions.push({ path: [use.key, 'newest'], is: inNewest > 0 ? '=' : '>=', value: target })
  const inRing = planRingRefunds(draft, target)
  if (inNewest > 0) conditions.push({ path: [use.key, 'tokens', 'now'], is: '>=', value: inNewest })
  for (const meter of meters) {
    const given = meter === 'tokens' ? inNewest : 0
    const moved = use.amounts[meter] - given
    if (moved !== 0) assignments.push({ path: [use.key, meter, 'now'], plus: moved })
    planUsed(draft, meter, moved - (meter === 'tokens' ? inRing : 0))
  }
}

function planRoll(draft: SpanDraft, span: SpanCount): void {
  const { use, target, conditions, assignments } = draft
  conditions.push({ path: [use.key, 'newest'], is: '=', value: span.newest })
  const inLast = use.refunds.get(span.newest) ?? 0
  if (inLast > 0) conditions.push({ path: [use.key, 'tokens', 'now'], is: '>=', value: inLast })
  const inRing = planRingRefunds(draft, span.newest)
  for (const meter of meters) {
    const given = meter === 'tokens' ? inLast : 0
    let left = 0
    for (let subWindow = span.newest; subWindow < target; subWindow += 1) {
      const place = placeOf(subWindow, use.length)
      const path: ItemPath = [use.key, meter, 'ring', place]
      left += span[meter].ring[place]!
      conditions.push({ path, is: '=', value: span[meter].ring[place]! })
      assignments.push(
        subWindow === span.newest ? { path, from: [use.key, meter, 'now'], plus: -given } : { path, value: 0 },
      )
    }
    assignments.push({ path: [use.key, meter, 'now'], value: use.amounts[meter] })
    planUsed(draft, meter, use.amounts[meter] - left - given - (meter === 'tokens' ? inRing : 0))
  }
  assignments.push({ path: [use.key, 'newest'], value: target })
}

/**
 * Gives tokens back to sub-windows before `newest`, and tells how many. They must still be there: an item that was deleted and
 * made anew never had them.
 */
function planRingRefunds({ use, target, conditions, assignments }: SpanDraft, newest: number): number {
  let given = 0
  let oldest = Number.POSITIVE_INFINITY
  for (const [subWindow, tokens] of use.refunds) {
    if (subWindow >= newest || subWindow < target - use.length) continue
    const path: ItemPath = [use.key, 'tokens', 'ring', placeOf(subWindow, use.length)]
    conditions.push({ path, is: '>=', value: tokens })
    assignments.push({ path, plus: -tokens })
    oldest = Math.min(oldest, subWindow)
    given += tokens
  }
  if (given > 0) conditions.push({ path: [use.key, 'newest'], is: '<=', value: oldest + use.length })
  return given
}

/** Changes the sum, where all that is asked of the meter has room in it. */
function planUsed({ use, conditions, assignments }: SpanDraft, meter: Meter, plus: number): void {
  const path: ItemPath = [use.key, meter, 'used']
  for (const window of use.windows) {
    if (window.meter === meter) conditions.push({ path, is: '<=', value: window.quota - plus })
  }
  if (plus !== 0) assignments.push({ path, plus })
}
