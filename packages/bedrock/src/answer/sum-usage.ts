import type { Usage } from '@modelgate/core'

/** What several answers used together; `undefined` where one did not say, for the sum of the others would be too low. */
export function sumUsage(usages: readonly (Usage | undefined)[]): Usage | undefined {
  const told = usages.filter(usage => usage !== undefined)
  return told.length > 0 && told.length === usages.length ? sumMembers(told) : undefined
}

/** Adds numbers member by member, those of nested objects too; one that is nowhere stays absent. */
function sumMembers<T extends object>(objects: readonly T[]): T {
  const totals: Record<string, unknown> = {}
  for (const name of new Set(objects.flatMap(Object.keys))) {
    const values = objects.map(object => (object as Record<string, unknown>)[name])
    const inner = values.filter(value => typeof value === 'object' && value !== null)
    const numbers = values.filter(value => typeof value === 'number')
    if (inner.length > 0) totals[name] = sumMembers(inner)
    else if (numbers.length > 0) totals[name] = numbers.reduce((total, value) => total + value, 0)
  }
  return totals as T
}
