import { arrayOf, numberOf, pick, stringOf } from '../../json.ts'
import { count, fraction, texts } from './native-fields.ts'
import type { NativeModel } from './native-model.ts'
import { byLength, strings, turn } from './native-text.ts'

/** Command and Command Light: one text. */
export const cohere: NativeModel = {
  ids: /^cohere\.command-(text|light)/,
  required: ['prompt'],
  shape: {
    prompt: { type: 'string', required: true, length: [1, 1_000_000] },
    max_tokens: count(4_096),
    temperature: { type: 'number', range: [0, 5] },
    p: fraction,
    k: { type: 'number', range: [0, 500] },
    stop_sequences: texts,
    num_generations: count(5),
    return_likelihoods: { type: 'string', oneOf: ['GENERATION', 'ALL', 'NONE'] },
    stream: { type: 'boolean' },
    logit_bias: { type: 'object' },
    truncate: { type: 'string', oneOf: ['NONE', 'START', 'END'] },
  },
  read: body => ({
    turns: [turn(stringOf(body.prompt) ?? '')],
    maxTokens: numberOf(body.max_tokens),
    stop: strings(body.stop_sequences),
  }),
  write: reply => ({
    id: '00000000-0000-4000-8000-000000000000',
    generations: [
      {
        id: '00000000-0000-4000-8000-000000000001',
        text: reply.text,
        finish_reason: byLength(reply, 'MAX_TOKENS', 'COMPLETE'),
      },
    ],
  }),
  chunk: (text, last) =>
    last
      ? // The whole once more.
        { text: last.text, is_finished: true, finish_reason: byLength(last, 'MAX_TOKENS', 'COMPLETE') }
      : { text, is_finished: false },
}

/** Command R: a message and the history before it. */
export const commandR: NativeModel = {
  ids: /^cohere\.command-r/,
  required: ['message'],
  read: body => ({
    system: stringOf(body.preamble) ?? '',
    turns: [
      ...arrayOf(body.chat_history).map(entry =>
        turn(stringOf(pick(entry, 'message')) ?? '', pick(entry, 'role') === 'CHATBOT' ? 'assistant' : 'user'),
      ),
      turn(stringOf(body.message) ?? ''),
    ],
    maxTokens: numberOf(body.max_tokens),
    stop: strings(body.stop_sequences),
  }),
  write: reply => ({
    text: reply.text,
    finish_reason: byLength(reply, 'MAX_TOKENS', 'COMPLETE'),
    generation_id: 'simulator',
  }),
  chunk: (text, last) =>
    last
      ? {
          event_type: 'stream-end',
          is_finished: true,
          finish_reason: byLength(last, 'MAX_TOKENS', 'COMPLETE'),
          response: { text: last.text, generation_id: 'simulator' },
        }
      : { event_type: 'text-generation', text, is_finished: false },
}
