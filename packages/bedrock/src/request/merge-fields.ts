import { isJsonObject, type JsonObject } from '../wire/json.ts'

/**
 * Both objects as one, merged deeply on a copy; `theirs` win, and an array or `null` of theirs replaces whatever stood there. A
 * member called `__proto__` is a member like any other: assigned, it would change the prototype instead.
 */
export function mergeFields(ours: JsonObject, theirs: JsonObject | undefined): JsonObject {
  if (!theirs) return ours
  const members = new Map(Object.entries(ours))
  for (const [key, value] of Object.entries(theirs)) {
    const mine = members.get(key)
    members.set(key, isJsonObject(mine) && isJsonObject(value) ? mergeFields(mine, value) : value)
  }
  return Object.fromEntries(members)
}
