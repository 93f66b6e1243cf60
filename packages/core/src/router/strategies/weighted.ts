/** What can be picked by its share. */
interface Weighted {
  readonly weight: number
}

/**
 * An order in which each comes first as often as its weight says, and each of the rest comes next likewise: the load of a target that
 * fails is shared by the others as they share theirs. Those of weight 0 come last, as listed. `random` is in [0, 1).
 */
export function weightedOrder<T extends Weighted>(items: readonly T[], random: () => number): readonly T[] {
  const rest = items.filter(({ weight }) => weight > 0)
  const order: T[] = []
  while (rest.length > 1) order.push(...rest.splice(pick(rest, random()), 1))
  return [...order, ...rest, ...items.filter(({ weight }) => weight <= 0)]
}

function pick(items: readonly Weighted[], random: number): number {
  let point = random * items.reduce((total, { weight }) => total + weight, 0)
  const index = items.findIndex(({ weight }) => {
    point -= weight
    return point < 0
  })
  // Sums of fractions are rounded: a point at the very end may lie behind all of them.
  return index < 0 ? items.length - 1 : index
}
