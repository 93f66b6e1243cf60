import type { JsonObject } from '../json.ts'
import type { AnswerBlock } from './answer-blocks.ts'
import { additionalFieldsOf, type ConverseReply, metadataOf, stopReasonOf } from './converse-reply.ts'

/** The body of a Converse answer. */
export function converseJson(answer: ConverseReply): JsonObject {
  return {
    output: { message: { role: 'assistant', content: answer.blocks.map(contentOf) } },
    stopReason: stopReasonOf(answer),
    ...metadataOf(answer),
    ...additionalFieldsOf(answer),
  }
}

function contentOf(block: AnswerBlock): JsonObject {
  switch (block.kind) {
    case 'reasoning': {
      const { text, signature } = block
      return { reasoningContent: { reasoningText: { text, ...(signature === undefined ? {} : { signature }) } } }
    }
    case 'redacted':
      return { reasoningContent: { redactedContent: block.data } }
    case 'text': {
      const { text, citations } = block
      return citations.length === 0 ? { text } : { citationsContent: { content: [{ text }], citations } }
    }
    case 'tool': {
      const { id: toolUseId, name, input } = block.call
      return { toolUse: { toolUseId, name, input, ...(block.server && { type: 'server_tool_use' }) } }
    }
    case 'server-result':
      return {
        toolResult: {
          toolUseId: block.id,
          content: [{ text: block.text }],
          status: 'success',
          type: 'server_tool_use',
        },
      }
  }
}
