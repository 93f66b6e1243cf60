import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendJson } from './send-json.ts'

/** One of the app's own paths: answered here, or another name for one of the door's. */
export type AppPath = {
  readonly path: string
} & (
  | { readonly door: string }
  | {
      readonly methods: readonly string[]
      readonly answer: (request: IncomingMessage, response: ServerResponse) => void
    }
)

/** Public, and says only that this process answers: a check that asked an upstream would take every instance out with it. */
function health(_request: IncomingMessage, response: ServerResponse): void {
  sendJson(response, 200, { status: 'ok' }, { 'cache-control': 'no-store' })
}

/** Everything the app serves beside the gateway's own `/v1/*`. */
export const appPaths: readonly AppPath[] = [
  { path: '/health', methods: ['GET', 'HEAD'], answer: health },
  { path: '/api/v1/health', methods: ['GET', 'HEAD'], answer: health },
  { path: '/api/v1/completions', door: '/v1/chat/completions' },
]
