import { setTimeout as sleep } from 'node:timers/promises'
import { type Authenticate, errorText, type FleetCounters } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import type { ContextSource } from '@modelgate/mcp-context'
import { appView } from './app-view.ts'
import { keyAuthentication } from './authentication.ts'
import type { ConfigInput } from './config/config-schema.ts'
import { toldBySource } from './config/configuration.ts'
import { demoCatalogue } from './context/demo-catalogue.ts'
import { openContext } from './context/open-context.ts'
import type { Environment } from './environment.ts'
import { openFleet } from './fleet/open-fleet.ts'
import { buildGateway } from './gateway.ts'
import { openKeys } from './keys.ts'
import { loadPlan } from './load-plan.ts'
import { notice } from './notice.ts'
import type { Plan } from './plan.ts'
import { openRequestLog, type RequestLogSettings } from './request-log/open-request-log.ts'
import { requestLogCheck } from './request-log/request-log-check.ts'
import { checkAllowedRoutes, withServedNames } from './served-names.ts'
import { adminLog } from './server/admin/tell-admin-call.ts'
import { createAppDoor } from './server/app-door.ts'
import type { AppParts } from './server/app-parts.ts'
import type { AppRoute } from './server/app-route.ts'
import { appRoutes, documentedRoutes } from './server/app-routes.ts'
import { HealthBoard } from './server/health/health-board.ts'
import { type ListeningServer, listen } from './server/listen.ts'
import { listenForMetrics } from './server/listen-for-metrics.ts'
import type { ServingState } from './server/serving-state.ts'
import { shareGrace } from './share-grace.ts'
import type { LocalDynamoDb } from './stores/local-dynamodb.ts'
import { onLocalTables } from './stores/on-local-tables.ts'
import { openStores } from './stores/open-stores.ts'
import { type AppTelemetry, openAppTelemetry } from './telemetry/app-telemetry.ts'
import { liveUpstream, simulatedUpstream, type Upstream } from './upstream/upstream.ts'

/** The gateway app, serving. */
export interface App {
  readonly url: string
  readonly mode: 'live' | 'simulator'
  /** Where the simulator is called and steered, in simulator mode. */
  readonly simulator?: string | undefined
  /** Where `GET /metrics` needs no key, if anywhere. */
  readonly metrics?: string | undefined
  /** What people are told, snippets to paste included. */
  readonly notice: string
  /**
   * Stops accepting, lets open calls end, ends the rest with an error (in band where a stream has begun, else 503), flushes what was
   * logged and counted: all of it within SHUTDOWN_GRACE_MS.
   */
  close(): Promise<void>
}

/** The app without a listener: what each of its fronts serves, and how it ends. */
interface OpenApp extends AsyncDisposable {
  readonly plan: Plan
  readonly parts: AppParts
  /** That of the gateway, for a front that knows callers before the door does. */
  readonly auth: Authenticate
  /** What all instances count together. */
  readonly fleet: FleetCounters | undefined
  readonly state: ServingState
  readonly simulator: Upstream['simulator']
  readonly local: LocalDynamoDb | undefined
  readonly telemetry: AppTelemetry
  readonly closeGateway: () => Promise<void>
}

export interface OpenAppOptions {
  /** Options that stand over the file, the environment and the Parameter Store. */
  readonly code?: ConfigInput | undefined
  /** Where facts for prompts come from, unless an MCP server is configured. Default: nowhere; in the demo, its catalogue. */
  readonly source?: (() => ContextSource) | undefined
}

/**
 * Opens all that the app answers from, as an environment says.
 * @param tell told, one line at a time, what goes wrong without ending anything.
 * @throws {ConfigurationError} with every fault, before anything has started.
 */
export async function openApp(
  environment: Environment,
  tell: (line: string) => void,
  { code, source }: OpenAppOptions = {},
): Promise<OpenApp> {
  const asked = await loadPlan(environment, code)
  const { flushMs } = shareGrace(asked.settings.shutdownGraceMs)
  const telemetry = await openAppTelemetry(asked.config, tell)
  const { warn } = telemetry
  await using started = new AsyncDisposableStack()
  // Last: what all the others do until their end is to be seen.
  started.defer(() => telemetry.close(flushMs))
  const { plan, local, client } = await onTables(asked, started)
  const { config, mode } = plan
  for (const warning of plan.warnings) warn(warning)
  const destination = config.requestLog ?? ({ kind: 'memory' } as const)
  const requestLog = await openRequestLog(destination, { ...requestLogSettings(plan), client, warn })
  started.defer(() => requestLog?.close?.())
  const stores = started.use(await openStores(plan, warn, client))
  const upstream = mode === 'live' ? liveUpstream(config, plan.found) : await simulatedUpstream(config)
  if (upstream.simulator) started.use(upstream.simulator)
  started.defer(() => upstream.transport.close())
  const keys = openKeys(plan, warn, client)
  started.defer(() => keys.close())
  const { layer: context, checks: contextChecks } = openContext(plan, {
    warn,
    source: source ?? (plan.mode === 'simulator' ? demoCatalogue : undefined),
  })
  const view = appView(plan, upstream.providers)
  checkAllowedRoutes(plan, view.served)
  const auth = keyAuthentication(
    keys.stores.map(store => withServedNames(store, view.served, warn)),
    warn,
  )
  const gateway = buildGateway(plan, { upstream, stores, requestLog, warn, telemetry, auth, context })
  const closeGateway = (): Promise<void> => gateway.close({ graceMs: 0, flushMs })
  started.defer(closeGateway)
  const fleet = openFleet(plan, { gateway, warn, client })
  // Calls that the drain ends are counted, too: the gateway is closed by then.
  started.defer(() => fleet?.close())
  const state: ServingState = { isDraining: false }
  const checks = [...keys.checks, ...stores.checks, ...requestLogCheck(destination, requestLog), ...contextChecks]
  const parts: AppParts = {
    ...view,
    gateway,
    state,
    requestLog,
    fleet,
    keys: keys.administered,
    health: new HealthBoard(checks, { now: Date.now }),
    onAdminCall: adminLog(telemetry.logger, warn),
    onError: (error, requestId) => warn(`Request ${requestId}: ${errorText(error)}`),
  }
  // From here on whoever opened it ends them, in this order turned round.
  const running = started.move()
  const end = (): Promise<void> => running.disposeAsync()
  const { simulator } = upstream
  return { plan, parts, auth, fleet, state, simulator, local, telemetry, closeGateway, [Symbol.asyncDispose]: end }
}

/**
 * Starts the app as an environment says, on a port of its own.
 * @throws {ConfigurationError} with every fault, before anything has started; {@link ListenError}.
 */
export async function startApp(
  environment: Environment,
  tell: (line: string) => void,
  code?: ConfigInput,
): Promise<App> {
  await using started = new AsyncDisposableStack()
  const { plan, parts, state, simulator, local, telemetry, closeGateway } = started.use(
    await openApp(environment, tell, { code }),
  )
  const { settings, mode } = plan
  // The app itself last: where the other port is taken, it must not serve.
  const metrics = await listenForMetrics(parts, settings)
  if (metrics) started.use(metrics)
  const server = await listen(toNodeHandler({ door: createAppDoor(parts, tableOf(plan)) }), {
    ...settings,
    state,
    takesFiles: plan.config.batches !== undefined,
  })
  // From here on it is close() that ends them, in this order turned round.
  const running = started.move()

  return {
    url: server.url,
    mode,
    simulator: simulator?.url,
    metrics: metrics?.url,
    // Snippets to paste are for people; a log of JSON has other readers. A key that was made is told nowhere else.
    notice:
      telemetry.logger && !local
        ? ''
        : notice(plan, server.url, local && { ...local, isLogged: parts.requestLog?.find !== undefined }),
    close: () => endApp({ server, closeGateway, running, settings, warn: telemetry.warn }),
  }
}

/** What is served: files and batches only where they are kept. */
function tableOf({ config }: Plan): readonly AppRoute[] {
  return config.batches ? documentedRoutes : appRoutes
}

interface Ending {
  readonly server: ListeningServer
  readonly closeGateway: () => Promise<void>
  /** All that was started. */
  readonly running: AsyncDisposableStack
  readonly settings: Plan['settings']
  readonly warn: (sentence: string) => void
}

/** Drains, then closes everything: within the grace period, whatever hangs. */
async function endApp({ server, closeGateway, running, settings, warn }: Ending): Promise<void> {
  const { shutdownDelayMs: delayMs, shutdownGraceMs } = settings
  const { callsMs, lastBytesMs, endMs } = shareGrace(shutdownGraceMs)
  const begunMs = performance.now()
  await server.drain({ delayMs, callsMs })
  // What open calls did not need is the end's, too: a slow table would else cost the last counts, with seconds to spare.
  const leftMs = Math.max(endMs, shutdownGraceMs - (performance.now() - begunMs))
  // Beside each other: a reader that takes nothing must not cost the log its time.
  const ended = Promise.all([closeGateway(), server.close(lastBytesMs)]).then(() => running.disposeAsync())
  const isEnded = await Promise.race([ended.then(() => true), sleep(leftMs, false, { ref: false })])
  if (!isEnded) warn(`Not everything could be closed within SHUTDOWN_GRACE_MS (${shutdownGraceMs}).`)
}

interface PlanOnTables {
  readonly plan: Plan
  /** Where tables were made for this process alone, and the client that reaches them. */
  readonly local?: LocalDynamoDb
  readonly client?: LocalDynamoDb['client']
}

/** A plan that asks for tables of its own has them from here on; what makes them is loaded only then. */
async function onTables(plan: Plan, started: AsyncDisposableStack): Promise<PlanOnTables> {
  if (plan.config.store?.type !== 'dynamodb-local') return { plan }
  const { openLocalDynamoDb } = await import('./stores/local-dynamodb.ts')
  const local = started.use(await openLocalDynamoDb(plan.config.environment ?? 'dev'))
  return { plan: onLocalTables(plan, local.tables), local, client: local.client }
}

function requestLogSettings({ settings, config, sources }: Plan): Omit<RequestLogSettings, 'warn'> {
  return {
    tableName: settings.requestLogTable,
    region: config.region,
    retentionDays: config.requestLogRetentionDays,
    toldBy: toldBySource(sources),
  }
}
