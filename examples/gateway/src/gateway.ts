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
import { gatewayLimits } from './tier-limits.ts'
import { demoModel, demoRoutes } from './upstream/demo.ts'
import type { Upstream } from './upstream/upstream.ts'

export interface GatewayParts {
  readonly upstream: Upstream
  readonly keys: readonly KeyStore[]
  readonly stores: Stores
  readonly requestLog: RequestLog | undefined
  readonly warn: (text: string) => void
}

/**
 * The gateway of a plan.
 * @throws {ConfigurationError} with what `createGateway` finds wrong.
 */
export function buildGateway({ mode, settings, config }: Plan, parts: GatewayParts): Gateway {
  const demo = mode === 'simulator'
  const routes: Routes<readonly Provider[]> = config.routes ?? (demo ? demoRoutes : {})
  return configured(() =>
    createGateway({
      providers: parts.upstream.providers,
      routes,
      auth: apiKeys(parts.keys, {
        onError: error => parts.warn(`The store of API keys does not answer: ${stacks(error)}`),
      }),
      callerCredentials: settings.callerCredentials ?? config.callerCredentials,
      trustProxy: settings.trustProxy ?? config.trustProxy,
      defaultModel: settings.defaultModel ?? config.defaultModel ?? (demo ? demoModel : undefined),
      exposeModels: config.exposeModels ?? (demo ? 'all' : undefined),
      limits: { ...gatewayLimits(config, settings.tierLimits), store: parts.stores.limits },
      prices: config.prices,
      timeouts: config.timeouts,
      maxAttempts: config.maxAttempts,
      retry: config.retry,
      circuitBreaker: {
        ...config.circuitBreaker,
        failureThreshold: settings.failureThreshold ?? config.circuitBreaker?.failureThreshold,
        onStateChange: ({ target, from, to }) =>
          parts.warn(`The circuit breaker of ${target} went from ${from} to ${to}.`),
      },
      coolDown: config.coolDown,
      bulkhead: config.bulkhead,
      streams: config.streams,
      maxBodyBytes: config.maxBodyBytes,
      requestLog: parts.requestLog,
      logContent: config.logContent,
      onError: (error, callId) => parts.warn(`${callId === undefined ? '' : `Call ${callId}: `}${stacks(error)}`),
    }),
  )
}

/** Stacks only: printing an error whole shows its members too, and an HTTP client's error carries the request's headers. */
function stacks(error: unknown): string {
  if (!(error instanceof Error)) return `a ${typeof error} was thrown`
  const own = error.stack ?? error.message
  return error.cause instanceof Error ? `${own}\n  caused by ${stacks(error.cause)}` : own
}
