import type { ServerResponse } from 'node:http'
import { sendJson } from './send-json.ts'
import type { ServingState } from './serving-state.ts'

/** One of the app's own paths: answered here, or another name for one of the door's. */
export type AppPath = {
  readonly path: string
} & (
  | { readonly door: string }
  | {
      readonly methods: readonly string[]
      readonly answer: (response: ServerResponse, state: ServingState) => void
    }
)

/** Public, and says only that this process answers: a check that asked an upstream would take every instance out with it. */
function health(response: ServerResponse): void {
  sendJson(response, 200, { status: 'ok' }, { 'cache-control': 'no-store' })
}

/** Public likewise, and says whether to send more: while it drains, load balancers are to leave it alone and nobody is to kill it. */
function readiness(response: ServerResponse, { isDraining }: ServingState): void {
  if (isDraining) sendJson(response, 503, { status: 'draining' }, { 'cache-control': 'no-store' })
  else health(response)
}

/** Everything the app serves beside the gateway's own `/v1/*`. */
export const appPaths: readonly AppPath[] = [
  { path: '/health', methods: ['GET', 'HEAD'], answer: health },
  { path: '/api/v1/health', methods: ['GET', 'HEAD'], answer: readiness },
  { path: '/api/v1/completions', door: '/v1/chat/completions' },
]
