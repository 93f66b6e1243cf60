/** A JSON object whose members are not known. */
export type JsonObject = Record<string, unknown>

/** True for `{…}`, false for arrays and null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Parses text that may be anything; `undefined` when it is no JSON object. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Levels of nesting that a caller's own objects may have. `JSON.parse` takes any number, `JSON.stringify` dies of some thousands. */
export const maxNesting = 200

/** Whether a value is nested in more levels than that. */
export function isTooDeep(value: unknown, levels: number = maxNesting): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some(member => isTooDeep(member, levels - 1))
}
