import type { Call } from './contract.ts'
import type { StreamTimeouts } from './resilience/timeouts.ts'

/** How long a call may take, in milliseconds. */
export interface Timeouts extends StreamTimeouts {
  /** A connection to an upstream, TLS included. Default, and at most: the transport's own, 5,000. */
  readonly connectMs?: number | undefined
  /** The whole call, attempts and stream included. Default 600,000. */
  readonly totalMs?: number | undefined
}

type TimedRoutes = Readonly<
  Record<string, { readonly timeouts?: Timeouts | undefined } | readonly string[] | undefined>
>

/** Each call's own times. */
export interface TimeoutTable {
  readonly streamTimeoutsOf: (call: Call) => StreamTimeouts
  readonly deadlineMsOf: (call: Call) => number
  /** Absent where all connections have their transport's own time. */
  readonly connectMsOf: ((call: Call) => number | undefined) | undefined
}

/** The times of a gateway and of its routes, which are looked up and not merged for each call. */
export function timeoutTable(own: Timeouts = {}, routes: TimedRoutes = {}): TimeoutTable {
  const byRoute = new Map<string, Timeouts>()
  for (const [name, route] of Object.entries(routes)) {
    if (route && 'timeouts' in route && route.timeouts) byRoute.set(name, merged(own, route.timeouts))
  }
  const timeoutsOf = (route: string | undefined): Timeouts => (route === undefined ? own : (byRoute.get(route) ?? own))
  const connects = [own, ...byRoute.values()].some(({ connectMs }) => connectMs !== undefined)
  return {
    connectMsOf: connects ? ({ context }) => timeoutsOf(context.route).connectMs : undefined,
    streamTimeoutsOf: ({ context }) => timeoutsOf(context.route),
    deadlineMsOf({ operation, request, context: { origin, deadlineMs } }) {
      // A file takes as long as its caller's line is thin; while nothing comes of it, its reader keeps the time.
      if (operation === 'files') return Number.POSITIVE_INFINITY
      const { totalMs = 600_000 } = timeoutsOf(request.model)
      // The host's own code may ask for more than the default; whoever comes over the door only for less.
      return deadlineMs === undefined ? totalMs : origin === 'process' ? deadlineMs : Math.min(deadlineMs, totalMs)
    },
  }
}

function merged(own: Timeouts, route: Timeouts): Timeouts {
  return {
    connectMs: route.connectMs ?? own.connectMs,
    answerMs: route.answerMs ?? own.answerMs,
    firstFrameMs: route.firstFrameMs ?? own.firstFrameMs,
    idleMs: route.idleMs ?? own.idleMs,
    totalMs: route.totalMs ?? own.totalMs,
  }
}
