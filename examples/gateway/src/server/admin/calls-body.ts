import type { CallMetrics } from '@modelgate/core'
import { summariseBy, summariseCalls } from './summarise-calls.ts'

/** Calls, added up in each of the ways that somebody pays or looks after. */
export function callsBody(calls: readonly CallMetrics[]): object {
  const { tokens } = summariseCalls(calls)
  return {
    total: summariseCalls(calls),
    byOperation: summariseBy(calls, ['operation']),
    byRoute: summariseBy(calls, ['route']),
    byModel: summariseBy(calls, ['provider', 'model']),
    byTier: summariseBy(calls, ['tier']),
    byTenant: summariseBy(calls, ['tenant']),
    cache: { promptTokens: tokens.prompt, cachedTokens: tokens.cached },
  }
}
