import { numberOf, stringOf } from '../../json.ts'
import { count, fraction, texts } from './native-fields.ts'
import type { NativeModel } from './native-model.ts'
import { byLength, lastLine, strings, turn } from './native-text.ts'

/** Mistral 7B and Mixtral: one text, with `[INST]` around what the user says. */
export const mistral: NativeModel = {
  ids: /^mistral\.(mistral-7b|mixtral)/,
  required: ['prompt'],
  shape: {
    prompt: { type: 'string', required: true },
    max_tokens: count(8_192),
    temperature: fraction,
    top_p: fraction,
    top_k: { type: 'integer', range: [0, 200] },
    stop: { ...texts, length: [0, 10] },
  },
  read: body => ({
    turns: [turn(lastLine(stringOf(body.prompt) ?? '', /\[\/?INST\]|<\/?s>/))],
    maxTokens: numberOf(body.max_tokens),
    stop: strings(body.stop),
  }),
  write: reply => ({ outputs: [{ text: reply.text, stop_reason: byLength(reply, 'length', 'stop') }] }),
  chunk: (text, last) => ({ outputs: [{ text, stop_reason: last ? byLength(last, 'length', 'stop') : null }] }),
}
