import { toNodeHandler } from '@modelgate/core/node'
import type { Settings } from '../environment.ts'
import { metricsRoutes } from './answer-prometheus.ts'
import { createAppDoor } from './app-door.ts'
import type { AppParts } from './app-parts.ts'
import { listen } from './listen.ts'

/** Where metrics are served without a key. */
interface MetricsListener extends AsyncDisposable {
  readonly url: string
}

/**
 * Serves `GET /metrics` where METRICS_PORT says, and nothing else; nowhere without it. It goes on while calls are drained.
 * @throws {ListenError}
 */
export async function listenForMetrics(
  parts: AppParts,
  { metricsHost, metricsPort }: Pick<Settings, 'metricsHost' | 'metricsPort'>,
): Promise<MetricsListener | undefined> {
  if (metricsPort === undefined) return undefined
  const door = createAppDoor({ ...parts, cors: undefined }, metricsRoutes)
  const state = { isDraining: false }
  const server = await listen(toNodeHandler({ door }), {
    host: metricsHost,
    port: metricsPort,
    portVariable: 'METRICS_PORT',
    state,
  })
  return { url: server.url, [Symbol.asyncDispose]: () => server.close(0) }
}
