import type { ContextSource, SearchAnswer } from './context-source.ts'
import type { SourceFault } from './source-fault.ts'

/** One search of a source. */
export interface Search {
  readonly source: ContextSource
  readonly query: string
  readonly tenant: string | undefined
  readonly limit: number
  readonly timeoutMs: number
}

/** Either what the source found, or why it found nothing. */
export type Searched = { readonly answer: SearchAnswer } | { readonly fault: SourceFault }

/**
 * Asks a source once. At once where it answers at once; else as soon as it has answered, or its time is over, when its signal aborts. Never
 * rejects.
 */
export function searchOnce({ source, query, tenant, limit, timeoutMs }: Search): Searched | Promise<Searched> {
  const aborting = new AbortController()
  let given: unknown
  let isLater: boolean
  try {
    given = source.search(query, { signal: aborting.signal, tenant, limit })
    isLater = isPromiseLike(given)
  } catch (error) {
    return { fault: { reason: 'error', error } }
  }
  if (!isLater) return checked(given)
  return new Promise(resolve => {
    const timer = setTimeout(() => {
      const error = new Error(`It took longer than ${timeoutMs} ms.`)
      resolve({ fault: { reason: 'timeout', error } })
      aborting.abort(error)
    }, timeoutMs)
    const end = (searched: Searched): void => {
      clearTimeout(timer)
      resolve(searched)
    }
    // Whatever its own `then` does, a promise of ours is told once.
    Promise.resolve(given).then(
      answer => end(checked(answer)),
      (error: unknown) => end({ fault: { reason: 'error', error } }),
    )
  })
}

/** The answer, where it is one: a source is not trusted with its shape either, nor with the code that may be behind it. */
function checked(given: unknown): Searched {
  try {
    return shaped(given)
  } catch (error) {
    return { fault: { reason: 'bad_answer', error } }
  }
}

function shaped(given: unknown): Searched {
  if (typeof given !== 'object' || given === null) return badAnswer(`It is ${given === null ? 'null' : typeof given}.`)
  const { items, ttlMs, cacheScope, version } = given as Readonly<Record<keyof SearchAnswer, unknown>>
  if (!Array.isArray(items)) return badAnswer('It has no list of items.')
  return {
    answer: {
      items,
      ttlMs: typeof ttlMs === 'number' && !Number.isNaN(ttlMs) ? ttlMs : undefined,
      cacheScope: cacheScope === 'public' ? 'public' : 'private',
      version: typeof version === 'string' && /^[\w.:+-]{1,64}$/.test(version) ? version : undefined,
    },
  }
}

function badAnswer(what: string): Searched {
  const error = new TypeError(`The answer is of no use: ${what} A source answers { items: [] }.`)
  return { fault: { reason: 'bad_answer', error } }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
