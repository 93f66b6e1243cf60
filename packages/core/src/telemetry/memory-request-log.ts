import { type ChecksOf, checkValues } from '../wire/check-values.ts'
import { whole } from '../wire/value-check.ts'
import type { RequestLog, RequestRecord } from './request-log.ts'

/** A request log that can be asked, and keeps what it is told for as long as there is room. */
export interface MemoryRequestLog extends RequestLog {
  find(requestId: string): Promise<readonly RequestRecord[]>
}

/** How many records a log in this process's memory holds. */
export interface MemoryRequestLogOptions {
  /** Records kept; the oldest goes when another comes. Default 1,000, which is about 2 MB where no content is logged. */
  readonly maxRecords?: number | undefined
}

/** As many as other logs give. */
const maxFound = 100

/**
 * The last calls, in this process's memory.
 * @throws {GatewayError} `invalid_configuration` for an option that is none, and a number of records that is none.
 */
export function memoryRequestLog(options: MemoryRequestLogOptions = {}): MemoryRequestLog {
  const checks: ChecksOf<MemoryRequestLogOptions> = { maxRecords: whole(1, 1_000_000) }
  checkValues(options, checks, 'memoryRequestLog()')
  const { maxRecords = 1_000 } = options
  const records: RequestRecord[] = []
  let next = 0
  return {
    write(record) {
      records[next] = record
      next = (next + 1) % maxRecords
    },
    async flush() {},
    async find(requestId) {
      const newestFirst = [...records.slice(next), ...records.slice(0, next)].reverse()
      return newestFirst.filter(record => record.requestId === requestId).slice(0, maxFound)
    },
  }
}
