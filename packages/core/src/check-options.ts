import * as z from 'zod/mini'
import { apiKeys } from './auth/api-keys.ts'
import { batchesFaults, batchesSchema } from './batches/batches-options.ts'
import { cacheSchema, routeCacheSchema } from './cache/cache-options.ts'
import { isContextLayer } from './context/context-layer.ts'
import { pricesSchema } from './cost/check-prices.ts'
import { GatewayError } from './errors.ts'
import type { GatewayOptions } from './gateway-options.ts'
import { streamsSchema } from './http/streams-options.ts'
import { idempotencySchema } from './idempotency/idempotency-options.ts'
import { budgetsSchema } from './limits/budgets/check-budgets.ts'
import { limitsSchema } from './limits/check-limits.ts'
import type { Provider } from './provider.ts'
import {
  bulkheadSchema,
  circuitBreakerSchema,
  coolDownSchema,
  retrySchema,
  timeoutsSchema,
} from './resilience/check-resilience.ts'
import { routeFaults } from './router/check-routes.ts'
import { type RouteTable, resolve } from './router/resolve.ts'
import { metricsSchema } from './telemetry/metrics/metrics-options.ts'
import { faultsOf } from './wire/faults.ts'

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
    ...optionFaults(options),
  ]
  if (faults.length === 0) faults.push(...defaultModelFaults(options))
  if (faults.length > 0) throw new GatewayError('invalid_configuration', faults.join('\n'))
}

function isRouteTable(routes: unknown): routes is RouteTable {
  return typeof routes === 'object' && routes !== null && !Array.isArray(routes)
}

const positive = () => z.optional(z.int().check(z.minimum(1)))
const call = () => z.custom(isFunction, { error: () => 'must be a function' })
const object = () =>
  z.optional(z.custom(value => typeof value === 'object' && value !== null, { error: () => 'must be an object' }))

/** The types say the same; JavaScript, and a configuration that was parsed, do not read types. Made one by one: a cold start makes those it needs. */
const memberSchemas = {
  // Looked at above, with better words.
  providers: () => z.optional(z.any()),
  routes: object,
  auth: () =>
    z.optional(
      z.custom(isAuth, {
        error: ({ input }) =>
          input === apiKeys
            ? 'must be called, as in apiKeys(store)'
            : "must be apiKeys(store), a function of the request, or 'none'",
      }),
    ),
  callerCredentials: () => z.optional(z.enum(['with-key', 'alone'])),
  trustProxy: () => z.optional(z.int().check(z.minimum(0), z.maximum(32))),
  limits: limitsSchema,
  cache: cacheSchema,
  budgets: budgetsSchema,
  idempotency: idempotencySchema,
  use: () => z.optional(z.array(call())),
  context: () => z.optional(z.custom(isContextLayer, { error: () => 'must be what mcpContext() gives' })),
  defaultModel: () => z.optional(z.string().check(z.minLength(1))),
  defaultEmbeddingModel: () => z.optional(z.string().check(z.minLength(1))),
  exposeModels: () => z.optional(z.enum(['routes', 'all'])),
  maxAttempts: positive,
  retry: retrySchema,
  circuitBreaker: circuitBreakerSchema,
  coolDown: coolDownSchema,
  bulkhead: bulkheadSchema,
  prices: () => z.optional(pricesSchema()),
  timeouts: timeoutsSchema,
  streams: streamsSchema,
  maxBodyBytes: positive,
  batches: () => z.optional(batchesSchema()),
  requestLog: () =>
    z.optional(
      z.custom(isRequestLog, { error: () => 'must have write and flush, as memoryRequestLog() and queuedLog() have' }),
    ),
  logContent: () =>
    z.optional(
      z.union([z.boolean(), z.strictObject({ redact: z.optional(call()), maxChars: positive() })], {
        error: () => 'must be true, or an object with redact and maxChars',
      }),
    ),
  metrics: metricsSchema,
  telemetry: () => z.optional(z.custom(isTelemetry, { error: () => 'must be what openTelemetry() gives' })),
  logger: () => z.optional(z.custom(isLogger, { error: () => 'must have isOn and log, as jsonLogger() has' })),
  onReport: () => z.optional(call()),
  onError: () => z.optional(call()),
} satisfies Readonly<Record<keyof GatewayOptions, () => z.ZodMiniType>>

/** What needs no schema to be seen as right: a gateway with nothing else is made without one. */
const rightAtOnce: { readonly [Name in keyof GatewayOptions]?: (value: unknown) => boolean } = {
  // Looked at above, with better words.
  providers: () => true,
  auth: isAuth,
  defaultModel: isName,
  defaultEmbeddingModel: isName,
  onReport: isFunction,
  onError: isFunction,
}

function optionFaults(options: object): string[] {
  if (Object.entries(options).every(([name, value]) => isRight(name, value))) return []
  const members = Object.entries(memberSchemas).map(([name, schemaOf]) => [name, schemaOf()] as const)
  const schema = z.strictObject(Object.fromEntries(members))
  return faultsOf(schema, options, { subject: 'the configuration' }).map(({ message }) => message)
}

function isRight(name: string, value: unknown): boolean {
  if (!Object.hasOwn(memberSchemas, name)) return false
  const option = name as keyof GatewayOptions
  return value === undefined || rightAtOnce[option]?.(value) === true || z.validate(memberSchemas[option](), value)
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

function isAuth(value: unknown): boolean {
  return value === 'none' || (isFunction(value) && value !== apiKeys)
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isLogger(value: unknown): boolean {
  return hasMethods(value, 'isOn', 'log')
}

function isRequestLog(value: unknown): boolean {
  return hasMethods(value, 'write', 'flush')
}

function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  return (
    typeof value === 'object' && value !== null && names.every(name => typeof Reflect.get(value, name) === 'function')
  )
}

function isTelemetry(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'follow') === 'function'
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
    const where = `providers[${index}].id`
    if (typeof provider === 'function')
      yield `providers[${index}]: call it, as in openai(); the function itself is no provider.`
    else if (!provider?.id) yield `${where}: a provider needs an id.`
    else if (!/^[A-Za-z0-9._-]+$/.test(provider.id)) {
      yield `${where}: '${provider.id}' may hold only letters, digits, '.', '_' and '-', since it stands before the '/' of a target.`
    } else if (seen.has(provider.id)) {
      yield `${where}: '${provider.id}' is taken; give this provider another id, as in bedrock({ id: 'eu' }).`
    }
    seen.add(provider?.id)
  }
}

function* callerCredentialsFaults(
  { callerCredentials }: CheckedOptions,
  providers: readonly Provider[],
): Generator<string> {
  if (callerCredentials === undefined || providers.length === 0) return
  if (providers.some(provider => provider.callerCredentials !== undefined)) return
  yield 'callerCredentials: none of the providers takes credentials of callers; add one that does, such as bedrock(), or leave it out.'
}

function* ownRouteFaults(routes: RouteTable): Generator<string> {
  for (const [name, route] of Object.entries(routes)) {
    yield* routeTokensFaults(name, route)
    yield* routeTimeoutsFaults(name, route)
    yield* routeCacheFaults(name, route)
  }
}

function* routeTokensFaults(name: string, route: RouteTable[string]): Generator<string> {
  if (typeof route !== 'object' || route === null || !('defaultMaxTokens' in route)) return
  const { defaultMaxTokens } = route
  if (defaultMaxTokens === undefined || (Number.isSafeInteger(defaultMaxTokens) && defaultMaxTokens >= 1)) return
  yield `routes.${name}.defaultMaxTokens: must be a whole number of at least 1, got ${String(defaultMaxTokens)}.`
}

function* routeTimeoutsFaults(name: string, route: RouteTable[string]): Generator<string> {
  if (typeof route !== 'object' || route === null || !('timeouts' in route)) return
  yield* faultsOf(timeoutsSchema(), route.timeouts, { subject: `routes.${name}.timeouts` }).map(
    ({ message }) => `routes.${name}.timeouts: ${message}`,
  )
}

function* routeCacheFaults(name: string, route: RouteTable[string]): Generator<string> {
  if (typeof route !== 'object' || route === null || !('cache' in route)) return
  const { cache } = route
  yield* faultsOf(routeCacheSchema(), { cache }, { subject: `routes.${name}` }).map(
    ({ message }) => `routes.${name}: ${message}`,
  )
}
