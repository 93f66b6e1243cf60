import { visibleText, withoutAddresses } from './clean-text.ts'

/** One thing that a source knows, as it may be shown to a model. */
export interface ContextItem {
  /** Tells it from the others, and stands in logs: letters, digits and `. _ : / -`, at most 64. */
  readonly id: string
  /** What is shown, in this order: names of letters, digits and `_`. Anything but texts, numbers and truth values is left out. */
  readonly data: Readonly<Record<string, unknown>>
  /** By how many places it stands behind where its relevance puts it. Default 0. */
  readonly penalty?: number | undefined
}

/** Takes from what a source gave the fields it knows; `undefined` where it is of no use. */
export type ItemSelector = (item: unknown) => ContextItem | undefined

/** An item that is fit to be shown. */
export interface CleanItem {
  readonly id: string
  readonly data: Readonly<Record<string, string | number | boolean>>
  readonly penalty: number
}

const mostFields = 16
const longestText = 300
const fieldName = /^[A-Za-z][A-Za-z0-9_]{0,39}$/
const itemId = /^[\w.:/-]{1,64}$/

/** Whatever a selector gave, with its texts made visible, cut and rid of addresses; `undefined` where nothing is left to show. */
export function cleanItem(item: ContextItem, allowedHosts: ReadonlySet<string>): CleanItem | undefined {
  if (typeof item.id !== 'string' || !itemId.test(item.id)) return undefined
  const data: Record<string, string | number | boolean> = Object.create(null)
  let fields = 0
  for (const [name, value] of Object.entries(item.data)) {
    if (fields === mostFields) break
    const shown = fieldName.test(name) ? cleanValue(value, allowedHosts) : undefined
    if (shown === undefined) continue
    data[name] = shown
    fields += 1
  }
  if (fields === 0) return undefined
  const penalty = Number.isFinite(item.penalty) ? (item.penalty ?? 0) : 0
  return { id: item.id, data, penalty }
}

function cleanValue(value: unknown, allowedHosts: ReadonlySet<string>): string | number | boolean | undefined {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string') return undefined
  return visibleText(withoutAddresses(visibleText(value, longestText * 2), allowedHosts), longestText) || undefined
}
