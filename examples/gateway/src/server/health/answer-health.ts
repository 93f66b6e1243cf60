import { requireScope } from '@modelgate/core'
import { summariseBy } from '../admin/summarise-calls.ts'
import type { AppParts } from '../app-parts.ts'
import type { Answer, Asked } from '../app-route.ts'
import { type ComponentStatus, componentsOf, overallOf } from './components.ts'
import { targetViews } from './target-view.ts'

/** `GET /health`: says only that this process answers. A check that asked a store or an upstream would take every instance out with it. */
export function answerAlive(): Answer {
  return { status: 200, body: { status: 'ok' } }
}

/**
 * `GET /api/v1/health`: how the parts stand, and whether to send more. Only while it drains are load balancers told to leave it alone:
 * what is down is down for all instances, and an instance without its stores still answers.
 */
export async function answerHealth(_asked: Asked, app: AppParts): Promise<Answer> {
  const components = componentsOf(await app.health.results(), targetViews(app), app.routeTargets)
  return healthAnswer(app, components, {})
}

/** `GET /api/v1/health/detailed`: the same, and with a key that has the permission `health` what stands behind it. */
export async function answerDetailedHealth(asked: Asked, app: AppParts): Promise<Answer> {
  const isKeyed = await hasHealthKey(asked, app)
  const stores = await app.health.results()
  const targets = targetViews(app)
  const components = componentsOf(stores, targets, app.routeTargets)
  if (!isKeyed) return healthAnswer(app, components, { timestamp: new Date(app.now()).toISOString() })
  const metrics = app.gateway.metrics()
  const latencies = summariseBy(metrics?.calls ?? [], ['operation']).map(
    ({ operation, calls, latencyMs, firstContentMs }) => ({ operation, calls, latencyMs, firstContentMs }),
  )
  return healthAnswer(app, components, {
    timestamp: new Date(app.now()).toISOString(),
    uptimeSeconds: Math.floor(process.uptime()),
    openCalls: metrics?.openCalls ?? null,
    targets,
    stores: stores.filter(({ component }) => component !== 'context'),
    context: stores.filter(({ component }) => component === 'context'),
    latencies,
  })
}

/** @throws {GatewayError} for a key that is none, or lacks the permission: whoever sends one means to see more. */
async function hasHealthKey({ request }: Asked, { gateway }: AppParts): Promise<boolean> {
  const { authorization, 'x-api-key': key } = request.headers
  if (authorization === undefined && key === undefined) return false
  const principal = await gateway.door.authenticate(request)
  if (principal) requireScope(principal, 'health')
  return principal !== undefined
}

function healthAnswer(
  { state }: AppParts,
  components: Readonly<Record<string, ComponentStatus>>,
  more: object,
): Answer {
  const status = state.isDraining ? 'draining' : overallOf(components)
  return { status: state.isDraining ? 503 : 200, body: { status, components, ...more } }
}
