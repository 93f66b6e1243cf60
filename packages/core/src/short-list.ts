/**
 * A list and one item more, made anew. For lists of one or two, of which each call has some: an array that grows, or is spread into, takes room
 * for seventeen, and `concat` takes longer than all else that a call does with them.
 */
export function listWith<T>(list: readonly T[], item: T): T[] {
  if (list.length === 0) return [item]
  return list.length === 1 ? [list[0] as T, item] : list.concat(item)
}
