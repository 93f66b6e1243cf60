import { apiKeys } from './auth/api-keys.ts'
import { batchesCheck, batchesFaults } from './batches/batches-options.ts'
import { cacheCheck, routeCacheCheck } from './cache/cache-options.ts'
import { isContextLayer } from './context/context-layer.ts'
import { pricesCheck } from './cost/check-prices.ts'
import { GatewayError } from './errors.ts'
import type { GatewayOptions } from './gateway-options.ts'
import { streamsCheck } from './http/streams-options.ts'
import { idempotencyCheck } from './idempotency/idempotency-options.ts'
import { budgetsCheck } from './limits/budgets/check-budgets.ts'
import { limitsCheck } from './limits/check-limits.ts'
import type { Provider } from './provider.ts'
import {
  bulkheadCheck,
  circuitBreakerCheck,
  coolDownCheck,
  retryCheck,
  timeoutsCheck,
} from './resilience/check-resilience.ts'
import { routeFaults } from './router/check-routes.ts'
import { type DetailedRoute, type RouteTable, resolve } from './router/resolve.ts'
import { metricsCheck } from './telemetry/metrics/metrics-options.ts'
import { shown } from './wire/shown-value.ts'
import {
  anything,
  callable,
  either,
  fits,
  flag,
  hasMethods,
  knownMembers,
  listOf,
  members,
  name,
  oneOf,
  tableOf,
  type ValueCheck,
  valueFaults,
  whole,
} from './wire/value-check.ts'

/** The options of a gateway whatever its providers and routes are called. */
export type CheckedOptions = Omit<GatewayOptions, 'routes'> & { readonly routes?: RouteTable | undefined }

/**
 * Finds what is wrong with a gateway's options before the first call does.
 * @throws {GatewayError} `invalid_configuration`, one line for each fault.
 */
export function checkOptions(options: CheckedOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new GatewayError(
      'invalid_configuration',
      'createGateway() takes an object: { providers: [openai()] } is enough.',
    )
  }
  const providers: unknown = options.providers
  const known = Array.isArray(providers) ? providers.filter((provider: Provider | undefined) => provider?.id) : []
  const routes: unknown = options.routes ?? {}
  const faults = [
    ...providerFaults(options.providers),
    ...callerCredentialsFaults(options, known),
    ...batchesFaults(options.batches, known),
    ...(isRouteTable(routes) ? [...ownRouteFaults(routes), ...routeFaults(routes, known)] : []),
    ...valueFaults(members(optionChecks()), options, 'the configuration'),
  ]
  if (faults.length === 0) faults.push(...defaultModelFaults(options))
  if (faults.length > 0) throw new GatewayError('invalid_configuration', faults.join('\n'))
}

function isRouteTable(routes: unknown): routes is RouteTable {
  return typeof routes === 'object' && routes !== null && !Array.isArray(routes)
}

/** The types say the same; JavaScript, and a configuration that was parsed, do not read types. */
function optionChecks() {
  return {
    // Looked at above, with better words.
    providers: anything(),
    routes: tableOf(anything()),
    auth: fits(isAuth, value =>
      value === apiKeys
        ? 'must be called, as in apiKeys(store)'
        : "must be apiKeys(store), a function of the request, or 'none'",
    ),
    callerCredentials: oneOf(['with-key', 'alone']),
    trustProxy: whole(0, 32),
    limits: limitsCheck(),
    cache: cacheCheck(),
    budgets: budgetsCheck(),
    idempotency: idempotencyCheck(),
    use: listOf(callable()),
    context: fits(isContextLayer, 'must be what mcpContext() gives'),
    defaultModel: name(),
    defaultEmbeddingModel: name(),
    exposeModels: oneOf(['routes', 'all']),
    maxAttempts: whole(1),
    retry: retryCheck(),
    circuitBreaker: circuitBreakerCheck(),
    coolDown: coolDownCheck(),
    bulkhead: bulkheadCheck(),
    prices: pricesCheck(),
    timeouts: timeoutsCheck(),
    streams: streamsCheck(),
    maxBodyBytes: whole(1),
    batches: batchesCheck(),
    requestLog: hasAll(['write', 'flush'], 'must have write and flush, as memoryRequestLog() and queuedLog() have'),
    logContent: either(flag(), members({ redact: callable(), maxChars: whole(1) })),
    metrics: metricsCheck(),
    telemetry: hasAll(['follow'], 'must be what openTelemetry() gives'),
    logger: hasAll(['isOn', 'log'], 'must have isOn and log, as jsonLogger() has'),
    onReport: callable(),
    onError: callable(),
  } satisfies Readonly<Record<keyof GatewayOptions, ValueCheck>>
}

function hasAll(methods: readonly string[], message: string): ValueCheck {
  return fits(value => hasMethods(value, ...methods), message)
}

function isAuth(value: unknown): boolean {
  return value === 'none' || (typeof value === 'function' && value !== apiKeys)
}

function* defaultModelFaults({ providers, routes = {}, ...options }: CheckedOptions): Generator<string> {
  for (const name of ['defaultModel', 'defaultEmbeddingModel'] as const) {
    const model = options[name]
    if (model === undefined) continue
    try {
      resolve(model, { providers, routes, exposed: 'all' })
    } catch (error) {
      yield `${name}: ${error instanceof Error ? error.message : String(error)}`
    }
  }
}

function* providerFaults(providers: GatewayOptions['providers']): Generator<string> {
  if (!Array.isArray(providers) || providers.length === 0) {
    yield providers === undefined || Array.isArray(providers)
      ? 'providers: give at least one, such as openai() or bedrock().'
      : 'providers: give them as a list, as in [openai(), bedrock()].'
    return
  }
  const seen = new Set<string>()
  for (const [index, provider] of providers.entries()) {
    const place = `providers[${index}]`
    const where = `${place}.id`
    if (typeof provider === 'function') yield `${place}: call it, as in openai(); the function itself is no provider.`
    else if (typeof (provider ?? false) !== 'object')
      yield `${place}: ${shown(provider, false)} is no provider; give what openai() or bedrock() gives, and nothing where there is none.`
    else if (!provider?.id) yield `${where}: a provider needs an id.`
    else if (!areHandlers(provider.handlers))
      yield `${place}.handlers: a provider needs functions under the names of what it serves, as in { chat }.`
    else if (!/^[A-Za-z0-9._-]+$/.test(provider.id)) {
      yield `${where}: '${provider.id}' may hold only letters, digits, '.', '_' and '-', since it stands before the '/' of a target.`
    } else if (seen.has(provider.id)) {
      yield `${where}: '${provider.id}' is taken; give this provider another id, as in bedrock({ id: 'eu' }).`
    }
    seen.add(provider?.id)
  }
}

function areHandlers(handlers: unknown): boolean {
  if (typeof handlers !== 'object' || handlers === null) return false
  return Object.values(handlers).every(handler => handler === undefined || typeof handler === 'function')
}

function* callerCredentialsFaults(
  { callerCredentials }: CheckedOptions,
  providers: readonly Provider[],
): Generator<string> {
  if (callerCredentials === undefined || providers.length === 0) return
  if (providers.some(provider => provider.callerCredentials !== undefined)) return
  yield 'callerCredentials: none of the providers takes credentials of callers; add one that does, such as bedrock(), or leave it out.'
}

/** What of a route is not the router's own, which {@link routeFaults} does not look at. */
function* ownRouteFaults(routes: RouteTable): Generator<string> {
  for (const [name, route] of Object.entries(routes)) {
    const { defaultMaxTokens, timeouts, cache } = detailsOf(route)
    const where = `routes.${name}`
    if (defaultMaxTokens !== undefined && !(Number.isSafeInteger(defaultMaxTokens) && defaultMaxTokens >= 1))
      yield `${where}.defaultMaxTokens: must be a whole number of at least 1, got ${String(defaultMaxTokens)}.`
    if (timeouts !== undefined) {
      const subject = `${where}.timeouts`
      yield* valueFaults(timeoutsCheck(), timeouts, subject).map(message => `${subject}: ${message}`)
    }
    const faults = valueFaults(knownMembers({ cache: routeCacheCheck() }), { cache }, where)
    yield* faults.map(message => `${where}: ${message}`)
  }
}

/** A list of targets has none. */
function detailsOf(route: RouteTable[string]): Partial<DetailedRoute> {
  return typeof route === 'object' && route !== null && !('length' in route) ? route : {}
}
