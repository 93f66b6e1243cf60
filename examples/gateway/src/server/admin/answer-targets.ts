import { GatewayError } from '@modelgate/core'
import type { AppParts } from '../app-parts.ts'
import type { Answer, Asked } from '../app-route.ts'
import { targetViews } from '../health/target-view.ts'

/** `POST /api/v1/admin/targets/{target}/reset`: closes its breaker and ends its cool-down, in this process. */
export function resetTarget({ params }: Asked, app: AppParts): Answer {
  const { target = '' } = params
  const known = targetViews(app)
  if (!known.some(view => view.target === target)) {
    const names = known.map(view => view.target).join(', ') || 'none'
    const message = `The target '${target.slice(0, 200)}' is in no route here and was not asked lately; known are ${names.slice(0, 1_000)}.`
    throw new GatewayError('not_found', message, { param: 'target' })
  }
  app.gateway.resetTargets(target)
  return { status: 200, body: { data: targetViews(app).filter(view => view.target === target) } }
}

/** `POST /api/v1/admin/targets/reset`: likewise all of them. */
export function resetTargets(_asked: Asked, app: AppParts): Answer {
  app.gateway.resetTargets()
  return { status: 200, body: { data: targetViews(app) } }
}
