import type { Reply } from '../../brain/prompt.ts'
import { arrayOf, numberOf, pick, stringOf } from '../../json.ts'
import type { Field } from '../embeddings/shape.ts'
import { count, fraction, texts } from './native-fields.ts'
import type { NativeModel } from './native-model.ts'
import { byLength, messageTurns } from './native-text.ts'

const chatUsage = ({ inputTokens, outputTokens }: Reply) => ({
  prompt_tokens: inputTokens,
  completion_tokens: outputTokens,
  total_tokens: inputTokens + outputTokens,
})

/** Mistral Large, gpt-oss, Qwen, DeepSeek: a chat body like OpenAI's. */
export const openaiLike: NativeModel = {
  ids: /./,
  required: ['messages'],
  read: body => ({
    system: messageTurns({ messages: arrayOf(body.messages).filter(message => pick(message, 'role') === 'system') })
      .map(({ text }) => text)
      .join('\n'),
    turns: messageTurns({ messages: arrayOf(body.messages).filter(message => pick(message, 'role') !== 'system') }),
    maxTokens: numberOf(body.max_tokens) ?? numberOf(body.max_completion_tokens),
    stop: [body.stop].flat().flatMap(sequence => stringOf(sequence) ?? []),
  }),
  write: reply => ({
    id: 'chatcmpl-simulator',
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: reply.text },
        finish_reason: byLength(reply, 'length', 'stop'),
      },
    ],
    usage: chatUsage(reply),
  }),
  chunk: (content, last) => ({
    object: 'chat.completion.chunk',
    choices: [
      { index: 0, delta: last ? {} : { content }, finish_reason: last ? byLength(last, 'length', 'stop') : null },
    ],
  }),
  opening: () => [
    {
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
    },
  ],
  closing: reply => [{ object: 'chat.completion.chunk', choices: [], usage: chatUsage(reply) }],
}

const penalty: Field = { type: 'number' }

/** Jamba: the same body, strictly. */
export const jamba: NativeModel = {
  ...openaiLike,
  ids: /^ai21\./,
  shape: {
    messages: { type: 'array', required: true, length: [1, 100_000] },
    max_tokens: { type: 'integer', range: [0, 4_096] },
    temperature: { type: 'number', range: [0, 2] },
    top_p: fraction,
    stop: texts,
    n: count(16),
    frequency_penalty: penalty,
    presence_penalty: penalty,
    stream: { type: 'boolean' },
  },
}
