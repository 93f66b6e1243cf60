import { isJsonObject, type JsonObject } from '../wire/json.ts'
import { type NativeFamily, settingsOf, textIn } from './native-family.ts'
import type { NativePiece } from './native-piece.ts'
import { disarmed, speakerMarks } from './prompt-marks.ts'
import { spokenPrompt } from './spoken-prompt.ts'

const marks = speakerMarks('User', 'Assistant')

/**
 * Cohere's Command and Command Light, which know prompts and no conversations: a single turn is the prompt as it stands, and several
 * are told as a play. Its usage stands in the headers.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command.html
 */
export const cohereCommand: NativeFamily = {
  capabilities: { system: false, multiTurn: true, prefill: true, topK: 'k', maxOutputTokens: 4_096 },
  toBody({ turns, settings: { maxTokens, temperature, topP, stopSequences }, isStreamed }) {
    const [only, ...others] = turns
    const said = turns.map(({ role, text }) => ({ role, text: disarmed(text, marks) }))
    return settingsOf({
      prompt: only && others.length === 0 ? only.text : spokenPrompt(said, { user: 'User', assistant: 'Assistant' }),
      max_tokens: maxTokens,
      temperature,
      p: topP,
      stop_sequences: stopSequences,
      stream: isStreamed ? true : undefined,
    })
  },
  readAnswer({ generations }) {
    const [first]: unknown[] = Array.isArray(generations) ? generations : []
    const { text, finish_reason: reason } = isJsonObject(first) ? first : {}
    return { text: textIn(text), ending: textIn(reason) }
  },
  createChunkReader: createReader,
}

/** The last chunk repeats the whole text. */
function createReader(): (chunk: JsonObject) => NativePiece {
  let said = ''
  return chunk => {
    const text = textIn(chunk.text) ?? ''
    if (chunk.is_finished !== true) {
      said += text
      return { text }
    }
    return { text: unsaid(text, said), ending: textIn(chunk.finish_reason) ?? '' }
  }
}

/** What a last chunk adds: nothing as a rule, the whole of a text that came in one chunk, the rest of one that went on. */
function unsaid(text: string, said: string): string {
  if (text.trim() === said.trim()) return ''
  return text.startsWith(said) ? text.slice(said.length) : text
}
