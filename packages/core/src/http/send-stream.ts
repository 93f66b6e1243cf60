import { abortError, toGatewayError } from '../errors.ts'
import { doneEvent, encodeEvent } from '../stream/sse.ts'
import type { StreamedChat } from '../stream/stream-result.ts'
import type { Exchange } from './exchange.ts'
import type { AnswerHeaders, Sink } from './front.ts'

const streamHeaders: AnswerHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // nginx would otherwise hold the events back until its buffer is full.
  'x-accel-buffering': 'no',
}

/**
 * Sends a stream whose first content has come. One write an upstream read; the upstream is read again only when there is room.
 * A failure after this is one in-band error event, and then the end: no `finish_reason`, no `[DONE]`, nothing that looks whole.
 */
export async function sendStream(
  sink: Sink,
  { batches, settled }: StreamedChat,
  headers: AnswerHeaders,
  { door, callId, request }: Pick<Exchange, 'door' | 'callId' | 'request'>,
): Promise<void> {
  const { signal } = request.controller
  const iterator = batches[Symbol.asyncIterator]()
  try {
    sink.head(200, Object.assign(headers, streamHeaders))
    for (;;) {
      const step = await iterator.next()
      if (step.done) return await sink.end(doneEvent)
      // A reader that stalls must not outlive its call: at the deadline, or when the gateway closes, the stream has settled.
      if (step.value.bytes.length > 0 && !sink.write(step.value.bytes)) await Promise.race([sink.drained(), settled])
      // A caller who has left must not be written to, or paid for; a clock that ran out meanwhile is told.
      if (signal.aborted) throw abortError(signal)
    }
  } catch (error) {
    const shown = toGatewayError(error)
    if (shown.code === 'internal') door.onError(shown.cause, callId)
    await sink.end(shown.code === 'cancelled' && signal.aborted ? undefined : encodeEvent(shown.toBody()))
  } finally {
    // Closes the upstream on every way out; after its own end this does nothing.
    await iterator.return?.()
  }
}
