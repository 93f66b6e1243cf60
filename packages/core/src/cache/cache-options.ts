import { longestTimerMs } from '../longest-timer.ts'
import type { RouteCache } from '../route-cache.ts'
import { either, fits, flag, hasMethods, members, type ValueCheck, whole } from '../wire/value-check.ts'
import type { CacheStore } from './cache-store.ts'

/** How answers are kept that may be given again. */
export interface CacheOptions {
  /** Where. Default: 64 MiB of this process's memory. */
  readonly store?: CacheStore | undefined
  /** How long an answer may be given again, in milliseconds, where its route does not say. Default 300,000. */
  readonly ttlMs?: number | undefined
  /** Whether answers that call tools are kept, too. Default false: a tool may have been called since. */
  readonly toolCalls?: boolean | undefined
  /** Milliseconds that the store may take before a call goes on without it. It is then left alone for a second. Default 50. */
  readonly storeTimeoutMs?: number | undefined
}

/** What holds for the answers of one route. */
export interface CacheRule {
  readonly ttlMs: number
  readonly toolCalls: boolean
}

const defaultTtlMs = 300_000

/** The rule of what a caller has asked to be kept and no route says anything of. */
export function defaultRule({ ttlMs = defaultTtlMs, toolCalls = false }: CacheOptions): CacheRule {
  return { ttlMs, toolCalls }
}

/** The routes whose answers are kept, and `false` for those whose answers must not be. */
export function cacheRules(
  routes: Readonly<Record<string, unknown>>,
  options: CacheOptions,
): ReadonlyMap<string, CacheRule | false> {
  const rules = new Map<string, CacheRule | false>()
  for (const [name, route] of Object.entries(routes)) {
    const said = saidOf(route)
    if (said === undefined) continue
    const { ttlMs, toolCalls } = said === true || said === false ? {} : said
    const given = defaultRule(options)
    rules.set(name, said !== false && { ttlMs: ttlMs ?? given.ttlMs, toolCalls: toolCalls ?? given.toolCalls })
  }
  return rules
}

/** Where nobody wants answers kept, that costs nothing. */
export function isCacheWanted(routes: Readonly<Record<string, unknown>>, options: CacheOptions | undefined): boolean {
  return options !== undefined || [...cacheRules(routes, {}).values()].some(Boolean)
}

function saidOf(route: unknown): boolean | RouteCache | undefined {
  if (typeof route !== 'object' || route === null || !('cache' in route)) return undefined
  return route.cache as boolean | RouteCache | undefined
}

/** Of {@link CacheOptions}. */
export function cacheCheck(): ValueCheck {
  const store = fits(isStore, 'must be a store of answers, as memoryCacheStore() is one')
  return members({ store, storeTimeoutMs: whole(1, longestTimerMs), ...keptMembers() })
}

/** Of a route's `cache`. */
export function routeCacheCheck(): ValueCheck {
  return either(flag(), members(keptMembers()))
}

function isStore(value: unknown): boolean {
  return hasMethods(value, 'get', 'put', 'claim')
}

function keptMembers() {
  return { ttlMs: whole(1), toolCalls: flag() }
}
