import type { Config } from '../config/config-schema.ts'

/** What silence costs in rows that wait for it, in milliseconds: a machine that is busy still answers sooner. */
export const silenceMs = 1_000
const longestPauseMs = 50
const shortestOpenMs = 30_000

type Timed = NonNullable<Config['timeouts']>

/** The file's configuration with pauses that nobody wants to sit through cut down, and no breaker that closes by itself within a row. */
export function drillable(config: Config): Config {
  const { retry = {}, circuitBreaker = {} } = config
  return {
    ...config,
    retry: { ...retry, baseDelayMs: Math.min(retry.baseDelayMs ?? longestPauseMs, longestPauseMs) },
    circuitBreaker: {
      ...circuitBreaker,
      waitDurationInOpenStateMs: Math.max(circuitBreaker.waitDurationInOpenStateMs ?? shortestOpenMs, shortestOpenMs),
      maxWaitDurationInOpenStateMs: Math.max(circuitBreaker.maxWaitDurationInOpenStateMs ?? 300_000, shortestOpenMs),
    },
  }
}

/** The same with upstreams that are given up after {@link silenceMs} of silence, or sooner where the file says so. */
export function impatient(config: Config): Config {
  const routes = Object.entries(config.routes ?? {})
  const ownTimes = routes.flatMap(([, route]) => (Array.isArray(route) ? [] : (route.timeouts ?? [])))
  // A call has to have time left for its next target.
  const totals = [config.timeouts ?? {}, ...ownTimes].map(({ totalMs = 600_000 }) => totalMs / 4)
  const mostMs = Math.max(1, Math.floor(Math.min(silenceMs, ...totals)))
  const impatientRoutes = routes.map(([name, route]) => {
    if (Array.isArray(route) || !route.timeouts) return [name, route] as const
    return [name, { ...route, timeouts: shortened(route.timeouts, mostMs) }] as const
  })
  const { firstFrameMs = mostMs, idleMs = mostMs } = config.timeouts ?? {}
  return {
    ...config,
    ...(config.routes && { routes: Object.fromEntries(impatientRoutes) }),
    timeouts: shortened({ ...config.timeouts, firstFrameMs, idleMs }, mostMs),
  }
}

/** Only what is said: else a route's would stand in place of the gateway's. */
function shortened(times: Timed, mostMs: number): Timed {
  const { firstFrameMs, idleMs } = times
  return {
    ...times,
    ...(firstFrameMs !== undefined && { firstFrameMs: Math.min(firstFrameMs, mostMs) }),
    ...(idleMs !== undefined && { idleMs: Math.min(idleMs, mostMs) }),
  }
}
