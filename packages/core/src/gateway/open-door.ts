import type { Batches } from '../batches/create-batches.ts'
import { cacheWishOf } from '../cache/cache-wish.ts'
import type { AnyHandler } from '../compose.ts'
import type { Flushable } from '../flush.ts'
import { flushAll } from '../flush.ts'
import { Callers } from '../http/callers.ts'
import { createDoor, type GatewayDoor } from '../http/door.ts'
import { OutletClock } from '../http/outlet-clock.ts'
import { streamTimes } from '../http/streams-options.ts'
import type { ListModels } from '../list-models.ts'
import type { Parts } from './parts.ts'
import type { Settings } from './settings.ts'

/** What a door leads to. */
interface Behind {
  readonly handle: AnyHandler
  readonly batches: Batches | undefined
  readonly models: ListModels
  readonly flushables: readonly Flushable[]
}

/** The way into a gateway over HTTP. */
export function openDoor({ options, providers, onError }: Settings, parts: Parts, behind: Behind): GatewayDoor {
  const { limiter, cache, idempotency, reporting } = parts
  const { handle, batches, models, flushables } = behind
  return createDoor({
    handle,
    handleBatches: batches?.handle,
    maxFileBytes: batches?.maxFileBytes,
    models,
    onError,
    auth: options.auth,
    callers: Callers.of(options.callerCredentials, providers),
    trustProxy: options.trustProxy ?? 0,
    streams: new OutletClock(streamTimes(options.streams)),
    maxBodyBytes: options.maxBodyBytes ?? 20 * 1024 * 1024,
    countRequest: (principal, headers) => limiter.count(principal, headers),
    cacheWishOf: cache && cacheWishOf,
    readsTraceHeaders: reporting.follower !== undefined,
    onRefused: reporting.onRefused,
    flush: flushOptions => flushAll(flushables, flushOptions),
    flushAnswers: flushOptions => (idempotency ? idempotency.flush(flushOptions) : Promise.resolve()),
  })
}
