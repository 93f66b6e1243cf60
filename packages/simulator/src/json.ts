/** A JSON object whose members are not known yet. */
export type JsonObject = { readonly [key: string]: unknown }

/** True for `{…}`, false for arrays and null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value as an object; `{}` when it is none, so that reading on gives undefined. */
export function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

/** The value as an array; `[]` when it is none. */
export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The value as a string; undefined when it is none. */
export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The value as a number; undefined when it is none. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** Follows a path of keys, as `pick(body, 'toolConfig', 'toolChoice')`; undefined where it breaks off. */
export function pick(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value
  for (const key of path) here = Array.isArray(here) ? here[Number(key)] : objectOf(here)[key]
  return here
}

/** Parses text; undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** JSON with every object's keys in alphabetical order, as Bedrock writes it. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    isJsonObject(member) ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member,
  )
}
