import { type ErrorCode, isGatewayError } from '../errors.ts'
import { closeSource } from '../stream/close-source.ts'
import { TimedReads } from '../stream/timed-reads.ts'
import type { UpstreamBody } from './transport.ts'

/** Error bodies come with their head; one that takes longer must not hold up a failover. */
const maxMs = 2_000

/** Error bodies are short; the rest of a longer one is a page for humans. */
const maxBytes = 64 * 1024

/** How a body breaks by itself. Anything else is why the call was given up meanwhile. */
const broken: ReadonlySet<ErrorCode> = new Set(['stream_interrupted', 'upstream_bad_response'])

/**
 * The body of an answer that is already known to have failed. `undefined`, and the body closed, when it is not there within 2 s
 * and 64 KB, or breaks: the status says more than a part of it.
 * @throws {GatewayError} why the call was aborted meanwhile
 */
export async function readErrorBody(body: UpstreamBody): Promise<Uint8Array | undefined> {
  const timed = new TimedReads(body, maxMs)
  const reads: Uint8Array[] = []
  let length = 0
  try {
    while (length <= maxBytes) {
      const step = await timed.next()
      if (step.done) return timed.isLate ? undefined : Buffer.concat(reads, length)
      reads.push(step.value)
      length += step.value.length
    }
  } catch (error) {
    if (isGatewayError(error) && !broken.has(error.code)) throw error
    return undefined
  }
  void closeSource(timed)
  return undefined
}
