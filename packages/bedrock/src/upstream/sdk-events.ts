import { abortError } from '@modelgate/core'
import { errorOfStream } from '../errors/sdk-errors.ts'
import type { ConverseEvent, ConverseEventPayload } from '../wire/converse-answer-wire.ts'
import type { EventStream } from './bedrock-runtime.ts'
import type { LinkedAbort } from './linked-abort.ts'
import type { Passage } from './sdk-command.ts'
import { toWire } from './sdk-values.ts'

/** How a stream came to be. */
interface SdkStream {
  readonly link: LinkedAbort
  readonly passage: Passage
}

/**
 * The stream of a ConverseStream command, event by event, as the SDK gives it. The link's signal is the command's: aborting it is
 * the only way to close a stream that waits for its next event.
 */
export function toEventStream(stream: AsyncIterable<object>, { link, passage }: SdkStream): EventStream {
  const events = stream[Symbol.asyncIterator]()

  async function nextEvent(): Promise<ConverseEvent | undefined> {
    const step = await events.next().catch((error: unknown) => {
      throw link.signal.aborted ? abortError(link.signal) : errorOfStream(error, passage)
    })
    // The SDK ends an aborted stream as if it were complete.
    if (link.signal.aborted) throw abortError(link.signal)
    if (!step.done) return toEvent(step.value)
    link.release()
    return undefined
  }
  return {
    read: take => ({
      async next() {
        for (let event = await nextEvent(); event; event = await nextEvent()) {
          const taken = take([event])
          if (taken !== undefined) return { done: false, value: taken }
        }
        return { done: true, value: undefined }
      },
      return() {
        link.abort()
        return Promise.resolve({ done: true, value: undefined })
      },
    }),
  }
}

/** The SDK's union has one member, named like the event. */
function toEvent(union: object): ConverseEvent {
  const [type = '', payload = {}] = Object.entries(union)[0] ?? []
  return { type, payload: toWire(payload) as ConverseEventPayload }
}
