import { isCacheWanted } from '../cache/cache-options.ts'
import { type OpenCalls, trackCalls } from '../call-signal.ts'
import { Budgeter } from '../limits/budgets/budgeter.ts'
import { Limiter } from '../limits/limiter.ts'
import { createResilience, type Resilience } from '../resilience/resilience.ts'
import { type KeepingLayer, lateLayer } from './late-layer.ts'
import { createReporting, type Reporting } from './reporting.ts'
import type { Settings } from './settings.ts'

/** What a gateway remembers from call to call: each of its onions is made of these. What is switched off is absent. */
export interface Parts {
  readonly openCalls: OpenCalls
  readonly idempotency: KeepingLayer | undefined
  readonly limiter: Limiter
  readonly budgeter: Budgeter
  readonly cache: KeepingLayer | undefined
  readonly resilience: Resilience
  readonly reporting: Reporting
}

/** The parts of one gateway, with nothing in them yet. */
export function createParts(settings: Settings): Parts {
  const { options, times, onError } = settings
  const openCalls = trackCalls(times.deadlineMsOf)
  const resilience = createResilience(options, onError)
  const budgeter = new Budgeter({ ...options.budgets, onError })
  return {
    openCalls,
    idempotency: lateIdempotency(settings, openCalls),
    limiter: new Limiter({ ...options.limits, onError }),
    budgeter,
    cache: lateCache(settings),
    resilience,
    reporting: createReporting(settings, { openCalls, budgeter, resilience }),
  }
}

function lateIdempotency({ options, onError }: Settings, { keepOpen }: OpenCalls): KeepingLayer | undefined {
  const { idempotency = {} } = options
  if (!idempotency) return undefined
  return lateLayer(
    ({ context }) => context.idempotencyKey !== undefined,
    async () => {
      const { Idempotency } = await import('../features.ts')
      return new Idempotency({ ...idempotency, keepOpen, onError })
    },
  )
}

function lateCache({ options, routes, onError }: Settings): KeepingLayer | undefined {
  if (!isCacheWanted(routes, options.cache)) return undefined
  return lateLayer(
    () => true,
    async () => {
      const { responseCacheOf } = await import('../features.ts')
      return responseCacheOf(options, routes, onError)
    },
  )
}
