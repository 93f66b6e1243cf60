import type { Middleware } from '../../contract.ts'
import { isPromise } from '../../is-promise.ts'
import { costInNanoUsd } from './nano-usd.ts'

/**
 * Before an attempt that follows others: reserves once more what those have cost, so that the call still has room for the most that this
 * one may cost. A layer of attempts; the first of a call passes, and calls without a budget do.
 * @throws {GatewayError} `budget_exceeded`, with which the call ends
 */
export const coverAttempts: Middleware = (call, next) => {
  const { budget, attempts, spending } = call.context
  if (!budget || attempts.length === 0) return next(call)
  const covered = budget.cover(spending.costUsd === null ? undefined : costInNanoUsd(spending.costUsd))
  return isPromise(covered) ? covered.then(() => next(call)) : next(call)
}
