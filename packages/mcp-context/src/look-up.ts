import { isGatewayError } from '@modelgate/core'
import { AnswerCache, type AnswerCacheOptions, type KnownAnswer } from './answer-cache.ts'
import { chooseItems, type ItemRules } from './choose-items.ts'
import type { ContextSource, SearchAnswer } from './context-source.ts'
import { type Search, type Searched, searchOnce } from './search-once.ts'
import type { SourceBreaker } from './source-breaker.ts'
import type { SourceFault } from './source-fault.ts'

/** Where facts are looked up, and within which time. */
interface LookUpOptions extends ItemRules, AnswerCacheOptions, Pick<Search, 'timeoutMs'> {
  readonly source: ContextSource
  readonly breaker: SourceBreaker
  /** Milliseconds for which an answer holds that does not say. */
  readonly ttlMs: number
  /** Told of each search that failed, once, however many calls waited for it. */
  readonly onFault: (fault: SourceFault) => void
}

/** What is known about a query; `fault` beside an answer: it is an old one. */
export interface Found {
  readonly answer?: KnownAnswer | undefined
  readonly fault?: SourceFault | undefined
  readonly isCached: boolean
}

/** The longest that an answer is believed, whatever its source says: a day. */
const longestTtlMs = 86_400_000

/** Asks a source, once for all who ask the same at the same time, and not at all while it is known what it would say or that it cannot. */
export class LookUp {
  private readonly options: LookUpOptions
  private readonly cache: AnswerCache
  /** What is being asked just now. */
  private readonly flights = new Map<string, Promise<Found>>()

  constructor(options: LookUpOptions) {
    this.options = options
    this.cache = new AnswerCache(options)
  }

  /** At once where it is known, or the source answers at once. Never rejects, and does not end before the source's time when nobody waits. */
  find(query: string, tenant: string | undefined): Found | Promise<Found> {
    const known = this.cache.get(query, tenant)
    if (known) return { answer: known, isCached: true }
    // A line end stands in no query. Whether others may have the answer is not known before it is there.
    const key = `${query}\n${tenant ?? ''}`
    const flight = this.flights.get(key)
    if (flight) return flight
    const { breaker, source, limit, timeoutMs } = this.options
    const epoch = breaker.admit()
    if (epoch === undefined) return this.withoutAnswer({ reason: 'circuit_open' }, query, tenant)
    const searched = searchOnce({ source, query, tenant, limit, timeoutMs })
    const ended = (end: Searched): Found => this.ended(end, { epoch, query, tenant })
    if (!(searched instanceof Promise)) return ended(searched)
    const found = searched.then(end => {
      this.flights.delete(key)
      return ended(end)
    })
    this.flights.set(key, found)
    return found
  }

  forget(): void {
    this.cache.clear()
  }

  private ended(end: Searched, { epoch, query, tenant }: Asked): Found {
    const { breaker, ttlMs, onFault } = this.options
    const failed = (fault: SourceFault): Found => {
      if (isOfQuery(fault)) breaker.answered(epoch)
      else breaker.failed(epoch)
      onFault(fault)
      return this.withoutAnswer(fault, query, tenant)
    }
    if ('fault' in end) return failed(end.fault)
    try {
      const answer = this.chosen(end.answer)
      breaker.succeeded(epoch)
      const { cacheScope = 'private', ttlMs: said = ttlMs } = end.answer
      this.cache.set(query, tenant, answer, { ttlMs: Math.min(said, longestTtlMs), scope: cacheScope })
      return { answer, isCached: false }
    } catch (error) {
      // What an item's own code throws, as a getter may, or a selector.
      return failed({ reason: 'bad_answer', error })
    }
  }

  private chosen({ items, version }: SearchAnswer): KnownAnswer {
    return { items: chooseItems(items, this.options), version }
  }

  private withoutAnswer(fault: SourceFault, query: string, tenant: string | undefined): Found {
    return { answer: this.cache.get(query, tenant, true), fault, isCached: true }
  }
}

/** One caller's words would otherwise shut off the facts of all. */
function isOfQuery({ error }: SourceFault): boolean {
  return isGatewayError(error) && error.code === 'invalid_request'
}

interface Asked {
  readonly epoch: number
  readonly query: string
  readonly tenant: string | undefined
}
