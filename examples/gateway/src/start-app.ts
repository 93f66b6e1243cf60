import type { Environment } from './environment.ts'
import { buildGateway } from './gateway.ts'
import { openKeys } from './keys.ts'
import { notice } from './notice.ts'
import { planStart } from './plan.ts'
import { openRequestLog } from './request-log/open-request-log.ts'
import { createAppHandler } from './server/app-handler.ts'
import { listen } from './server/listen.ts'
import { openStores } from './stores/open-stores.ts'
import { liveUpstream, simulatedUpstream } from './upstream/upstream.ts'

/** The gateway app, serving. */
export interface App {
  readonly url: string
  readonly mode: 'live' | 'simulator'
  /** Where the simulator is called and steered, in simulator mode. */
  readonly simulator?: string | undefined
  /** What people are told, snippets to paste included. */
  readonly notice: string
  /** Stops accepting, answers open calls within SHUTDOWN_GRACE_MS, ends the rest with an in-band error, flushes the log. */
  close(): Promise<void>
}

/**
 * Starts the app as an environment says.
 * @param warn told, one line at a time, what goes wrong without ending anything.
 * @throws {ConfigurationError} with every fault, before anything has started; {@link ListenError}.
 */
export async function startApp(environment: Environment, warn: (line: string) => void): Promise<App> {
  const plan = planStart(environment)
  const { settings, config, mode } = plan
  for (const warning of plan.warnings) warn(warning)
  const destination = settings.requestLog ?? config.requestLog
  const requestLog =
    destination &&
    (await openRequestLog(destination, {
      tableName: settings.requestLogTable,
      retentionDays: config.requestLogRetentionDays,
      warn,
    }))

  await using started = new AsyncDisposableStack()
  started.defer(() => requestLog?.close?.())
  const stores = started.use(await openStores(plan, environment, warn))
  const upstream =
    mode === 'live'
      ? liveUpstream(config, plan.found, { environment, overrides: settings })
      : await simulatedUpstream(settings)
  if (upstream.simulator) started.use(upstream.simulator)
  started.defer(() => upstream.transport.close())
  const keys = openKeys(plan, environment, warn)
  started.defer(() => keys.close())
  const gateway = buildGateway(plan, { upstream, stores, requestLog, warn, keys: keys.stores })
  started.defer(() => gateway.close({ graceMs: 0 }))
  const server = await listen(createAppHandler(gateway), settings)
  // From here on it is close() that ends them, in this order turned round.
  const running = started.move()

  return {
    url: server.url,
    mode,
    simulator: upstream.simulator?.url,
    notice: notice(plan, server.url),
    async close() {
      await server.drain(settings.shutdownGraceMs)
      await gateway.close({ graceMs: 0 })
      await server.close()
      await running.disposeAsync()
    },
  }
}
