import type { GatewayError, UpstreamBody } from '@modelgate/core'
import type { Take } from './bedrock-runtime.ts'
import type { ConverseEvent } from './converse-wire.ts'
import { failureOfFrame, toBedrockError } from './errors.ts'
import { parsePayload } from './event-payload.ts'
import { corrupt, createEventStreamDecoder, type StreamFrame } from './event-stream.ts'

/**
 * Reads the body of a Converse stream, the same however the network cut its bytes.
 *
 * Written by hand, as `return()` must reach the upstream even when nothing was read.
 */
export function readEvents<Taken>(body: UpstreamBody, take: Take<Taken>): AsyncIterator<Taken, undefined, undefined> {
  const decoder = createEventStreamDecoder()
  let fault: GatewayError | undefined

  function eventsOf(frames: readonly StreamFrame[]): ConverseEvent[] {
    const events: ConverseEvent[] = []
    for (const frame of frames) {
      const event = toEvent(frame)
      if ('fault' in event) {
        fault = event.fault
        break
      }
      events.push(event)
    }
    return events
  }

  return {
    async next() {
      for (;;) {
        if (fault) throw fault
        const step = await body.next()
        if (step.done) {
          fault = decoder.end()
          if (fault) throw fault
          return { done: true, value: undefined }
        }
        const read = decoder.push(step.value)
        fault = read.fault
        const taken = take(eventsOf(read.frames))
        if (taken !== undefined) return { done: false, value: taken }
      }
    },
    async return() {
      await body.return?.()
      return { done: true, value: undefined }
    },
  }
}

function toEvent(frame: StreamFrame): ConverseEvent | { readonly fault: GatewayError } {
  if (frame.kind !== 'event') return { fault: toBedrockError(failureOfFrame(frame)) }
  const payload = parsePayload(frame.type, frame.body)
  if (!payload) return { fault: corrupt(`the payload of ${frame.type} is no JSON object`, undefined) }
  return { type: frame.type, payload }
}
