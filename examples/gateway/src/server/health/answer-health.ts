import type { Answer } from '../app-route.ts'

/** `GET /health`: says only that this process answers. A check that asked a store or an upstream would take every instance out with it. */
export function answerAlive(): Answer {
  return { status: 200, body: { status: 'ok' } }
}
