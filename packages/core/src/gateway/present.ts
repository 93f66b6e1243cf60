/** Those that are there: what is switched off stands in its list as `undefined`. */
export function present<T>(items: readonly (T | undefined)[]): T[] {
  return items.filter(item => item !== undefined)
}
