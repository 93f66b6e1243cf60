import type { AppParts } from '../app-parts.ts'
import type { Answer, Asked } from '../app-route.ts'

/** `GET /health`: says only that this process answers. A check that asked a store or an upstream would take every instance out with it. */
export function answerAlive(): Answer {
  return { status: 200, body: { status: 'ok' } }
}

/** `GET /api/v1/health`: also whether to send more. While it drains, load balancers are to leave it alone and nobody is to kill it. */
export function answerReady(_asked: Asked, { state }: AppParts): Answer {
  return state.isDraining ? { status: 503, body: { status: 'draining' } } : answerAlive()
}
