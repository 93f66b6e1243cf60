/**
 * Whether an object is right at a glance: no class made it, and each of its members is one that `isRight` knows and finds right, or `undefined`.
 * `false` says nothing: a schema then tells. To load and build schemas takes a cold start some ten milliseconds, which most never need to.
 */
export function isPlainlyRight(
  value: unknown,
  isRight: (name: string, member: unknown) => boolean,
): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false
  for (const name in value) {
    const member: unknown = value[name as keyof typeof value]
    if (member !== undefined && !isRight(name, member)) return false
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

/** Whether a value is an object whose members are somebody else's, such as a JSON schema. */
export function isOpen(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

/** Whole and at least 1. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1
}

/** Holes are looked at, too, which `every` does not. */
export function isListOf(value: unknown, is: (item: unknown) => boolean): value is readonly unknown[] {
  return Array.isArray(value) && value.findIndex(item => !is(item)) === -1
}

/** As long as AWS lets an ARN be: a name stands in headers, logs and messages. */
export const longestModelName = 2_048

/** Whether a value may name a model, as far as its length goes. */
export function isModelName(value: unknown): boolean {
  return isText(value) && value.length >= 1 && value.length <= longestModelName
}
