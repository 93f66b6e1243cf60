import { setTimeout as sleep } from 'node:timers/promises'
import { toNodeHandler } from '@modelgate/core/node'
import { appView } from './app-view.ts'
import type { Environment } from './environment.ts'
import { buildGateway, stacks } from './gateway.ts'
import { openKeys } from './keys.ts'
import { notice } from './notice.ts'
import { planStart } from './plan.ts'
import { openRequestLog } from './request-log/open-request-log.ts'
import { requestLogCheck } from './request-log/request-log-check.ts'
import { createAppDoor } from './server/app-door.ts'
import { HealthBoard } from './server/health/health-board.ts'
import { listen } from './server/listen.ts'
import type { ServingState } from './server/serving-state.ts'
import { shareGrace } from './share-grace.ts'
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
  /**
   * Stops accepting, lets open calls end, ends the rest with an error (in band where a stream has begun, else 503), flushes what was
   * logged and counted: all of it within SHUTDOWN_GRACE_MS.
   */
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
  const destination = settings.requestLog ?? config.requestLog ?? ({ kind: 'memory' } as const)
  const requestLog = await openRequestLog(destination, {
    tableName: settings.requestLogTable,
    retentionDays: config.requestLogRetentionDays,
    warn,
  })

  await using started = new AsyncDisposableStack()
  started.defer(() => requestLog?.close?.())
  const stores = started.use(await openStores(plan, environment, warn))
  const { promptCaching } = settings
  const upstream =
    mode === 'live'
      ? liveUpstream(config, plan.found, { environment, promptCaching })
      : await simulatedUpstream(promptCaching)
  if (upstream.simulator) started.use(upstream.simulator)
  started.defer(() => upstream.transport.close())
  const keys = openKeys(plan, environment, warn)
  started.defer(() => keys.close())
  const gateway = buildGateway(plan, { upstream, stores, requestLog, warn, keys: keys.stores })
  const { callsMs, lastBytesMs, flushMs, endMs } = shareGrace(settings.shutdownGraceMs)
  const closeGateway = (): Promise<void> => gateway.close({ graceMs: 0, flushMs })
  started.defer(closeGateway)
  const state: ServingState = { isDraining: false }
  const checks = [...keys.checks, ...stores.checks, ...requestLogCheck(destination, requestLog)]
  const door = createAppDoor({
    ...appView(plan),
    gateway,
    state,
    requestLog,
    keys: keys.administered,
    health: new HealthBoard(checks, { now: Date.now }),
    onAdminCall: call => warn(JSON.stringify({ msg: 'admin call', timestamp: new Date().toISOString(), ...call })),
    onError: (error, requestId) => warn(`Request ${requestId}: ${stacks(error)}`),
  })
  const { host, port } = settings
  const server = await listen(toNodeHandler({ door }), { host, port, state })
  // From here on it is close() that ends them, in this order turned round.
  const running = started.move()

  return {
    url: server.url,
    mode,
    simulator: upstream.simulator?.url,
    notice: notice(plan, server.url),
    async close() {
      await server.drain({ delayMs: settings.shutdownDelayMs, callsMs })
      // Beside each other: a reader that takes nothing must not cost the log its time.
      const ended = Promise.all([closeGateway(), server.close(lastBytesMs)]).then(() => running.disposeAsync())
      const isEnded = await Promise.race([ended.then(() => true), sleep(endMs, false, { ref: false })])
      if (!isEnded) warn(`Not everything could be closed within SHUTDOWN_GRACE_MS (${settings.shutdownGraceMs}).`)
    },
  }
}
