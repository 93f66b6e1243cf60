import type { SpanCount } from './limit-item.ts'

/** A member of an item, such as `['60000/25', 'tokens', 'ring', 3]`. */
export type ItemPath = readonly (string | number)[]

/** What must hold of an item for a write to be applied. */
export type ItemCondition =
  | { readonly path: ItemPath; readonly is: '=' | '<=' | '>='; readonly value: number }
  /** The span is not there, or its newest sub-window is before this one. */
  | { readonly path: ItemPath; readonly is: 'absentOrBefore'; readonly value: number }

/** What a write makes of one attribute. */
export type ItemAssignment =
  | { readonly path: ItemPath; readonly value: number | SpanCount }
  /** What is at `from`, or at the path itself, as it was before the change, and so much more. */
  | { readonly path: ItemPath; readonly from?: ItemPath; readonly plus: number }

/** One write of one item: all of it if all conditions hold, or nothing. Each also counts in the item's `writes`. */
export interface ItemChange {
  readonly conditions: readonly ItemCondition[]
  readonly assignments: readonly ItemAssignment[]
}
