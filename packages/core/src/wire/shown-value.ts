const MAX_CHARACTERS = 60

/**
 * A value as an error message may show it: `the string "hot"`, `5`, `null`, `an array`. At most 60 characters of a string are
 * quoted; none when `conceal` is set, for prompts and secrets do not belong in errors.
 */
export function shown(value: unknown, conceal: boolean): string {
  if (value === null || value === undefined || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return conceal ? 'a string' : `the string ${quoted(value)}`
  if (typeof value === 'number' || typeof value === 'bigint') return conceal ? 'a number' : String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function quoted(text: string): string {
  const whole = JSON.stringify(text.slice(0, MAX_CHARACTERS))
  if (text.length <= MAX_CHARACTERS && whole.length <= MAX_CHARACTERS) return whole
  return `${whole.slice(0, MAX_CHARACTERS - 2)}…"`
}
