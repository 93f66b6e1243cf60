import { type QueuedLogOptions, queuedLog, type RequestLog } from '@modelgate/core'

interface LineLogOptions {
  /** Keeps lines, in the order in which they come. Called once at a time. */
  readonly append: (lines: string) => Promise<void>
  readonly onLost: NonNullable<QueuedLogOptions['onLost']>
  /** Milliseconds in which lines gather before they are appended. Default 0. */
  readonly lingerMs?: number | undefined
}

/**
 * A request log of one JSON object a line. What has gathered while an append was under way is appended in one piece. One that
 * fails is not tried again: half of its lines may stand in the file already.
 */
export function createLineLog({ append, onLost, lingerMs }: LineLogOptions): RequestLog {
  return queuedLog({
    write: records => append(records.map(record => `${JSON.stringify(record)}\n`).join('')),
    maxTries: 1,
    lingerMs,
    onLost,
  })
}
