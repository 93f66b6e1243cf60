import { asksForStream } from '../asks-for-stream.ts'
import type { Call, CallContext, Middleware, Operation, Result } from '../contract.ts'
import { isChat } from '../is-chat.ts'
import { isPromise } from '../is-promise.ts'
import { KeyedTable } from '../keyed-table.ts'
import { sendAsRead } from '../send-as-read.ts'
import { asAsked } from '../stream/as-asked.ts'
import { readKept } from '../stream/kept-bytes.ts'
import { replayKept } from '../stream/replay-kept.ts'
import { type SharedEnd, SharedResult } from '../stream/shared-result.ts'
import { targetName } from '../target.ts'
import { attributeNames, eventNames } from '../telemetry/semantic-conventions.ts'
import { cacheKey } from './cache-key.ts'
import type { CacheRule } from './cache-options.ts'
import { type CachedAnswer, decodeCached, encodeCached } from './cached-answer.ts'
import type { GuardedCache } from './guarded-cache.ts'
import { isStorable } from './storable.ts'

/** What the cache of answers is made of. */
interface ResponseCacheOptions {
  readonly store: GuardedCache
  /** By route; `false` where nothing is kept. */
  readonly rules: ReadonlyMap<string, CacheRule | false>
  /** Where no route says anything and a caller asks for it. */
  readonly rule: CacheRule
  /** What of a call's route and caller decides who answers, beside the request. */
  readonly factsOf: (call: Call) => readonly unknown[]
  /** Told of what was kept and cannot be read. */
  readonly onError: (error: unknown) => void
}

type AnyResult = Promise<Result<Operation>>
type AnyNext = (call: Call) => AnyResult

/** A call that may be answered by what was answered before, or that others may be. */
interface Asking {
  readonly call: Call
  readonly next: AnyNext
  readonly key: string
  readonly rule: CacheRule
}

/** What is under way for a key: a look into the store, then perhaps a call. */
interface Flight {
  readonly found?: Promise<Uint8Array | undefined>
  readonly led?: Led
}

interface Led {
  readonly shared: SharedResult<Operation>
  readonly call: Call
}

/** An answer that another target gave than the one its route prefers is not given long after that one is back. */
const fallbackTtlMs = 60_000

/**
 * Gives what was answered before to who asks the same again, within one tenant, and makes one upstream call for all who ask at the same
 * time. What a store keeps and who waits for a call get the same; a store that is down or slow costs a call its cache and nothing else.
 */
export class ResponseCache {
  readonly #options: ResponseCacheOptions
  readonly #flights = new KeyedTable<Flight>()
  #writes: Promise<void>[] = []

  constructor(options: ResponseCacheOptions) {
    this.#options = options
  }

  /** The layer, which stands before the router. */
  readonly layer: Middleware = ((call: Call, next: AnyNext): AnyResult => {
    const rule = this.#ruleOf(call)
    if (!rule) return next(call)
    const { context } = call
    const { cacheWish: wish, callerCredentials } = context
    const isKept = !callerCredentials && (!wish || wish.reads || wish.stores)
    const key = isKept ? cacheKey(call, this.#options.factsOf(call)) : undefined
    if (key === undefined) {
      mark(context, 'bypass')
      return next(call)
    }
    return this.#answer({ call, next, key, rule })
  }) as Middleware

  /** Resolves when what was answered is kept, or the store has had its time. */
  async flush(): Promise<void> {
    await Promise.all(this.#writes)
  }

  #ruleOf({ request, context }: Call): CacheRule | undefined {
    const { rules, rule } = this.#options
    const found = rules.get(request.model)
    if (found === undefined) return context.cacheWish?.isOn ? rule : undefined
    return found || undefined
  }

  #answer(asking: Asking): AnyResult {
    const { call, key } = asking
    // Who wants a fresh answer neither reads nor waits for another's.
    if (call.context.cacheWish?.reads === false) return this.#lead(asking, false)
    const flight = this.#flights.get(key)
    if (mayJoin(flight?.led, call)) return this.#join(asking, flight.led)
    const found = flight?.found ?? this.#options.store.get(key)
    if (!isPromise(found)) return this.#decide(asking, found)
    if (!flight?.found) this.#flights.set(key, { found })
    return found.then(bytes => this.#decide(asking, bytes))
  }

  #decide(asking: Asking, bytes: Uint8Array | undefined): AnyResult {
    const { call, key } = asking
    const flight = this.#flights.get(key)
    const kept = bytes && this.#replay(call, bytes)
    if (kept) {
      if (flight && !flight.led) this.#flights.remove(key, flight)
      markHit(call, kept.cached, Math.max(0, Date.now() - kept.cached.storedAt))
      return Promise.resolve(kept.result)
    }
    return mayJoin(flight?.led, call) ? this.#join(asking, flight.led) : this.#lead(asking, true)
  }

  #replay(call: Call, bytes: Uint8Array): { cached: CachedAnswer; result: Result<Operation> } | undefined {
    try {
      const cached = decodeCached(bytes)
      const result = isYoung(cached, call) ? replayKept(call, cached.answer, cached.outcome) : undefined
      return result && { cached, result }
    } catch (error) {
      this.#options.onError(error)
      return undefined
    }
  }

  #lead(asking: Asking, isShared: boolean): AnyResult {
    const { call, next, key } = asking
    mark(call.context, 'miss')
    sendAsRead(call)
    const shared = new SharedResult<Operation>({
      maxBytes: this.#options.store.maxValueBytes,
      onEnd: end => this.#ended(asking, end, flight),
    })
    const flight: Flight = { led: { shared, call } }
    if (isShared) this.#flights.set(key, flight)
    return shared.lead(call, next)
  }

  async #join({ call }: Asking, { shared, call: led }: Led): AnyResult {
    const joined = await shared.join(call).catch((error: unknown) => {
      markMissed(call, led.context)
      throw error
    })
    const usage = async () => {
      const outcome = await shared.settled
      return outcome.usageSource === 'reported' ? outcome.usage : undefined
    }
    const given = isChat(call)
      ? await asAsked(call, { result: joined as Result<'chat'>, request: (led as Call<'chat'>).request, usage })
      : joined
    const { target, droppedParams } = led.context
    markHit(call, { target, droppedParams: [...droppedParams] }, 0)
    return given
  }

  #ended({ call, key, rule }: Asking, { answer, outcome }: SharedEnd, flight: Flight): void {
    const bytes = answer && this.#bytesOf({ call, answer, rule, outcome })
    const written = bytes && this.#options.store.put(key, bytes, ttlOf(call.context, rule))
    // Until it is kept, who asks is answered by the call itself.
    if (isPromise(written)) this.#await(written.then(() => this.#flights.remove(key, flight)))
    else this.#flights.remove(key, flight)
  }

  #bytesOf({ call, answer, rule, outcome }: Ended): Uint8Array | undefined {
    try {
      const read = readKept(answer)
      if (!isStorable(call, read, rule)) return undefined
      const bytes = encodeCached(read, outcome, call.context)
      return bytes.length <= this.#options.store.maxValueBytes ? bytes : undefined
    } catch {
      // It is for its reader to complain of what does not parse.
      return undefined
    }
  }

  #await(written: Promise<void>): void {
    this.#writes.push(written)
    void written.then(() => {
      this.#writes = this.#writes.filter(each => each !== written)
    })
  }
}

interface Ended extends Pick<Asking, 'call' | 'rule'>, Pick<SharedEnd, 'outcome'> {
  readonly answer: NonNullable<SharedEnd['answer']>
}

/** A call is joined for as long as its own time runs, so that none goes on for ever by what others have left. */
function mayJoin(led: Led | undefined, { context }: Call): led is Led {
  if (!led?.shared.canBeJoined) return false
  const now = performance.now()
  const { deadlineAt, startedAt } = led.call.context
  const maxAgeMs = context.cacheWish?.maxAgeMs ?? Number.POSITIVE_INFINITY
  return now < deadlineAt && now - startedAt <= maxAgeMs
}

function isYoung({ storedAt }: CachedAnswer, { context }: Call): boolean {
  const maxAgeMs = context.cacheWish?.maxAgeMs
  return maxAgeMs === undefined || Date.now() - storedAt < maxAgeMs
}

function ttlOf({ attempts, target }: CallContext, { ttlMs }: CacheRule): number {
  const isFirst = target !== undefined && attempts[0]?.target === targetName(target)
  return isFirst ? ttlMs : Math.min(ttlMs, fallbackTtlMs)
}

function mark(context: CallContext, cache: NonNullable<CallContext['cache']>): void {
  context.cache = cache
  context.answerHeaders['x-modelgate-cache'] = cache
  context.trace?.event(eventNames.cache, { [attributeNames.cacheStatus]: cache })
}

/** Who asked with another, whose call failed, has met with the same target: it was not turned away before one was asked. */
function markMissed({ context, request }: Call, { target }: CallContext): void {
  mark(context, 'miss')
  context.route = request.model
  context.target = target
}

/** A hit names who really answered, when, and that it costs nothing. */
function markHit(
  call: Call,
  { target, droppedParams }: Pick<CachedAnswer, 'target' | 'droppedParams'>,
  ageMs: number,
): void {
  const { context, request } = call
  mark(context, 'hit')
  context.route = request.model
  context.target = target
  for (const name of droppedParams) context.droppedParams.add(name)
  context.answerHeaders.age = String(Math.floor(ageMs / 1_000))
  if (!asksForStream(request)) context.answerHeaders['x-modelgate-cost-usd'] = '0'
}
