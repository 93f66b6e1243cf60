import { numberOf, objectOf } from '../../json.ts'
import type { NativeModel } from './native-model.ts'
import { byLength, contentText, messageTurns, strings } from './native-text.ts'

/** Nova: messages, and the words of Converse's answers. */
export const nova: NativeModel = {
  ids: /^amazon\.nova/,
  required: ['messages'],
  read: body => {
    const settings = objectOf(body.inferenceConfig)
    return {
      system: contentText(body.system),
      turns: messageTurns(body),
      maxTokens: numberOf(settings.maxTokens),
      stop: strings(settings.stopSequences),
    }
  },
  write: reply => ({
    output: { message: { content: [{ text: reply.text }], role: 'assistant' } },
    stopReason: byLength(reply, 'max_tokens', 'end_turn'),
    usage: {
      inputTokens: reply.inputTokens,
      outputTokens: reply.outputTokens,
      totalTokens: reply.inputTokens + reply.outputTokens,
    },
  }),
  chunk: (text, last) =>
    last
      ? { messageStop: { stopReason: byLength(last, 'max_tokens', 'end_turn') } }
      : { contentBlockDelta: { contentBlockIndex: 0, delta: { text } } },
  opening: () => [{ messageStart: { role: 'assistant' } }],
  closing: ({ inputTokens, outputTokens }) => [{ metadata: { usage: { inputTokens, outputTokens }, metrics: {} } }],
}
