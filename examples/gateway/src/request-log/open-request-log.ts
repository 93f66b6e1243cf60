import { appendFile } from 'node:fs/promises'
import type { QueuedLogOptions, RequestLog } from '@modelgate/core'
import { ConfigurationError } from '../configuration-error.ts'
import type { Destination } from './destination.ts'
import { createLineLog } from './line-log.ts'

/**
 * The request log at its destination. A file is opened anew for each append, so that it can be moved away and a full disk
 * that was cleared is written again.
 * @throws {ConfigurationError} when the file cannot be appended to.
 */
export async function openRequestLog(destination: Destination, warn: (sentence: string) => void): Promise<RequestLog> {
  const onLost = lossesAs(warn)
  if (destination.kind === 'stdout') return createLineLog({ append: appendToStdout, onLost })
  const { path } = destination
  const append = (lines: string): Promise<void> => appendFile(path, lines)
  await append('').catch((error: Error) => {
    throw new ConfigurationError([`The request log cannot be written: ${error.message}.`])
  })
  return createLineLog({ append, onLost })
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
