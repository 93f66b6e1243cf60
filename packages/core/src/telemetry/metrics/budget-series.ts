import type { KnownBudget } from '../../limits/budgets/known-budgets.ts'
import { BoundedNames, otherName } from './bounded-names.ts'

/** Gives budgets labels: so many keys have one of their own, tenants theirs of calls. Users have none, whose names may be people's. */
export class BudgetSeries {
  private readonly tenants: BoundedNames
  private readonly keys: BoundedNames

  constructor(tenants: BoundedNames, maxKeys: number) {
    this.tenants = tenants
    this.keys = new BoundedNames([], maxKeys)
  }

  /** Of budgets that share their labels the one that is used up the most stands for all; `undefined` where there are none. */
  snapshot(known: readonly KnownBudget[]): KnownBudget[] | undefined {
    if (known.length === 0) return undefined
    const byLabels = new Map<string, KnownBudget>()
    for (const budget of known) {
      const named = { ...budget, name: this.labelOf(budget) }
      const labels = `${named.of} ${named.period} ${named.name}`
      const before = byLabels.get(labels)
      if (!before || usedShare(named) > usedShare(before)) byLabels.set(labels, named)
    }
    return [...byLabels.values()]
  }

  private labelOf({ of, name }: KnownBudget): string {
    if (of === 'user') return otherName
    return (of === 'key' ? this.keys : this.tenants).labelOf(name, true)
  }
}

/** A budget of nothing is a switch, and never the one to look at. */
function usedShare({ limitUsd, spentUsd }: KnownBudget): number {
  return limitUsd > 0 ? spentUsd / limitUsd : 0
}
