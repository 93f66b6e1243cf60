import type { UpstreamBody } from './transport.ts'

/**
 * A body that is waited for only so long in all, and then closed: an upstream may end nothing that it began. The time between
 * reads, which is the reader's own, does not count.
 */
export class TimedBody implements UpstreamBody {
  /** Whether it ended because its time was over. */
  isLate = false
  private leftMs: number
  private readonly body: UpstreamBody

  constructor(body: UpstreamBody, timeMs: number) {
    this.body = body
    this.leftMs = timeMs
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const startedAt = performance.now()
    const { promise: over, resolve } = Promise.withResolvers<undefined>()
    const timer = setTimeout(resolve, this.leftMs, undefined)
    timer.unref()
    try {
      // A flood never waits for the timer, so that the time is looked at, too.
      const step = this.leftMs > 0 ? await Promise.race([this.body.next(), over]) : undefined
      if (step) return step
    } finally {
      clearTimeout(timer)
      this.leftMs -= performance.now() - startedAt
    }
    this.isLate = true
    void closeBody(this.body)
    return { done: true, value: undefined }
  }
}

/** Closes a body whose end is of no interest: that this fails must hide nothing else, and nobody has to wait for it. */
export async function closeBody(body: UpstreamBody): Promise<void> {
  try {
    await body.return?.()
  } catch {
    // It is gone already.
  }
}
