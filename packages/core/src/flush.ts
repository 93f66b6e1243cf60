/** What is still to be written gets at the end of a gateway: a store that is gone must not hold up the end of the process. */
export const lastFlushMs = 5_000

/** How long a flush may take, and what becomes of what it could not bring home. */
export interface FlushOptions {
  /** Milliseconds after which it resolves in any case; what is not kept by then waits for the next one. Default: no bound. */
  readonly timeoutMs?: number | undefined
  /** Whether nothing comes after it, as at a close: what is not kept by then is lost, and is counted as such. Default false. */
  readonly final?: boolean | undefined
}

/** Something that holds back what it has to write. */
export interface Flushable {
  flush(options?: FlushOptions): Promise<void>
}

/**
 * Flushes side by side, all within one time: a log that never answers holds nobody back beyond it. Rejects with the first fault,
 * once all have ended.
 */
export async function flushAll(flushables: readonly Flushable[], options: FlushOptions = {}): Promise<void> {
  const flushed = Promise.allSettled(flushables.map(async flushable => flushable.flush(options)))
  const ends = await within(flushed, options.timeoutMs)
  const failed = ends?.find(end => end.status === 'rejected')
  if (failed) throw failed.reason
}

/** What a promise resolves to, or nothing where that takes longer. The work goes on: it is only waited for no more. */
export async function within<T>(work: Promise<T>, timeoutMs: number | undefined): Promise<T | undefined> {
  if (timeoutMs === undefined) return work
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), timeoutMs)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
