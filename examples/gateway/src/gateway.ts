import {
  type Authenticate,
  type CacheOptions,
  type ContextLayer,
  createGateway,
  errorText,
  type Gateway,
  type IdempotencyOptions,
  type RequestLog,
} from '@modelgate/core'
import { softLimitNotice } from './budgets/soft-limit-notice.ts'
import { toldBySource } from './config/configuration.ts'
import { configured } from './configuration-error.ts'
import type { Plan } from './plan.ts'
import type { Stores } from './stores/stores.ts'
import type { AppTelemetry } from './telemetry/app-telemetry.ts'
import { buildBatches } from './upstream/build-batches.ts'
import { demoModelOf, routesOf } from './upstream/demo.ts'
import type { Upstream } from './upstream/upstream.ts'

interface GatewayParts {
  readonly upstream: Upstream
  readonly auth: Authenticate
  readonly stores: Stores
  readonly requestLog: RequestLog | undefined
  readonly telemetry: AppTelemetry
  readonly context?: ContextLayer | undefined
  readonly warn: (text: string) => void
}

/**
 * The gateway of a plan.
 * @throws {ConfigurationError} with what `createGateway` finds wrong.
 */
export function buildGateway({ mode, config, sources }: Plan, parts: GatewayParts): Gateway {
  const demo = mode === 'simulator'
  return configured(
    () =>
      createGateway({
        providers: parts.upstream.providers,
        routes: routesOf({ mode, config }, parts.upstream.providers),
        auth: parts.auth,
        callerCredentials: config.callerCredentials,
        trustProxy: config.trustProxy,
        defaultEmbeddingModel: config.defaultEmbeddingModel,
        defaultModel: config.defaultModel ?? (demo ? demoModelOf(parts.upstream.providers) : undefined),
        exposeModels: config.exposeModels ?? (demo ? 'all' : undefined),
        limits: { ...config.limits, store: parts.stores.limits },
        idempotency: idempotencyOf(config.idempotency, parts.stores.cache),
        budgets: { ...config.budgets, store: parts.stores.budgets, onSoftLimit: softLimitNotice(parts.warn) },
        cache: cacheOf(config, parts.stores.cache),
        prices: config.prices,
        timeouts: config.timeouts,
        maxAttempts: config.maxAttempts,
        retry: config.retry,
        circuitBreaker: {
          ...config.circuitBreaker,
          onStateChange: ({ target, from, to }) =>
            parts.warn(`The circuit breaker of ${target} went from ${from} to ${to}.`),
        },
        coolDown: config.coolDown,
        bulkhead: config.bulkhead,
        streams: config.streams,
        batches: buildBatches(config, parts.upstream),
        maxBodyBytes: config.maxBodyBytes,
        requestLog: parts.requestLog,
        logContent: config.logContent,
        context: parts.context,
        logger: parts.telemetry.logger,
        metrics: parts.telemetry.metrics,
        telemetry: parts.telemetry.telemetry,
        onError: parts.telemetry.logger
          ? undefined
          : (error, callId) => parts.warn(`${callId === undefined ? '' : `Call ${callId}: `}${errorText(error)}`),
      }),
    toldBySource(sources),
  )
}

/** Absent where nothing says that answers are kept: the headers that ask for it are not looked at then. */
function cacheOf({ cache, routes = {} }: Plan['config'], store: Stores['cache']): CacheOptions | undefined {
  const isAsked = cache || Object.values(routes).some(route => 'cache' in route && route.cache)
  return isAsked ? { ...cache, store } : undefined
}

function idempotencyOf(
  { enabled = true, ...options }: NonNullable<Plan['config']['idempotency']> = {},
  store: Stores['cache'],
): IdempotencyOptions | false {
  return enabled && { ...options, store }
}
