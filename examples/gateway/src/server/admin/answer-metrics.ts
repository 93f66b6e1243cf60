import { type CallMetrics, type FleetRange, GatewayError } from '@modelgate/core'
import type { AppParts } from '../app-parts.ts'
import type { Answer, Asked } from '../app-route.ts'
import { targetViews } from '../health/target-view.ts'
import { summariseBy, summariseCalls } from './summarise-calls.ts'

/**
 * `GET /api/v1/admin/metrics`: with `scope=instance`, the default, what this process has counted since its start; with `scope=fleet` what all
 * instances have, from `from` to `to`, the last hour by default.
 */
export async function answerMetrics({ query }: Asked, app: AppParts): Promise<Answer> {
  const scope = query.get('scope') ?? 'instance'
  if (scope === 'instance') return ofInstance(app)
  if (scope === 'fleet') return ofFleet(query, app)
  throw refused('scope', `must be 'instance' or 'fleet', got '${scope.slice(0, 60)}'.`)
}

/** Refusals that are a limit's: of calls, of money, of what is under way at once. */
const limitCodes = ['rate_limited', 'budget_exceeded', 'limits_unavailable']

function ofInstance(app: AppParts): Answer {
  const snapshot = app.gateway.metrics()
  if (!snapshot) throw new GatewayError('not_found', 'This gateway counts nothing.')
  const { startedAtMs, takenAtMs, calls, attempts, refusals, openCalls } = snapshot
  const body = {
    scope: 'instance',
    ...inAllWays(calls, { fromMs: startedAtMs, toMs: takenAtMs }),
    attempts,
    refusals,
    limits: Object.fromEntries(limitCodes.map(code => [code, refusals[code] ?? 0])),
    openCalls,
    targets: targetViews(app),
  }
  return { status: 200, body }
}

async function ofFleet(query: URLSearchParams, { fleet, now }: AppParts): Promise<Answer> {
  if (!fleet) {
    throw refused('scope', "'fleet' is not to be had here: its counters stand in the table of REQUEST_LOG=dynamodb.")
  }
  const range = rangeOf(query, now())
  // What this instance has counted since its last write is told, too.
  await fleet.flush()
  return { status: 200, body: { scope: 'fleet', ...inAllWays(await fleet.read(range), range) } }
}

/** What was counted, added up in each of the ways that somebody pays or looks after. */
function inAllWays(calls: readonly CallMetrics[], { fromMs, toMs }: FleetRange): object {
  const total = summariseCalls(calls)
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    total,
    byOperation: summariseBy(calls, ['operation']),
    byRoute: summariseBy(calls, ['route']),
    byModel: summariseBy(calls, ['provider', 'model']),
    byTier: summariseBy(calls, ['tier']),
    byTenant: summariseBy(calls, ['tenant']),
    cache: { promptTokens: total.tokens.prompt, cachedTokens: total.tokens.cached },
  }
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** Each minute of each instance is one item of a table to read. */
const longestMs = 24 * hourMs

function rangeOf(query: URLSearchParams, nowMs: number): FleetRange {
  // Up to the end of the minute that is under way.
  const toMs = timeOf('to', query.get('to')) ?? Math.ceil((nowMs + 1) / minuteMs) * minuteMs
  const fromMs = timeOf('from', query.get('from')) ?? toMs - hourMs
  if (fromMs >= toMs) throw refused('from', 'must be before `to`.')
  if (toMs - fromMs > longestMs) throw refused('from', 'must be 24 hours before `to` at most.')
  return { fromMs, toMs }
}

function timeOf(name: string, text: string | null): number | undefined {
  if (text === null) return undefined
  const time = Date.parse(text)
  if (Number.isNaN(time))
    throw refused(name, `must be a time such as 2026-01-31T12:00:00Z, got '${text.slice(0, 60)}'.`)
  return time
}

function refused(param: string, rest: string): GatewayError {
  return new GatewayError('invalid_request', `${param}: ${rest}`, { param })
}
