import type { RequestLog } from '@modelgate/core'

export interface LineLogOptions {
  /** Keeps lines, in the order in which they come. Called once at a time. */
  readonly append: (lines: string) => Promise<void>
  /** Told of records that were lost, at most once a minute and at the end. */
  readonly warn: (sentence: string) => void
  /** Milliseconds on a clock that never goes back. */
  readonly now?: (() => number) | undefined
  /** Records held while `append` is busy; more than these are lost. Default 10,000. */
  readonly maxPending?: number | undefined
}

const warnEveryMs = 60_000

/**
 * A request log of one JSON object a line. What has gathered while an append was under way is appended in one piece.
 * A record that cannot be kept is counted, and fails no call.
 */
export function createLineLog({
  append,
  warn,
  now = performance.now.bind(performance),
  maxPending = 10_000,
}: LineLogOptions): RequestLog {
  let pending: string[] = []
  let pumping: Promise<void> | undefined
  let lost = 0
  let cause = ''
  let warnedAt = Number.NEGATIVE_INFINITY

  function lose(records: number, error: unknown): void {
    lost += records
    cause = error instanceof Error ? error.message : String(error)
    if (now() - warnedAt >= warnEveryMs) report()
  }

  function report(): void {
    if (lost === 0) return
    warn(`The request log lost ${lost} ${lost === 1 ? 'record' : 'records'}: ${cause}`)
    lost = 0
    warnedAt = now()
  }

  async function pump(): Promise<void> {
    while (pending.length > 0) {
      const lines = pending
      pending = []
      try {
        await append(lines.join(''))
      } catch (error) {
        lose(lines.length, error)
      }
    }
    pumping = undefined
  }

  return {
    write(record) {
      // A disk that hangs must not take the process's memory with it.
      if (pending.length >= maxPending) return lose(1, `${maxPending} records were waiting to be written`)
      pending.push(`${JSON.stringify(record)}\n`)
      pumping ??= pump()
    },
    async flush() {
      await pumping
      report()
    },
  }
}
