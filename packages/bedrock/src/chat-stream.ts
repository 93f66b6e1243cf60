import { batchOfChunks, type ChatCompletionChunk, type FrameBatch } from '@modelgate/core'
import type { Take } from './bedrock-runtime.ts'
import type { StreamTranslator } from './stream.ts'

/** The events of one upstream read as one batch, where they hold anything to say. */
export function toBatches(translator: StreamTranslator): Take<FrameBatch> {
  const encode = (chunk: ChatCompletionChunk): string => translator.encode(chunk)
  return events => {
    const chunks: ChatCompletionChunk[] = []
    for (const event of events) for (const chunk of translator.translate(event)) chunks.push(chunk)
    return chunks.length > 0 ? batchOfChunks(chunks, encode) : undefined
  }
}
