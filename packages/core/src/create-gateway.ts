import { checkPermissions } from './auth/permissions.ts'
import { BatchBudgets } from './batches/batch-budgets.ts'
import { createBatches } from './batches/create-batches.ts'
import { cacheWishOf } from './cache/cache-wish.ts'
import { trackCalls } from './call-signal.ts'
import { checkOptions } from './check-options.ts'
import { checkRequest } from './check-request.ts'
import { compose } from './compose.ts'
import { addContext, reserveContext } from './context/add-context.ts'
import { costMeter } from './cost/cost-meter.ts'
import { priceBook } from './cost/price-book.ts'
import { unknownPriceAlarm } from './cost/unknown-price-alarm.ts'
import { batchCostBound, costBound } from './cost-bound.ts'
import { type Flushable, flushAll } from './flush.ts'
import type { CloseOptions, Gateway } from './gateway.ts'
import type { GatewayOptions, Routes, TargetName } from './gateway-options.ts'
import { Callers } from './http/callers.ts'
import { createDoor } from './http/door.ts'
import { createFetch } from './http/fetch-front.ts'
import { StreamClock } from './http/stream-clock.ts'
import { streamTimes } from './http/streams-options.ts'
import { Idempotency } from './idempotency/idempotency.ts'
import { inProcess } from './in-process.ts'
import { budgetCalls } from './limits/budgets/budget-calls.ts'
import { spendingDesk } from './limits/budgets/budget-desk.ts'
import { Budgeter } from './limits/budgets/budgeter.ts'
import { coverAttempts } from './limits/budgets/cover-attempts.ts'
import { limitCalls } from './limits/limit-calls.ts'
import { Limiter } from './limits/limiter.ts'
import { listModels } from './list-models.ts'
import type { Provider } from './provider.ts'
import { BudgetedRetries } from './resilience/budgeted-retries.ts'
import { createResilience } from './resilience/resilience.ts'
import { timeouts } from './resilience/timeouts.ts'
import { responseCacheOf } from './response-cache-of.ts'
import { reachableTargets } from './router/reachable-targets.ts'
import { type RouteTable, routeTokensOf } from './router/resolve.ts'
import { callProvider, createRouter } from './router/router.ts'
import { smallestWindow } from './router/smallest-window.ts'
import { targetCost } from './target-cost.ts'
import { authAlarm } from './telemetry/auth-alarm.ts'
import { keepContent } from './telemetry/content/keep-content.ts'
import { logCalls, logErrors } from './telemetry/logs/log-calls.ts'
import type { MetricsOptions } from './telemetry/metrics/metrics-options.ts'
import { MetricsRecorder } from './telemetry/metrics/metrics-recorder.ts'
import { toRequestRecord } from './telemetry/request-log.ts'
import { type ReportListener, telemetry } from './telemetry/telemetry.ts'
import { timestamps } from './telemetry/timestamps.ts'
import { traceAttempts } from './telemetry/trace-attempts.ts'
import { tellSafely } from './tell-safely.ts'
import { timeoutTable } from './timeouts.ts'
import { connectTimes } from './upstream/connect-times.ts'

/** What a log gets at the end of a gateway: a store that is gone must not hold up the end of the process. */
const lastFlushMs = 5_000

/**
 * A gateway: one OpenAI-shaped door, in this process, to every provider it is given. Two gateways with different options live
 * side by side; nothing is shared and nothing is read at import.
 *
 * The call onion, once a call, outermost first. The door has authenticated from the headers before it read the body.
 * ```
 * telemetry     reports every call once, rejections below included
 * check         the fields the gateway relies on; the default model
 * content       notes prompt and completion, where `logContent` asks for them
 * call signal   one clock: the caller leaves, the deadline passes, the gateway closes
 * permissions   principal → scope, allowed routes
 * idempotency   of calls with one key makes the first; the others get its answer, and go no further: they cost nothing
 * limits        requests and tokens, reserved at once, settled when the call has; the output cap of chats
 * budgets       the most the call may cost, reserved of its key and its tenant, settled with what it cost
 * use           layers of your own
 * context       facts added to the prompts of chats; what it may add is reserved with the limits
 * cache         what was answered before, and one upstream call for all who ask the same at the same time
 * router        resolves the model, tries its targets in its route's order, the same again after a pause; tells of refused credentials, which a fallback would hide
 *   guard       bulkhead, cool-down, circuit breaker: whether a target may be asked; told how its attempt ended
 *   budgets     reserved once more for what failed attempts have cost
 *   timeouts    of streams: first content, silence; closes the upstream it gives up
 *   cost meter  what each attempt used and cost, failed and cancelled ones included
 *   provider    translates, calls, translates; no retry, no log, no policy
 * ```
 * @throws {GatewayError} `invalid_configuration`, one line for each fault.
 */
export function createGateway<
  const P extends readonly Provider[],
  const R extends Routes<NoInfer<P>, keyof R & string> = Record<never, never>,
>(options: GatewayOptions<P, R>): Gateway<(keyof R & string) | TargetName<P>> {
  checkOptions(options)
  const { providers, requestLog, context: layer } = options
  const routes = options.routes ?? {}
  const exposeModels = options.exposeModels ?? (Object.keys(routes).length > 0 ? 'routes' : 'all')
  const { logger } = options
  const onError = careful(options.onError ?? (logger ? logErrors(logger) : consoleError))
  const times = timeoutTable(options.timeouts, routes)
  const openCalls = trackCalls(times.deadlineMsOf)
  const { idempotency: keyed = {} } = options
  const idempotency = keyed && new Idempotency({ ...keyed, keepOpen: openCalls.keepOpen, onError })
  const limiter = new Limiter({ ...options.limits, onError })
  const budgeter = new Budgeter({ ...options.budgets, onError })

  const listeners: ReportListener[] = []
  const { onReport, logContent } = options
  if (onReport) listeners.push(report => onReport(report))
  if (requestLog) {
    const timestamp = timestamps()
    listeners.push((report, { context }) => requestLog.write(toRequestRecord(report, timestamp(), context.content?.())))
  }
  if (logger) listeners.push(logCalls(logger))
  const contentOptions = logContent === true ? {} : logContent

  const cache = responseCacheOf(options, routes, onError)
  const flushables: Flushable[] = requestLog ? [requestLog, limiter, budgeter] : [limiter, budgeter]
  if (cache) flushables.push(cache)
  if (idempotency) flushables.push(idempotency)

  const maxAttempts = options.maxAttempts ?? 3
  const resilience = createResilience(options, onError)
  const priceOf = priceBook(options.prices ?? {}, providers)
  const metrics =
    options.metrics || options.telemetry ? recorderOf(options.metrics || true, providers, routes) : undefined
  const readMetrics =
    metrics &&
    (() =>
      metrics.snapshot({
        openCalls: openCalls.count(),
        targets: resilience.targets(),
        ...(layer && { contextSource: layer.health() }),
      }))
  const follower = readMetrics && options.telemetry?.follow({ providers, routes, metrics: readMetrics })
  if (follower) flushables.push({ flush: async () => void (await follower.flush?.()) })
  if (readMetrics && typeof options.metrics === 'object') {
    flushables.push(...(options.metrics.exporters ?? []).map(exporter => exporter.start(readMetrics)))
  }
  layer?.tellFailures(onError)
  const facts = layer && { layer, windowOf: smallestWindow(providers, routes) }
  const router = createRouter(
    {
      providers,
      routes,
      exposeModels,
      maxAttempts,
      guard: resilience.guard,
      retry: options.retry?.enabled === false ? undefined : new BudgetedRetries(options.retry),
      onAttemptFailed: authAlarm(onError),
      costOf: targetCost(priceOf),
    },
    compose(
      [
        coverAttempts,
        ...(follower ? [traceAttempts(onError)] : []),
        ...(times.connectMsOf ? [connectTimes(times.connectMsOf)] : []),
        timeouts(times.streamTimeoutsOf),
        costMeter({ priceOf, onUnknownPrice: unknownPriceAlarm(onError) }),
      ],
      callProvider(providers),
    ),
  )
  const budgeting = {
    budgeter,
    onUnknownPrice: options.budgets?.onUnknownPrice ?? 'refuse',
    defaultTokens: options.budgets?.defaultMaxTokens ?? options.limits?.defaultMaxTokens ?? 4_096,
  }
  const handle = compose(
    [
      telemetry(listeners, onError, { observers: metrics && [metrics], follower }),
      checkRequest(options),
      ...(requestLog && contentOptions ? [keepContent(contentOptions, onError)] : []),
      openCalls.layer,
      checkPermissions(routes),
      ...(idempotency ? [idempotency.layer] : []),
      ...(facts ? [reserveContext(facts)] : []),
      limitCalls({
        limiter,
        routeTokens: routeTokensOf(routes),
        defaultTokens: options.limits?.defaultMaxTokens ?? 4_096,
      }),
      budgetCalls({
        ...budgeting,
        costBound: costBound({
          priceOf,
          targetsOf: reachableTargets({ providers, routes, exposeModels }),
          dearerTiersOf: (target, request) =>
            providers.find(({ id }) => id === target.provider)?.dearerTiersOf?.(target.model, request) ?? [],
        }),
      }),
      ...(options.use ?? []),
      ...(facts ? [addContext(facts)] : []),
      ...(cache ? [cache.layer] : []),
    ],
    router,
  )

  const batches = createBatches({
    options,
    routes,
    exposeModels,
    layers: [
      telemetry(listeners, onError, { observers: metrics && [metrics], follower }),
      openCalls.layer,
      checkPermissions(routes),
      limitCalls({ limiter, routeTokens: {}, defaultTokens: 0 }),
      ...(options.use ?? []),
    ],
    ended: telemetry(listeners, onError, { observers: metrics && [metrics] }),
    handle,
    priceOf,
    budgets: new BatchBudgets({ ...budgeting, costBound: batchCostBound(priceOf) }),
    onError,
  })
  const models = listModels({ providers, routes, exposeModels, created: Math.floor(Date.now() / 1000) })
  const door = createDoor({
    handle,
    handleBatches: batches?.handle,
    maxFileBytes: batches?.maxFileBytes,
    models,
    onError,
    auth: options.auth,
    callers: Callers.of(options.callerCredentials, providers),
    trustProxy: options.trustProxy ?? 0,
    streams: new StreamClock(streamTimes(options.streams)),
    maxBodyBytes: options.maxBodyBytes ?? 20 * 1024 * 1024,
    countRequest: (principal, headers) => limiter.count(principal, headers),
    cacheWishOf: cache && cacheWishOf,
    readsTraceHeaders: follower !== undefined,
    onRefused: metrics && (error => metrics.refused(error.code)),
    flush: options => flushAll(flushables, options),
    flushAnswers: options => (idempotency ? idempotency.flush(options) : Promise.resolve()),
  })

  async function close({ graceMs = 30_000, flushMs = lastFlushMs }: CloseOptions = {}): Promise<void> {
    batches?.stop()
    await openCalls.drain(graceMs)
    await batches?.close()
    await Promise.all([limiter.close(), budgeter.close()])
    try {
      await Promise.all([...providers, layer].map(async closed => closed?.close?.()))
    } finally {
      tellSafely(() => follower?.close(), onError)
      // A provider that cannot be closed must not cost the log its last records.
      await flushAll(flushables, { timeoutMs: flushMs, final: true })
    }
  }

  return {
    ...inProcess(handle),
    models: () => models({ origin: 'process', principal: undefined }),
    targets: resilience.targets,
    context: () => layer?.health(),
    resetTargets: resilience.reset,
    budgets: spendingDesk(budgeter),
    metrics: () => readMetrics?.(),
    fetch: createFetch(door),
    door,
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}

function recorderOf(
  options: true | MetricsOptions,
  providers: readonly Provider[],
  routes: RouteTable,
): MetricsRecorder {
  return new MetricsRecorder({ ...(options === true ? {} : options), providers, routes })
}

/** Stacks only: an error printed whole shows its members too, and an HTTP client's error carries the request's headers. */
function consoleError(error: unknown, callId?: string): void {
  console.error('modelgate', callId ?? '', stackOf(error))
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return `a ${typeof error} was thrown`
  const own = error.stack ?? error.message
  return error.cause instanceof Error ? `${own}\n  caused by ${stackOf(error.cause)}` : own
}

/** A listener for errors that throws, or rejects, must not take the process, or the answer, with it. */
function careful(onError: typeof consoleError): typeof consoleError {
  return (error, callId) =>
    tellSafely(
      () => onError(error, callId),
      fault => consoleError(fault, callId),
    )
}
