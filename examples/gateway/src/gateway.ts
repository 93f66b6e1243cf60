import {
  apiKeys,
  createGateway,
  type Gateway,
  type KeyStore,
  type Provider,
  type RequestLog,
  type Routes,
} from '@modelgate/core'
import { configured } from './configuration-error.ts'
import type { Plan } from './plan.ts'
import type { Stores } from './stores/open-stores.ts'
import type { AppTelemetry } from './telemetry/app-telemetry.ts'
import { buildBatches } from './upstream/build-batches.ts'
import { demoModelOf, demoRoutesOf } from './upstream/demo.ts'
import type { Upstream } from './upstream/upstream.ts'

export interface GatewayParts {
  readonly upstream: Upstream
  readonly keys: readonly KeyStore[]
  readonly stores: Stores
  readonly requestLog: RequestLog | undefined
  readonly telemetry: AppTelemetry
  readonly warn: (text: string) => void
}

/**
 * The gateway of a plan.
 * @throws {ConfigurationError} with what `createGateway` finds wrong.
 */
export function buildGateway({ mode, config }: Plan, parts: GatewayParts): Gateway {
  const demo = mode === 'simulator'
  const routes: Routes<readonly Provider[]> = config.routes ?? (demo ? demoRoutesOf(parts.upstream.providers) : {})
  return configured(() =>
    createGateway({
      providers: parts.upstream.providers,
      routes,
      auth: apiKeys(parts.keys, {
        onError: error => parts.warn(`The store of API keys does not answer: ${stacks(error)}`),
      }),
      callerCredentials: config.callerCredentials,
      trustProxy: config.trustProxy,
      defaultEmbeddingModel: config.defaultEmbeddingModel,
      defaultModel: config.defaultModel ?? (demo ? demoModelOf(parts.upstream.providers) : undefined),
      exposeModels: config.exposeModels ?? (demo ? 'all' : undefined),
      limits: { ...config.limits, store: parts.stores.limits },
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
      logger: parts.telemetry.logger,
      metrics: parts.telemetry.metrics,
      telemetry: parts.telemetry.telemetry,
      onError: parts.telemetry.logger
        ? undefined
        : (error, callId) => parts.warn(`${callId === undefined ? '' : `Call ${callId}: `}${stacks(error)}`),
    }),
  )
}

/** Stacks only: printing an error whole shows its members too, and an HTTP client's error carries the request's headers. */
export function stacks(error: unknown): string {
  if (!(error instanceof Error)) return `a ${typeof error} was thrown`
  const own = error.stack ?? error.message
  return error.cause instanceof Error ? `${own}\n  caused by ${stacks(error.cause)}` : own
}
