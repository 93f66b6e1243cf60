/** JSON in which the order of members says nothing: two texts are equal where the values are. Lists keep theirs. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => sorted(member))
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  // `fromEntries` makes an own member also of `__proto__`, which an assignment would lose.
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
