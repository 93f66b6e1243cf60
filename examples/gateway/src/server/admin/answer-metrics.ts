import { GatewayError, type MetricsSnapshot } from '@modelgate/core'
import type { AppParts } from '../app-parts.ts'
import type { Answer, Asked } from '../app-route.ts'
import { targetViews } from '../health/target-view.ts'
import { callsBody } from './calls-body.ts'
import { fleetMetrics } from './fleet-metrics.ts'

/** `GET /api/v1/admin/metrics`: what this process has counted since its start, or with `scope=fleet` all instances from `from` to `to`. */
export async function answerMetrics({ query }: Asked, app: AppParts): Promise<Answer> {
  const scope = query.get('scope') ?? 'instance'
  if (scope !== 'instance' && scope !== 'fleet') {
    const message = `scope: must be 'instance' or 'fleet', got '${scope.slice(0, 60)}'.`
    throw new GatewayError('invalid_request', message, { param: 'scope' })
  }
  if (scope === 'fleet') return { status: 200, body: await fleetMetrics(query, app) }
  const time = ['from', 'to'].find(name => query.has(name))
  if (time !== undefined) {
    const message = `${time}: a process tells of all its time alone; ask with scope=fleet, or leave it out.`
    throw new GatewayError('invalid_request', message, { param: time })
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

/** What one process counted. */
function metricsBody({ startedAtMs, takenAtMs, calls, attempts, refusals, ...more }: MetricsSnapshot): object {
  return {
    from: new Date(startedAtMs).toISOString(),
    to: new Date(takenAtMs).toISOString(),
    ...callsBody(calls),
    attempts,
    refusals,
    limits: Object.fromEntries(limitCodes.map(code => [code, refusals[code] ?? 0])),
    ...(more.context && { context: more.context }),
    ...(more.budgets && { budgets: more.budgets }),
    ...(more.contextSource && { contextSource: more.contextSource }),
  }
}
