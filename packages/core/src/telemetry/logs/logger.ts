/** How much a line of the log matters, the least first. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Where a gateway tells what happens. Neither method may throw, or block. */
export interface Logger {
  /** Whether lines of a level are kept: what nobody keeps is not put together. */
  isOn(level: LogLevel): boolean
  /** `fields` may hold anything; `requestId` and `traceId` say which call it is about. */
  log(level: LogLevel, message: string, fields?: LogFields): void
}

/** What a line of a log says beside its message. */
export interface LogFields {
  readonly requestId?: string | undefined
  readonly traceId?: string | undefined
  readonly [name: string]: unknown
}
