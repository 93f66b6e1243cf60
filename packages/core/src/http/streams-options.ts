import { longestTimerMs } from '../longest-timer.ts'
import { members, type ValueCheck, whole } from '../wire/value-check.ts'

/** What a streamed answer over the door does while nothing goes out. In-process streams have no use for it. */
export interface StreamsOptions {
  /**
   * Milliseconds of silence after which the head of a streamed answer goes out before its content, as `200` and a comment, so that
   * nothing between here and the client cuts the connection. A failure after it is an event of the stream; the answer's target and
   * attempts are then in no header. Default 10,000: proxies wait for a head for a minute or so.
   */
  readonly commitAfterMs?: number | undefined
  /** Milliseconds of silence after which a comment goes out, before the content and within it. Default 15,000. */
  readonly keepAliveMs?: number | undefined
  /**
   * Milliseconds after which a reader that has made no room for what was written is taken to have left: its connection is closed and
   * the upstream stopped. Default 60,000.
   */
  readonly writeStallMs?: number | undefined
}

/** The times of {@link StreamsOptions}, each of them set. */
export type StreamTimes = { readonly [K in keyof StreamsOptions]-?: number }

/** The options with their defaults. */
export function streamTimes(options: StreamsOptions = {}): StreamTimes {
  return {
    commitAfterMs: options.commitAfterMs ?? 10_000,
    keepAliveMs: options.keepAliveMs ?? 15_000,
    writeStallMs: options.writeStallMs ?? 60_000,
  }
}

/** The option `streams`, as `checkOptions` checks it. */
export function streamsCheck(): ValueCheck {
  const milliseconds = whole(1, longestTimerMs)
  return members({ commitAfterMs: milliseconds, keepAliveMs: milliseconds, writeStallMs: milliseconds })
}
