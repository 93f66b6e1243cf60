/** Whether each member is right, by its name. */
export type MemberChecks = Readonly<Record<string, (value: unknown) => boolean>>

/**
 * Whether an object is right at a glance: no class made it, each of its members is one of `checks` and passes its own, or is `undefined`. `false`
 * says nothing: a schema then tells. Building the first schemas takes a cold start some ten milliseconds, which most never need to.
 */
export function isPlainlyRight(value: unknown, checks: MemberChecks): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false
  for (const name in value) {
    const member: unknown = value[name as keyof typeof value]
    if (!Object.hasOwn(checks, name)) return false
    if (member !== undefined && checks[name]?.(member) !== true) return false
  }
  return true
}

/** Whether a value is a text. */
export function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** Whether a value is true or false. */
export function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

/** Whole and at least 1. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1
}

/** Whether a value is a list of texts. */
export function isTexts(value: unknown): value is readonly string[] {
  return isListOf(value, isText)
}

/** Holes are looked at, too, which `every` does not. */
export function isListOf(value: unknown, is: (item: unknown) => boolean): value is readonly unknown[] {
  return Array.isArray(value) && value.findIndex(item => !is(item)) === -1
}
