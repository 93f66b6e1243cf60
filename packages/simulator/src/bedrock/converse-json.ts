import type { JsonObject } from '../json.ts'
import { additionalFieldsOf, type ConverseReply, metadataOf, signatureOf, stopReasonOf } from './converse-reply.ts'

/** The body of a Converse answer. */
export function converseJson(answer: ConverseReply): JsonObject {
  return {
    output: { message: { role: 'assistant', content: contentOf(answer) } },
    stopReason: stopReasonOf(answer),
    ...metadataOf(answer),
    ...additionalFieldsOf(answer),
  }
}

function contentOf(answer: ConverseReply): readonly JsonObject[] {
  const { reply } = answer
  const signature = signatureOf(answer)
  const reasoningText = { text: reply.reasoning, ...(signature === undefined ? {} : { signature }) }
  return [
    ...(reply.reasoning === '' ? [] : [{ reasoningContent: { reasoningText } }]),
    ...(reply.text === '' ? [] : [{ text: reply.text }]),
    ...reply.toolCalls.map(({ id, name, input }) => ({ toolUse: { toolUseId: id, name, input } })),
  ]
}
