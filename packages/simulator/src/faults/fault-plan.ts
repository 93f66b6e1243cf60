import type { Fault, FaultRule } from './fault.ts'

/** The rules in force and how often each has struck. */
export interface FaultPlan {
  set(rules: readonly FaultRule[]): void
  list(): readonly FaultRule[]
  /** The fault for this request, counted as used. */
  take(request: { readonly operation: string; readonly model: string | undefined }): Fault | undefined
}

/** A plan without rules. */
export function createFaultPlan(): FaultPlan {
  let rules: readonly FaultRule[] = []
  let strikes: number[] = []
  return {
    set(next) {
      rules = structuredClone(next)
      strikes = next.map(() => 0)
    },
    list: () => rules,
    take({ operation, model }) {
      const index = rules.findIndex(
        ({ match = {} }, at) =>
          (match.operation === undefined || match.operation === operation) &&
          (match.model === undefined || match.model === model) &&
          (strikes[at] ?? 0) < (match.times ?? Number.POSITIVE_INFINITY),
      )
      if (index < 0) return undefined
      strikes[index] = (strikes[index] ?? 0) + 1
      return rules[index]?.fault
    },
  }
}
