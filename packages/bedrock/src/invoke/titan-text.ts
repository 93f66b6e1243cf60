import { isJsonObject, type JsonObject } from '../wire/json.ts'
import { type NativeFamily, settingsOf, textIn } from './native-family.ts'
import { type NativePiece, usageOf } from './native-piece.ts'
import { disarmed, speakerMarks } from './prompt-marks.ts'
import { spokenPrompt } from './spoken-prompt.ts'

const marks = speakerMarks('User', 'Bot')

/**
 * Titan Text, and Titan Large before it: `User: …` and `Bot:` by turns.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-text.html
 */
export const titanText: NativeFamily = {
  capabilities: { system: false, topK: undefined, prefill: true, maxOutputTokens: 8_192 },
  toBody({ turns, settings: { maxTokens, temperature, topP, stopSequences } }) {
    const said = turns.map(({ role, text }) => ({ role, text: disarmed(text, marks) }))
    const config = settingsOf({ maxTokenCount: maxTokens, temperature, topP, stopSequences })
    return {
      inputText: spokenPrompt(said, { user: 'User', assistant: 'Bot' }),
      ...(Object.keys(config).length > 0 && { textGenerationConfig: config }),
    }
  },
  readAnswer({ inputTextTokenCount, results }) {
    const [first]: unknown[] = Array.isArray(results) ? results : []
    const result = isJsonObject(first) ? first : {}
    return {
      text: textIn(result.outputText),
      ending: textIn(result.completionReason),
      usage: usageOf({ inputTokens: inputTextTokenCount, outputTokens: result.tokenCount }),
    }
  },
  createChunkReader: () => readChunk,
}

function readChunk(chunk: JsonObject): NativePiece {
  const ending = textIn(chunk.completionReason)
  const { inputTextTokenCount: inputTokens, totalOutputTextTokenCount: outputTokens } = chunk
  return {
    text: textIn(chunk.outputText),
    ending,
    usage: ending === undefined ? undefined : usageOf({ inputTokens, outputTokens }),
  }
}
