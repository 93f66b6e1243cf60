import type { AnswerUsage } from '../wire/converse-answer-wire.ts'
import { isJsonObject, type JsonObject } from '../wire/json.ts'
import { type NativeFamily, settingsOf, textIn } from './native-family.ts'
import { type NativePiece, usageOf } from './native-piece.ts'

/** The body demands a cap, and every Claude since 3 takes this one. */
const defaultMaxTokens = 4_096

/**
 * Anthropic's Messages, of Claude since 2.1.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
 */
export const claudeMessages: NativeFamily = {
  capabilities: { demandsCap: true, reasoning: undefined, replaysReasoning: false },
  toBody({ system, turns, settings: { maxTokens, temperature, topP, stopSequences } }) {
    return settingsOf({
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: maxTokens ?? defaultMaxTokens,
      system: system || undefined,
      messages: turns.map(({ role, text }) => ({ role, content: text })),
      temperature,
      top_p: topP,
      stop_sequences: stopSequences,
    })
  },
  readAnswer({ content, stop_reason: reason, usage }) {
    const blocks = Array.isArray(content) ? content.filter(isJsonObject) : undefined
    const thoughts = blocks?.map(({ thinking }) => textIn(thinking) ?? '').join('')
    return {
      text: blocks?.map(({ text }) => textIn(text) ?? '').join(''),
      reasoning: thoughts,
      ending: textIn(reason),
      usage: toUsage(usage),
    }
  },
  createChunkReader: createReader,
}

/** The counts stand in two events: of the prompt in the first, of the answer where it ends. */
function createReader(): (event: JsonObject) => NativePiece {
  let prompt: JsonObject = {}
  return ({ type, message, delta, usage }) => {
    if (type === 'message_start' && isJsonObject(message) && isJsonObject(message.usage)) prompt = message.usage
    if (!isJsonObject(delta)) return {}
    if (type === 'content_block_delta') return { text: textIn(delta.text), reasoning: textIn(delta.thinking) }
    if (type !== 'message_delta') return {}
    return { ending: textIn(delta.stop_reason), usage: toUsage({ ...prompt, ...(isJsonObject(usage) && usage) }) }
  }
}

function toUsage(usage: unknown): AnswerUsage | undefined {
  if (!isJsonObject(usage)) return undefined
  return usageOf({
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    cacheReadInputTokens: usage.cache_read_input_tokens,
    cacheWriteInputTokens: usage.cache_creation_input_tokens,
  })
}
