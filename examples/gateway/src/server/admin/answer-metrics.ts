import { GatewayError, type MetricsSnapshot } from '@modelgate/core'
import type { AppParts } from '../app-parts.ts'
import type { Answer, Asked } from '../app-route.ts'
import { targetViews } from '../health/target-view.ts'
import { summariseBy, summariseCalls } from './summarise-calls.ts'

/** `GET /api/v1/admin/metrics?scope=instance`: what this process has counted since its start. */
export async function answerMetrics({ query }: Asked, app: AppParts): Promise<Answer> {
  const scope = query.get('scope') ?? 'instance'
  if (scope !== 'instance' && scope !== 'fleet') {
    const message = `scope: must be 'instance' or 'fleet', got '${scope.slice(0, 60)}'.`
    throw new GatewayError('invalid_request', message, { param: 'scope' })
  }
  if (scope === 'fleet') {
    const message = "scope: 'fleet' is not to be had here: no counters are kept where all instances see them."
    throw new GatewayError('invalid_request', message, { param: 'scope' })
  }
  const snapshot = app.gateway.metrics()
  if (!snapshot) throw new GatewayError('not_found', 'This gateway counts nothing.')
  return {
    status: 200,
    body: { scope, ...metricsBody(snapshot), openCalls: snapshot.openCalls, targets: targetViews(app) },
  }
}

/** Refusals that are a limit's: of calls, of money, of what is under way at once. */
const limitCodes = ['rate_limited', 'budget_exceeded', 'limits_unavailable']

/** What was counted, added up in each of the ways that somebody pays or looks after. */
export function metricsBody({ startedAtMs, takenAtMs, calls, attempts, refusals }: MetricsSnapshot): object {
  const { tokens } = summariseCalls(calls)
  return {
    from: new Date(startedAtMs).toISOString(),
    to: new Date(takenAtMs).toISOString(),
    total: summariseCalls(calls),
    byOperation: summariseBy(calls, ['operation']),
    byRoute: summariseBy(calls, ['route']),
    byModel: summariseBy(calls, ['provider', 'model']),
    byTier: summariseBy(calls, ['tier']),
    byTenant: summariseBy(calls, ['tenant']),
    attempts,
    refusals,
    limits: Object.fromEntries(limitCodes.map(code => [code, refusals[code] ?? 0])),
    cache: { promptTokens: tokens.prompt, cachedTokens: tokens.cached },
  }
}
