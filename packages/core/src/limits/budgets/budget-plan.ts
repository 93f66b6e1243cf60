import type { Budget } from '../../budget.ts'
import type { Principal } from '../../principal.ts'
import { isSaid, subjectName, userName } from '../subject-name.ts'
import type { BudgetLimit } from './budget-store.ts'
import type { BudgetsOptions } from './budgets-options.ts'
import { budgetInNanoUsd, mostUsd } from './nano-usd.ts'

/** Who has a budget. */
export interface BudgetHolder {
  readonly of: 'key' | 'user' | 'tenant'
  readonly name: string
}

/** One budget that a call must fit. */
export interface PlannedBudget {
  readonly holder: BudgetHolder
  /** Who pays, as the store knows it. */
  readonly subject: string
  readonly limits: readonly BudgetLimit[]
}

/** The budgets of a caller; `undefined` where there are none. */
export type PlanBudgets = (principal: Principal) => readonly PlannedBudget[] | undefined

/** Works out whose budgets a call must fit. What budgets say is worked out once. */
export function planBudgets({ eachKey, eachTenant, tenants = {} }: BudgetsOptions): PlanBudgets {
  const byTenant = new Map(Object.entries(tenants))
  /** A key's record brings the same budget with every call. */
  const known = new WeakMap<Budget, readonly BudgetLimit[]>()

  function limitsOf(budget: Budget | null | undefined): readonly BudgetLimit[] {
    if (!budget) return noLimits
    const before = known.get(budget)
    if (before) return before
    const limits: BudgetLimit[] = []
    const ofDay = budgetOf(budget.usdPerDay)
    const ofMonth = budgetOf(budget.usdPerMonth)
    if (ofDay !== undefined) limits.push({ period: 'day', nanoUsd: ofDay })
    if (ofMonth !== undefined) limits.push({ period: 'month', nanoUsd: ofMonth })
    known.set(budget, limits)
    return limits
  }

  return principal => {
    const { tenant, keyId, budget } = principal
    const ofKey = limitsOf(budget ?? (isSaid(keyId) ? eachKey : undefined))
    const ofTenant = limitsOf(byTenant.get(tenant) ?? eachTenant)
    if (ofKey.length === 0 && ofTenant.length === 0) return undefined
    const plans: PlannedBudget[] = []
    if (ofKey.length > 0) {
      const holder = holderOf(principal)
      const subject = holder.of === 'tenant' ? keylessSubject(tenant) : budgetSubject(holder)
      plans.push({ holder, subject, limits: ofKey })
    }
    if (ofTenant.length > 0) {
      plans.push({
        holder: { of: 'tenant', name: tenant },
        subject: budgetSubject({ of: 'tenant', name: tenant }),
        limits: ofTenant,
      })
    }
    return plans
  }
}

/** How the store knows a holder. */
function budgetSubject({ of, name }: BudgetHolder): string {
  return subjectName(`${of}:${name}`)
}

/**
 * How the store knows a tenant whose principal brought a budget and named neither key nor user. Not as `tenant:…`: that is the budget that
 * the option `tenants` gives it, which its keys share.
 */
function keylessSubject(tenant: string): string {
  return subjectName(`host:${tenant}`)
}

/** All that the store may know a holder by. */
export function budgetSubjects(holder: BudgetHolder): readonly string[] {
  return holder.of === 'tenant' ? [budgetSubject(holder), keylessSubject(holder.name)] : [budgetSubject(holder)]
}

const noLimits: readonly BudgetLimit[] = []

/** A host's login may say anything: what is no number, or less than nothing, lets in nothing that costs, and infinity is no limit. */
function budgetOf(usd: number | null | undefined): number | undefined {
  if (usd === undefined || usd === null || usd === Number.POSITIVE_INFINITY) return undefined
  return usd > 0 ? budgetInNanoUsd(Math.min(usd, mostUsd)) : 0
}

/** The key, else the user of its tenant, else the tenant. */
function holderOf({ keyId, userId, tenant }: Principal): BudgetHolder {
  if (isSaid(keyId)) return { of: 'key', name: keyId }
  if (isSaid(userId)) return { of: 'user', name: userName(tenant, userId) }
  return { of: 'tenant', name: tenant }
}
