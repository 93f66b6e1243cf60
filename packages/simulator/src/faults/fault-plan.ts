import type { Fault, FaultMatch, FaultRule } from './fault.ts'
import { strikesConnections } from './fault-table.ts'

/** The rules in force and how often each has struck. */
export interface FaultPlan {
  set(rules: readonly FaultRule[]): void
  list(): readonly FaultRule[]
  /** The fault for this request, counted as used. */
  take(request: { readonly operation: string; readonly model: string | undefined }): Fault | undefined
  /** The fault for the connection that is being made, counted as used. */
  takeForConnection(): Fault | undefined
}

/** A plan without rules. */
export function createFaultPlan(): FaultPlan {
  let rules: readonly FaultRule[] = []
  let strikes: number[] = []
  const strike = (fits: (match: FaultMatch, fault: Fault) => boolean): Fault | undefined => {
    const index = rules.findIndex(
      ({ match = {}, fault }, at) =>
        fits(match, fault) && (strikes[at] ?? 0) < (match.times ?? Number.POSITIVE_INFINITY),
    )
    if (index < 0) return undefined
    strikes[index] = (strikes[index] ?? 0) + 1
    return rules[index]?.fault
  }
  return {
    set(next) {
      rules = structuredClone(next)
      strikes = next.map(() => 0)
    },
    list: () => rules,
    take: ({ operation, model }) =>
      strike(
        (match, fault) =>
          !strikesConnections(fault) &&
          (match.operation === undefined || match.operation === operation) &&
          (match.model === undefined || match.model === model),
      ),
    takeForConnection: () => strike((_match, fault) => strikesConnections(fault)),
  }
}
