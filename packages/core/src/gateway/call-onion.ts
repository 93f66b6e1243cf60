import { checkPermissions } from '../auth/permissions.ts'
import { checkRequest } from '../check-request.ts'
import { type AnyHandler, compose } from '../compose.ts'
import { addContext, reserveContext } from '../context/add-context.ts'
import type { Middleware } from '../contract.ts'
import { costBound } from '../cost-bound.ts'
import { budgetCalls } from '../limits/budgets/budget-calls.ts'
import { limitCalls } from '../limits/limit-calls.ts'
import { reachableTargets } from '../router/reachable-targets.ts'
import { routeTokensOf } from '../router/resolve.ts'
import { smallestWindow } from '../router/smallest-window.ts'
import { keepContent } from '../telemetry/content/keep-content.ts'
import { budgetTermsOf } from './budget-terms.ts'
import { hostLayers } from './host-layer.ts'
import type { Parts } from './parts.ts'
import { present } from './present.ts'
import type { Settings } from './settings.ts'

/** What every call passes on its way to the router, outermost first. */
export function callOnion(settings: Settings, parts: Parts, router: AnyHandler): AnyHandler {
  const { options, providers, routes } = settings
  const { reporting, openCalls, idempotency, cache } = parts
  const { context } = options
  const facts = context && { layer: context, windowOf: smallestWindow(providers, routes) }
  return compose(
    present([
      reporting.layer,
      checkRequest(options),
      contentLayer(settings),
      openCalls.layer,
      checkPermissions(routes),
      idempotency?.layer,
      facts && reserveContext(facts),
      limitLayer(settings, parts),
      budgetLayer(settings, parts),
      ...hostLayers(options.use),
      facts && addContext(facts),
      cache?.layer,
    ]),
    router,
  )
}

/** Nobody reads what is noted but the request log. */
function contentLayer({ options: { requestLog, logContent }, onError }: Settings): Middleware | undefined {
  if (!requestLog || !logContent) return undefined
  return keepContent(logContent === true ? {} : logContent, onError)
}

function limitLayer({ routes, defaultTokens }: Settings, { limiter }: Parts): Middleware {
  return limitCalls({ limiter, routeTokens: routeTokensOf(routes), defaultTokens })
}

function budgetLayer(settings: Settings, { budgeter }: Parts): Middleware {
  const { priceOf, providers } = settings
  return budgetCalls({
    ...budgetTermsOf(settings),
    budgeter,
    costBound: costBound({
      priceOf,
      targetsOf: reachableTargets(settings),
      dearerTiersOf: (target, request) =>
        providers.find(({ id }) => id === target.provider)?.dearerTiersOf?.(target.model, request) ?? [],
    }),
  })
}
