import type { ResponseCache } from '../cache/response-cache.ts'
import { type OpenCalls, trackCalls } from '../call-signal.ts'
import { Idempotency } from '../idempotency/idempotency.ts'
import { Budgeter } from '../limits/budgets/budgeter.ts'
import { Limiter } from '../limits/limiter.ts'
import { createResilience, type Resilience } from '../resilience/resilience.ts'
import { responseCacheOf } from '../response-cache-of.ts'
import { createReporting, type Reporting } from './reporting.ts'
import type { Settings } from './settings.ts'

/** What a gateway remembers from call to call: each of its onions is made of these. What is switched off is absent. */
export interface Parts {
  readonly openCalls: OpenCalls
  readonly idempotency: Idempotency | undefined
  readonly limiter: Limiter
  readonly budgeter: Budgeter
  readonly cache: ResponseCache | undefined
  readonly resilience: Resilience
  readonly reporting: Reporting
}

/** The parts of one gateway, with nothing in them yet. */
export function createParts(settings: Settings): Parts {
  const { options, routes, times, onError } = settings
  const { idempotency: keyed = {} } = options
  const openCalls = trackCalls(times.deadlineMsOf)
  const resilience = createResilience(options, onError)
  const budgeter = new Budgeter({ ...options.budgets, onError })
  return {
    openCalls,
    idempotency: keyed ? new Idempotency({ ...keyed, keepOpen: openCalls.keepOpen, onError }) : undefined,
    limiter: new Limiter({ ...options.limits, onError }),
    budgeter,
    cache: responseCacheOf(options, routes, onError),
    resilience,
    reporting: createReporting(settings, { openCalls, budgeter, resilience }),
  }
}
