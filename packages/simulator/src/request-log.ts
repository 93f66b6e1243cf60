import type { Arrival } from './http/arrival.ts'
import { parseJson } from './json.ts'

/** How far the answer to a request has come. */
export type Outcome = 'open' | 'sent' | 'closed-by-client' | 'cut'

/** One request the simulator saw, with what became of it. */
export interface RecordedRequest {
  readonly method: string
  /** Path and query as received. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The body parsed, or undefined when it is no JSON. */
  readonly json: unknown
  /** `converse`, `converse-stream`, `invoke`, `chat`, `embeddings`, `models`, `foundation-models`, `inference-profiles`… or `unknown`. */
  readonly operation: string
  /** The model id as asked for, percent-decoded. */
  readonly model: string | undefined
  /** Undefined until the answer was decided, and where none was given. */
  status: number | undefined
  /** The id of the rule that the request broke, as `alternation`; undefined when it was answered, or refused for another reason. */
  rule: string | undefined
  outcome: Outcome
  /** Bytes of the answer's body that the connection took, once it ended; 0 until then. */
  sentBytes: number
}

/** The requests seen so far; every change wakes those who wait. */
export interface RequestLog {
  open(arrival: Arrival, operation: string, model: string | undefined): RecordedRequest
  /** To be called after each change of a record. */
  changed(): void
  list(): readonly RecordedRequest[]
  clear(): void
  waitFor(predicate: (request: RecordedRequest) => boolean, timeoutMs: number): Promise<RecordedRequest>
  settled(): Promise<void>
}

/** An empty log. */
export function createRequestLog(): RequestLog {
  let records: RecordedRequest[] = []
  const watchers = new Set<() => void>()
  const changed = () => {
    for (const watcher of watchers) watcher()
  }
  const until = <T>(look: () => T | undefined, timeoutMs: number | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const watcher = () => {
        const found = look()
        if (found === undefined) return
        watchers.delete(watcher)
        clearTimeout(timer)
        resolve(found)
      }
      const giveUp = () => {
        watchers.delete(watcher)
        const seen = records.map(record => `${record.operation} ${record.status ?? '-'} ${record.outcome}`).join(', ')
        reject(new Error(`No such request within ${timeoutMs} ms. Seen: ${seen || 'none'}`))
      }
      const timer = timeoutMs === undefined ? undefined : setTimeout(giveUp, timeoutMs)
      watchers.add(watcher)
      watcher()
    })
  return {
    open(arrival, operation, model) {
      const body = arrival.body.toString('utf8')
      const { method, path, headers } = arrival
      const record: RecordedRequest = {
        method,
        path,
        headers,
        body,
        json: parseJson(body),
        operation,
        model,
        status: undefined,
        rule: undefined,
        outcome: 'open',
        sentBytes: 0,
      }
      records.push(record)
      changed()
      return record
    },
    changed,
    list: () => [...records],
    clear() {
      records = []
      changed()
    },
    waitFor: (predicate, timeoutMs) => until(() => records.find(predicate), timeoutMs),
    settled: async () => {
      await until(() => records.every(record => record.outcome !== 'open') || undefined, undefined)
    },
  }
}
