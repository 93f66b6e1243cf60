import type { Provider } from '@modelgate/core'
import type { Config } from '../config/config-schema.ts'

/** One target of a drilled route, with what its provider knows of it. */
export interface DrilledTarget {
  /** `id/model`. */
  readonly name: string
  readonly provider: string
  readonly model: string
  readonly streams: boolean
  /** Tokens; `undefined` where nobody knows. */
  readonly contextTokens: number | undefined
}

/** What a configuration promises the callers of one route. Rows are judged by it. */
export interface RoutePromise {
  /** What callers name. */
  readonly route: string
  readonly operation: 'chat' | 'embeddings'
  /** Those that can serve the operation; a call never goes to the others. */
  readonly targets: readonly DrilledTarget[]
  readonly maxAttempts: number
  /** Why a failure at one target alone reaches the caller; `undefined` where the target is asked again. */
  readonly noRetry: string | undefined
  /** Failures one after another that open a target's breaker; `undefined` where it is off. */
  readonly failureThreshold: number | undefined
  /** Longest wait before a target is asked again, in milliseconds. */
  readonly maxRetryDelayMs: number
  /** Silence after which a stream's 200 goes out, in milliseconds. */
  readonly commitAfterMs: number
}

interface PromiseSource {
  readonly config: Config
  readonly providers: readonly Provider[]
}

/** Reads the promise off the configuration; the defaults are those that the app's and core's READMEs name. */
export function routePromise(route: string, targetNames: readonly string[], source: PromiseSource): RoutePromise {
  const { config } = source
  const { retry = {}, circuitBreaker = {}, maxAttempts = 3 } = config
  const known = targetNames.map(name => withCapabilities(name, source.providers))
  const chats = known.filter(({ operations }) => operations?.includes('chat') ?? true)
  const operation = chats.length > 0 ? 'chat' : 'embeddings'
  return {
    route,
    operation,
    targets: (chats.length > 0 ? chats : known).map(({ target }) => target),
    maxAttempts,
    noRetry: whyNoRetry(retry, maxAttempts),
    failureThreshold: circuitBreaker.enabled === false ? undefined : (circuitBreaker.failureThreshold ?? 5),
    maxRetryDelayMs: retry.maxDelayMs ?? 2_000,
    commitAfterMs: config.streams?.commitAfterMs ?? 10_000,
  }
}

function withCapabilities(name: string, providers: readonly Provider[]) {
  const slash = name.indexOf('/')
  const [id, model] = [name.slice(0, slash), name.slice(slash + 1)]
  const known = providers.find(provider => provider.id === id)?.capabilitiesOf?.(model)
  const target: DrilledTarget = {
    name,
    provider: id,
    model,
    streams: known?.streaming !== false,
    contextTokens: known?.contextTokens,
  }
  return { target, operations: known?.operations }
}

/** A row makes two calls of a target before it wants a retry. */
const callsBefore = 2

function whyNoRetry(retry: NonNullable<Config['retry']>, maxAttempts: number): string | undefined {
  if (retry.enabled === false) return 'retry is off'
  if (maxAttempts < 2) return 'maxAttempts is 1'
  const budget = Math.max(retry.minRetries ?? 3, (callsBefore * (retry.budgetPercent ?? 10)) / 100)
  return budget < 1 ? 'retry has no budget for few calls' : undefined
}

/** Why no other target answers in a failed one's stead; `undefined` where one does. */
export function whyNoSecond(promise: RoutePromise, stream: boolean): string | undefined {
  if (targetsFor(promise, stream).length < 2) return 'no second target'
  return promise.maxAttempts < 2 ? 'maxAttempts is 1' : undefined
}

/** The targets that a call may go to. */
export function targetsFor({ targets }: RoutePromise, stream: boolean): readonly DrilledTarget[] {
  const able = stream ? targets.filter(({ streams }) => streams) : targets
  return able.length > 0 ? able : targets.slice(0, 1)
}
