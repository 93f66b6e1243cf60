import { TimedReads, type UpstreamBody } from '@modelgate/core'

/** An upstream that keeps its connection open after `[DONE]` loses it then; others have ended theirs with the same write. */
const drainMs = 1_000

/** Reads what is left of an answer that is complete, so that its connection is kept for the next call. Never rejects. */
export async function drainBody(body: UpstreamBody): Promise<void> {
  const timed = new TimedReads(body, drainMs)
  try {
    for (;;) {
      const { done } = await timed.next()
      if (done) break
    }
  } catch {
    // How its connection ended is of no interest.
  }
}
