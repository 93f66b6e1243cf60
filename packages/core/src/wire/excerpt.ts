import { isMembers, isObject } from './is-object.ts'

/** Enough of a value to say what is wrong with it. */
export interface Excerpt {
  readonly value: unknown
  /** What to add to an index right below a top-level member: its list starts later than the original's. */
  readonly offsets: ReadonlyMap<string, number>
}

/** Longer lists are looked at in pieces of this many. */
const windowItems = 500
/** Explaining a fault costs some hundred bytes a value; a body of a million wrong ones would take the process with it. */
const maxValues = 5_000

/**
 * A copy of a faulty value that is small and still faulty: of each long list at the top only the first piece with a fault, and of
 * what is left no more values than can be explained. `isValid` is asked once a piece.
 */
export function excerptOf(value: unknown, isValid: (candidate: unknown) => boolean): Excerpt {
  const offsets = new Map<string, number>()
  let excerpt = value
  if (isMembers(value)) {
    let members: object = value
    for (const [key, list] of Object.entries(value)) {
      if (!Array.isArray(list) || list.length <= windowItems) continue
      for (let start = 0; start < list.length; start += windowItems) {
        const candidate = { ...members, [key]: list.slice(start, start + windowItems) }
        if (isValid(candidate) && start + windowItems < list.length) continue
        members = candidate
        offsets.set(key, start)
        break
      }
    }
    excerpt = members
  }
  return { value: cut(excerpt, { left: maxValues }), offsets }
}

/** What stands deeper no check looks at, and copying it would overflow the stack. */
const maxDepth = 64

function cut(value: unknown, budget: { left: number }, depth = 0): unknown {
  budget.left -= 1
  if (!isObject(value) || depth > maxDepth) return value
  if (Array.isArray(value)) {
    const items: unknown[] = []
    for (const item of value) {
      if (budget.left <= 0) break
      items.push(cut(item, budget, depth + 1))
    }
    return items
  }
  const members = Object.entries(value).filter(() => budget.left > 0)
  return Object.fromEntries(members.map(([key, member]) => [key, cut(member, budget, depth + 1)]))
}
