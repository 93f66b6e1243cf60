import { checkPermissions } from '../auth/permissions.ts'
import { BatchBudgets } from '../batches/batch-budgets.ts'
import { type Batches, createBatches } from '../batches/create-batches.ts'
import type { AnyHandler } from '../compose.ts'
import { batchCostBound } from '../cost-bound.ts'
import { limitCalls } from '../limits/limit-calls.ts'
import { budgetTermsOf } from './budget-terms.ts'
import { hostLayers } from './host-layer.ts'
import type { Parts } from './parts.ts'
import type { Settings } from './settings.ts'

/** Files and batches, and what their requests pass; `handle` makes the calls that a batch consists of. */
export function batchOnion(settings: Settings, parts: Parts, handle: AnyHandler): Batches | undefined {
  const { options, routes, exposeModels, priceOf, onError } = settings
  const { reporting, openCalls, limiter, budgeter } = parts
  return createBatches({
    options,
    routes,
    exposeModels,
    layers: [
      reporting.layer,
      openCalls.layer,
      checkPermissions(routes),
      limitCalls({ limiter, routeTokens: {}, defaultTokens: 0 }),
      ...hostLayers(options.use),
    ],
    ended: reporting.layer,
    handle,
    priceOf,
    budgets: new BatchBudgets({ ...budgetTermsOf(settings), budgeter, costBound: batchCostBound(priceOf) }),
    onError,
  })
}
