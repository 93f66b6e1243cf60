import { tellSafely } from '../../tell-safely.ts'
import { type ChecksOf, checkValues } from '../../wire/check-values.ts'
import { anything, callable, oneOf, tableOf } from '../../wire/value-check.ts'
import { timestamps } from '../timestamps.ts'
import { loggable, loggableText } from './loggable.ts'
import type { LogFields, Logger, LogLevel } from './logger.ts'

/** Where lines go, and which are kept. */
export interface JsonLoggerOptions {
  /** The least that is kept. Default `info`. */
  readonly level?: LogLevel | undefined
  /** Where a line goes, which has no line break. Default: standard error. */
  readonly write?: ((line: string) => void) | undefined
  /** Stand on every line, such as `{ service: 'gateway' }`. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

const order: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 }

/**
 * A log of one JSON object a line: `timestamp`, `level`, `message`, `requestId`, `traceId`, then what else there is. What stands under a
 * name of secrets, or looks like a key, a bearer token, a JWT or a private key, reads `[redacted]`, however deep it stands. It never throws:
 * a line that cannot be written is lost.
 * @throws {GatewayError} `invalid_configuration` for an option that is none, and for a level that there is not: nothing would be kept.
 */
export function jsonLogger(options: JsonLoggerOptions = {}): Logger {
  checkJsonLogger(options)
  const { level: least = 'info', write = toStandardError, fields: always = {} } = options
  const timestamp = timestamps(options.now)
  const isOn = (level: LogLevel): boolean => order[level] >= order[least]

  function lineOf(level: LogLevel, message: string, { requestId, traceId, ...fields }: LogFields): string {
    const told = loggable({ ...always, ...fields }) as object
    const head = { timestamp: timestamp(), level, message: loggableText(message), requestId, traceId }
    // The head last: no field of anybody's may stand in its place.
    return JSON.stringify({ ...head, ...told, ...head })
  }

  return {
    isOn,
    log(level, message, fields = {}) {
      if (!isOn(level)) return
      // A log that cannot be written must not take the call with it, and there is nowhere else to say so.
      tellSafely(() => write(lineOf(level, message, fields)), noop)
    },
  }
}

function checkJsonLogger(options: JsonLoggerOptions): void {
  const checks: ChecksOf<JsonLoggerOptions> = {
    level: oneOf(Object.keys(order)),
    write: callable(),
    fields: tableOf(anything()),
    now: callable(),
  }
  checkValues(options, checks, 'jsonLogger()')
}

function noop(): void {}

function toStandardError(line: string): void {
  const { stderr } = process
  // Its reader may be gone, as a collector that was restarted: an error that nobody listens to would end the process.
  stderr.write(`${line}\n`, error => error && stderr.listenerCount('error') === 0 && stderr.once('error', noop))
}
