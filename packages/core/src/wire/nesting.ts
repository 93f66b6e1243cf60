import { isObject } from './is-object.ts'

/** Levels of `{` and `[` that a request body may have, the root being the first: about four times what a real tool schema has. */
export const maxDepth = 64

/**
 * Whether a parsed value is nested in at most {@link maxDepth} levels, itself being the first, and has no key `__proto__` anywhere.
 * What it walks was made by `JSON.parse`: every object is a plain one, and none holds itself.
 */
export function isSound(value: object, levels: number = maxDepth): boolean {
  if (levels === 0) return false
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) if (isObject(item) && !isSound(item, levels - 1)) return false
    return true
  }
  for (const key in value) {
    if (key === '__proto__') return false
    const member: unknown = value[key as keyof typeof value]
    if (isObject(member) && !isSound(member, levels - 1)) return false
  }
  return true
}
