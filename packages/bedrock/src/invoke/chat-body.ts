import { isJsonObject, type JsonObject } from '../wire/json.ts'
import { type NativeFamily, settingsOf, textIn } from './native-family.ts'
import { type NativePiece, usageOf } from './native-piece.ts'

/**
 * A body like OpenAI's: Jamba, Mistral Large, gpt-oss, Qwen, DeepSeek V3, Kimi, MiniMax, GLM, Nemotron, Gemma. Also what a model that
 * nobody has heard of is taken for.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-jamba.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html
 */
export const chatBody: NativeFamily = {
  capabilities: { maxTemperature: 2 },
  toBody({ system, turns, settings: { maxTokens, temperature, topP, stopSequences }, isStreamed }) {
    return settingsOf({
      messages: [
        ...(system === '' ? [] : [{ role: 'system', content: system }]),
        ...turns.map(({ role, text }) => ({ role, content: text })),
      ],
      max_tokens: maxTokens,
      temperature,
      top_p: topP,
      stop: stopSequences,
      stream: isStreamed ? true : undefined,
    })
  },
  readAnswer: answer => read(answer, 'message'),
  createChunkReader: () => chunk => read(chunk, 'delta'),
}

/** The same of models that Converse refuses `stopSequences`: `stop` is their servers' own. */
export const openBody: NativeFamily = { ...chatBody, capabilities: { ...chatBody.capabilities, maxStopSequences: 4 } }

function read({ choices, usage }: JsonObject, at: 'message' | 'delta'): NativePiece {
  const [first]: unknown[] = Array.isArray(choices) ? choices : []
  const choice = isJsonObject(first) ? first : {}
  const said = choice[at]
  const { content, reasoning_content: thoughts, reasoning } = isJsonObject(said) ? said : {}
  return {
    // A model that spent its tokens on thinking says `null`.
    text: textIn(content) ?? (content === null ? '' : undefined),
    reasoning: textIn(thoughts) ?? textIn(reasoning),
    // Mistral's older models say `stop_reason`.
    ending: textIn(choice.finish_reason) ?? textIn(choice.stop_reason),
    usage: isJsonObject(usage)
      ? usageOf({ inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens })
      : undefined,
  }
}
