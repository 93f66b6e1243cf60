import type { JsonObject } from '../wire/json.ts'
import { type NativeFamily, settingsOf, textIn } from './native-family.ts'
import type { NativePiece } from './native-piece.ts'

const roles = { user: 'USER', assistant: 'CHATBOT' } as const

/**
 * Cohere's Command R and R+: the last message apart from the conversation before it. Their usage stands in the headers.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command-r-plus.html
 */
export const commandR: NativeFamily = {
  capabilities: { prefill: false, topK: 'k' },
  toBody({ system, turns, settings: { maxTokens, temperature, topP, stopSequences } }) {
    const history = turns.slice(0, -1)
    return settingsOf({
      message: turns.at(-1)?.text,
      chat_history:
        history.length > 0 ? history.map(({ role, text }) => ({ role: roles[role], message: text })) : undefined,
      preamble: system || undefined,
      max_tokens: maxTokens,
      temperature,
      p: topP,
      stop_sequences: stopSequences,
    })
  },
  readAnswer: ({ text, finish_reason: reason }) => ({ text: textIn(text), ending: textIn(reason) }),
  createChunkReader: () => readChunk,
}

/** The last event has the whole answer once more, under `response`. */
function readChunk({ event_type: type, text, finish_reason: reason }: JsonObject): NativePiece {
  if (type === 'stream-end') return { ending: textIn(reason) ?? '' }
  return type === 'text-generation' ? { text: textIn(text) } : {}
}
