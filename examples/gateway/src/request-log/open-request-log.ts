import { appendFile } from 'node:fs/promises'
import { dynamodbRequestLog } from '@modelgate/aws/dynamodb'
import type { QueuedLogOptions, RequestLog } from '@modelgate/core'
import { ConfigurationError } from '../configuration-error.ts'
import type { Destination } from './destination.ts'
import { createLineLog } from './line-log.ts'

export interface RequestLogSettings {
  /** The table of a log in DynamoDB whose destination names none. */
  readonly tableName: string
  readonly region: string | undefined
  readonly retentionDays: number | undefined
  readonly warn: (sentence: string) => void
}

/** Lines are appended so often: to open a file for each of them would cost a busy gateway a third of its CPU. */
const lingerMs = 50

/** A log that may have sockets of its own. */
export type OpenRequestLog = RequestLog & { close?(): void }

/**
 * The request log at its destination. A file is opened anew for each append, so that it can be moved away and a full disk
 * that was cleared is written again. A table is first asked for with the first record.
 * @throws {ConfigurationError} when the file cannot be appended to.
 */
export async function openRequestLog(
  destination: Destination,
  { tableName, region, retentionDays, warn }: RequestLogSettings,
): Promise<OpenRequestLog> {
  const onLost = lossesAs(warn)
  if (destination.kind === 'dynamodb') {
    return dynamodbRequestLog({ tableName: destination.tableName ?? tableName, region, retentionDays, onLost })
  }
  if (destination.kind === 'stdout') return createLineLog({ append: appendToStdout, onLost, lingerMs })
  const { path } = destination
  const append = (lines: string): Promise<void> => appendFile(path, lines)
  await append('').catch((error: Error) => {
    throw new ConfigurationError([`The request log cannot be written: ${error.message}.`])
  })
  return createLineLog({ append, onLost, lingerMs })
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
