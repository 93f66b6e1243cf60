/**
 * Whether a parsed value is nested in at most `maxDepth` levels, itself being the first, and has no key `__proto__` anywhere.
 * What it walks was made by `JSON.parse`: every object is a plain one, and none holds itself.
 */
export function isSound(value: object, maxDepth: number): boolean {
  if (maxDepth === 0) return false
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) if (isObject(item) && !isSound(item, maxDepth - 1)) return false
    return true
  }
  for (const key in value) {
    if (key === '__proto__') return false
    const member: unknown = value[key as keyof typeof value]
    if (isObject(member) && !isSound(member, maxDepth - 1)) return false
  }
  return true
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
