/** Whether a value is an object, an array or a class's instance. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
