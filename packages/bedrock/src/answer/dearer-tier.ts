/** From the cheapest on; one that does not stand here has no known price, and then the cost of all is unknown. */
const byPrice: readonly (string | undefined)[] = ['flex', 'default', 'priority']

/**
 * That of two service tiers which costs more: answers to one call are priced together, and each says for itself which tier had room for
 * it. `undefined` is an answer that says nothing.
 */
export function dearerTier(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other
  if (!byPrice.includes(one)) return one
  if (!byPrice.includes(other)) return other
  return byPrice.indexOf(other) > byPrice.indexOf(one) ? other : one
}
