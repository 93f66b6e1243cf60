import { appendFile } from 'node:fs/promises'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { dynamodbRequestLog } from '@modelgate/aws/dynamodb'
import { type MemoryRequestLog, memoryRequestLog, type QueuedLogOptions, type RequestLog } from '@modelgate/core'
import { ConfigurationError } from '../configuration-error.ts'
import type { Destination } from './destination.ts'
import { findInFile } from './find-in-file.ts'
import { createLineLog } from './line-log.ts'

export interface RequestLogSettings {
  /** The table of a log in DynamoDB whose destination names none. */
  readonly tableName: string
  readonly region: string | undefined
  /** DynamoDB's, where it is not the SDK's own choice. */
  readonly client?: DynamoDBClient | undefined
  readonly retentionDays: number | undefined
  readonly warn: (sentence: string) => void
  /** A fault by where its option was set; default: as it is. */
  readonly toldBy?: (fault: string) => string
}

/** Lines are appended so often: to open a file for each of them would cost a busy gateway a third of its CPU. */
const lingerMs = 50

/** A log that may have sockets of its own. */
type OpenRequestLog = RequestLog & { close?(): void }

/**
 * The request log at its destination. A file is opened anew for each append, so that it can be moved away and a full disk
 * that was cleared is written again. A table is first asked for with the first record. Absent where there is to be none.
 * @throws {ConfigurationError} when the file cannot be appended to.
 */
export async function openRequestLog(
  destination: Destination,
  { tableName, region, client, retentionDays, warn, toldBy = fault => fault }: RequestLogSettings,
): Promise<OpenRequestLog | undefined> {
  const onLost = lossesAs(warn)
  if (destination.kind === 'none') return undefined
  if (destination.kind === 'memory') return memoryRequestLog()
  if (destination.kind === 'dynamodb') {
    return dynamodbRequestLog({ tableName: destination.tableName ?? tableName, client, region, retentionDays, onLost })
  }
  // What went out cannot be read again.
  if (destination.kind === 'stdout') {
    return withMemory(createLineLog({ append: appendToStdout, onLost, lingerMs }), memoryRequestLog())
  }
  const { path } = destination
  const append = (lines: string): Promise<void> => appendFile(path, lines)
  await append('').catch((error: Error) => {
    throw new ConfigurationError([toldBy(`requestLog: the file cannot be written: ${error.message}.`)])
  })
  const log = createLineLog({ append, onLost, lingerMs })
  return {
    write: record => log.write(record),
    flush: options => log.flush(options),
    async find(requestId) {
      await log.flush({ timeoutMs: longestFlushMs })
      return findInFile(path, requestId)
    },
  }
}

/** What a search waits for lines that are on their way to the file. */
const longestFlushMs = 1_000

/** A log, and another that remembers for it. */
function withMemory(log: RequestLog, memory: MemoryRequestLog): RequestLog {
  return {
    write(record) {
      log.write(record)
      memory.write(record)
    },
    flush: options => log.flush(options),
    find: requestId => memory.find(requestId),
  }
}

function appendToStdout(lines: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(lines, error => (error ? reject(error) : resolve()))
  })
}

function lossesAs(warn: (sentence: string) => void): NonNullable<QueuedLogOptions['onLost']> {
  return ({ records, cause }) => {
    const why = cause instanceof Error ? cause.message : typeof cause
    warn(`The request log lost ${records} ${records === 1 ? 'record' : 'records'}: ${why}`)
  }
}
