import type { Budget } from '../../budget.ts'
import type { BudgetPeriod, BudgetStore } from './budget-store.ts'

/** How much of a budget is spent, told once a period and subject. */
export interface SoftLimitEvent {
  /** Whose budget it is. */
  readonly of: 'key' | 'user' | 'tenant'
  /** The key's id, the user's (with its tenant, `acme/ann`) or the tenant's name. */
  readonly name: string
  readonly period: BudgetPeriod
  readonly limitUsd: number
  /** Spent, and reserved by calls under way. */
  readonly spentUsd: number
  /** When the budget begins anew, ISO 8601. */
  readonly resetAt: string
}

/**
 * What callers may cost. A principal's own `budget` is its key's (without a key its user's, without both its tenant's); tenants have
 * theirs here. Where both are limited a call must fit both.
 */
export interface BudgetsOptions {
  /** Where budgets are counted. Default: in this process's memory, so that each process has budgets of its own, which end with it. */
  readonly store?: BudgetStore | undefined
  /** What each key may cost that says nothing itself. Default: nothing limits it. */
  readonly eachKey?: Budget | undefined
  /** What each tenant may cost that is not named in `tenants`. Default: nothing limits it. */
  readonly eachTenant?: Budget | undefined
  /** By tenant. */
  readonly tenants?: Readonly<Record<string, Budget>> | undefined
  /**
   * What becomes of calls to models of which no price is known. `refuse`: they get `permission_denied`. `allow`: they are let in, and charged
   * what the dearest target whose price is known could have cost; nothing where there is none. Default `refuse`.
   */
  readonly onUnknownPrice?: 'refuse' | 'allow' | undefined
  /**
   * What becomes of calls while the store cannot answer. `local`: they are counted in memory, against what was left when the store last
   * said, divided by `expectedInstances`. `open`: they are let in, but for those that a budget could never hold. With both, what they cost is told to the store when it is back.
   * `closed`: they are refused with `limits_unavailable`. Default `local`.
   */
  readonly onStoreError?: 'local' | 'open' | 'closed' | undefined
  /** How many processes share the store, for `local`. Default 1. */
  readonly expectedInstances?: number | undefined
  /** Milliseconds that the store has before a call is sent upstream. Default 50. */
  readonly storeTimeoutMs?: number | undefined
  /** The output cap, in tokens, of a chat under a budget whose caller set none and whose route has none: reserved, and sent. Default: that of `limits`. */
  readonly defaultMaxTokens?: number | undefined
  /** The share of a budget from which on `onSoftLimit` is told, over 0 up to 1. Default 0.8. */
  readonly softLimit?: number | undefined
  /** Told by the first call that finds so much of a budget spent, once for each subject and period in this process. */
  readonly onSoftLimit?: ((event: SoftLimitEvent) => void) | undefined
}
