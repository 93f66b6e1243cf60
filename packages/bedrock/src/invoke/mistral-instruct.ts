import { isJsonObject, type JsonObject } from '../wire/json.ts'
import { instructionPrompt } from './instruction-prompt.ts'
import { type NativeFamily, settingsOf, textIn } from './native-family.ts'
import type { NativePiece } from './native-piece.ts'

/**
 * Mistral 7B and Mixtral 8x7B, by a prompt of one string. Their usage stands in the headers.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-mistral-text-completion.html
 */
export const mistralInstruct: NativeFamily = {
  capabilities: { system: false, prefill: true, maxOutputTokens: 8_192 },
  toBody(chat) {
    const { maxTokens, temperature, topP, stopSequences } = chat.settings
    return settingsOf({
      prompt: instructionPrompt(chat, '</s>'),
      max_tokens: maxTokens,
      temperature,
      top_p: topP,
      stop: stopSequences,
    })
  },
  readAnswer: read,
  createChunkReader: () => read,
}

function read({ outputs }: JsonObject): NativePiece {
  const [first]: unknown[] = Array.isArray(outputs) ? outputs : []
  const { text, stop_reason: reason } = isJsonObject(first) ? first : {}
  return { text: textIn(text), ending: textIn(reason) }
}
