import { type CleanItem, cleanItem, type ItemSelector } from './context-item.ts'

/** Which items may be added, and how many. */
export interface ItemRules {
  readonly select: ItemSelector
  readonly allowedHosts: ReadonlySet<string>
  /** How many of a source's items are looked at. */
  readonly limit: number
}

/** What is of use of a source's items: each id once, by relevance, which is the order they came in, and by what the selector holds against them. */
export function chooseItems(
  items: readonly unknown[],
  { select, allowedHosts, limit }: ItemRules,
): readonly CleanItem[] {
  const chosen = new Map<string, { readonly item: CleanItem; readonly place: number }>()
  for (const [index, given] of items.slice(0, limit).entries()) {
    const selected = select(given)
    const item = selected && cleanItem(selected, allowedHosts)
    if (item && !chosen.has(item.id)) chosen.set(item.id, { item, place: index + item.penalty })
  }
  return [...chosen.values()].toSorted((a, b) => a.place - b.place).map(({ item }) => item)
}
