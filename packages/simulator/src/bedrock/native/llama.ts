import { numberOf, stringOf } from '../../json.ts'
import { count, fraction, texts } from './native-fields.ts'
import type { NativeModel } from './native-model.ts'
import { byLength, lastLine, turn } from './native-text.ts'

/** Llama: one text, with marks of its own around the turns. */
export const llama: NativeModel = {
  ids: /^meta\./,
  required: ['prompt'],
  shape: {
    prompt: { type: 'string', required: true, length: [1, 1_000_000] },
    max_gen_len: count(8_192),
    temperature: fraction,
    top_p: fraction,
    images: texts,
  },
  read: body => {
    const turns = lastLine(stringOf(body.prompt) ?? '', /<\|[a-z_]+\|>(?:user|assistant|system)?|\[\/?INST\]|<\/?s>/)
    return { turns: [turn(turns)], maxTokens: numberOf(body.max_gen_len), stop: [] }
  },
  write: reply => ({
    generation: reply.text,
    prompt_token_count: reply.inputTokens,
    generation_token_count: reply.outputTokens,
    stop_reason: byLength(reply, 'length', 'stop'),
  }),
  chunk: (generation, last) => ({
    generation,
    prompt_token_count: last?.inputTokens ?? null,
    generation_token_count: last?.outputTokens ?? null,
    stop_reason: last ? byLength(last, 'length', 'stop') : null,
  }),
}
