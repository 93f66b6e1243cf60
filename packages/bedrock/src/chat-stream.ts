import {
  batchOfChunks,
  type ChatCompletionChunk,
  type FrameBatch,
  type GatewayError,
  type UpstreamBody,
} from '@modelgate/core'
import type { ConverseEvent } from './converse-wire.ts'
import { failureOfFrame, toBedrockError } from './errors.ts'
import { corrupt, createEventStreamDecoder, type StreamFrame } from './event-stream.ts'
import { parseJsonObject } from './json.ts'
import type { StreamTranslator } from './stream.ts'

/**
 * Reads a Converse stream: one batch for each upstream read that held content. What came whole before a fault is given before
 * the fault is thrown, so that how the network cut the bytes changes nothing.
 *
 * Written by hand, as `return()` must reach the upstream even when nothing was read.
 */
export function readConverseStream(body: UpstreamBody, translator: StreamTranslator): AsyncIterator<FrameBatch> {
  const decoder = createEventStreamDecoder()
  let fault: GatewayError | undefined

  function take(frames: readonly StreamFrame[]): ChatCompletionChunk[] {
    const chunks: ChatCompletionChunk[] = []
    for (const frame of frames) {
      const event = toEvent(frame)
      if ('fault' in event) {
        fault = event.fault
        break
      }
      chunks.push(...translator.translate(event))
    }
    return chunks
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
        const chunks = take(read.frames)
        if (chunks.length > 0) return { done: false, value: batchOfChunks(chunks) }
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
  const payload = parseJsonObject(frame.body)
  if (!payload) return { fault: corrupt(`the payload of ${frame.type} is no JSON object`, undefined) }
  return { type: frame.type, payload }
}
