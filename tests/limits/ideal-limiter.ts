/** A call that was asked for, at a moment in milliseconds. */
export interface Asked {
  readonly at: number
  readonly amount: number
}

/** A limit as a number and a length. */
export interface Limit {
  readonly quota: number
  readonly windowMs: number
}

/** What a limiter with perfect knowledge would have let in, of calls as they came, without denying one that could pass. */
export function idealAmount(asked: readonly Asked[], limits: readonly Limit[]): number {
  const admitted: Asked[] = []
  const held = limits.map(limit => ({ limit, oldest: 0, amount: 0 }))
  let total = 0
  for (const call of asked.toSorted((one, other) => one.at - other.at)) {
    for (const each of held) {
      while (each.oldest < admitted.length && admitted[each.oldest]!.at <= call.at - each.limit.windowMs) {
        each.amount -= admitted[each.oldest]!.amount
        each.oldest += 1
      }
    }
    if (held.some(({ limit, amount }) => amount + call.amount > limit.quota)) continue
    admitted.push(call)
    for (const each of held) each.amount += call.amount
    total += call.amount
  }
  return total
}
