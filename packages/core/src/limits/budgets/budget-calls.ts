import type { Call, CallContext, Handler, Middleware, Operation, Result } from '../../contract.ts'
import { isPromise } from '../../is-promise.ts'
import { sendAsRead } from '../../send-as-read.ts'
import { goOnUntil } from '../go-on-until.ts'
import { applyCap } from '../output-cap.ts'
import { type UsageBound, usageBound } from '../token-bound.ts'
import { unpricedUnderBudget } from './budget-error.ts'
import type { BudgetPermit } from './budget-permit.ts'
import type { PlannedBudget } from './budget-plan.ts'
import type { Budgeter } from './budgeter.ts'
import { costInNanoUsd } from './nano-usd.ts'

/** The most that a call can cost. */
export interface CostBound {
  /** US dollars, at the dearest target that it may reach and whose price is known. */
  readonly usd: number
  /** A target, `provider id/model`, that it may reach and whose price is not known. */
  readonly unpriced: string | undefined
}

/** What the layer of budgets is made of. */
interface BudgetCallsOptions {
  readonly budgeter: Budgeter
  /** The most that a call can cost which uses so many tokens. */
  readonly costBound: (call: Call, bound: UsageBound) => CostBound
  readonly onUnknownPrice: 'refuse' | 'allow'
  /** The output cap where nothing else says one. */
  readonly defaultTokens: number
}

/**
 * Lets a call on within its caller's budgets: the most it may cost is reserved, and what it did not cost is given back when it has
 * settled. Calls that their caller pays itself pass. Chats without an output cap get one.
 * @throws {GatewayError} `budget_exceeded`, `limits_unavailable`; `permission_denied` for what has no price.
 */
export function budgetCalls({ budgeter, costBound, onUnknownPrice, defaultTokens }: BudgetCallsOptions): Middleware {
  function charged<O extends Operation>(
    given: Call<O>,
    next: Handler<O>,
    plans: readonly PlannedBudget[],
  ): Promise<Result<O>> {
    sendAsRead(given)
    // The limits' layer has seen to what the caller and its route say.
    const { call, cap } = applyCap(given, { defaultTokens })
    const { usd, unpriced } = costBound(call, usageBound(call, cap))
    if (unpriced !== undefined && onUnknownPrice === 'refuse') throw unpricedUnderBudget(unpriced)
    const permit = budgeter.reserve(plans, costInNanoUsd(usd), call.context.answerHeaders)
    if (isPromise(permit)) return permit.then(permitted => goOn(call, next, permitted))
    return goOn(call, next, permit)
  }

  return (call, next) => {
    const { principal, callerCredentials } = call.context
    const plans = principal && !callerCredentials ? budgeter.planOf(principal) : undefined
    if (!plans) return next(call)
    try {
      return charged(call, next, plans)
    } catch (error) {
      return Promise.reject(error)
    }
  }
}

/** The call's end, however it comes, settles its permit. */
function goOn<O extends Operation>(call: Call<O>, next: Handler<O>, permit: BudgetPermit): Promise<Result<O>> {
  const { context } = call
  context.budget = permit
  return goOnUntil(call, next, () => permit.settle(costOf(context)))
}

/** In billionths of a dollar; `undefined` where it is not known. Without an attempt nothing was spent. */
function costOf({ attempt, spending }: CallContext): number | undefined {
  if (attempt === undefined) return 0
  // One that nobody waits for any more, and that has not ended.
  if (attempt.code === '') return undefined
  return spending.costUsd === null ? undefined : costInNanoUsd(spending.costUsd)
}
