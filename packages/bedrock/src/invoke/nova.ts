import type { AnswerUsage } from '../wire/converse-answer-wire.ts'
import { isJsonObject, type JsonObject } from '../wire/json.ts'
import { type NativeFamily, settingsOf, textIn } from './native-family.ts'
import { type NativePiece, usageOf } from './native-piece.ts'

/**
 * Amazon Nova, whose own body is Converse's under another name.
 * @see https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html
 */
export const nova: NativeFamily = {
  capabilities: { reasoning: undefined },
  toBody({ system, turns, settings }) {
    return settingsOf({
      schemaVersion: 'messages-v1',
      system: system === '' ? undefined : [{ text: system }],
      messages: turns.map(({ role, text }) => ({ role, content: [{ text }] })),
      inferenceConfig: Object.keys(settings).length > 0 ? settings : undefined,
    })
  },
  readAnswer({ output, stopReason, usage }) {
    const message = isJsonObject(output) ? output.message : undefined
    const content = isJsonObject(message) ? message.content : undefined
    const blocks = Array.isArray(content) ? content.filter(isJsonObject) : undefined
    return {
      text: blocks?.map(({ text }) => textIn(text) ?? '').join(''),
      ending: textIn(stopReason),
      usage: toUsage(usage),
    }
  },
  createChunkReader: () => readEvent,
}

/** One member, named like Converse's event. */
function readEvent({ contentBlockDelta, messageStop, metadata }: JsonObject): NativePiece {
  const delta = isJsonObject(contentBlockDelta) ? contentBlockDelta.delta : undefined
  return {
    text: isJsonObject(delta) ? textIn(delta.text) : undefined,
    ending: isJsonObject(messageStop) ? (textIn(messageStop.stopReason) ?? '') : undefined,
    usage: isJsonObject(metadata) ? toUsage(metadata.usage) : undefined,
  }
}

function toUsage(usage: unknown): AnswerUsage | undefined {
  if (!isJsonObject(usage)) return undefined
  const { inputTokens, outputTokens, cacheReadInputTokenCount, cacheWriteInputTokenCount } = usage
  return usageOf({
    inputTokens,
    outputTokens,
    cacheReadInputTokens: cacheReadInputTokenCount,
    cacheWriteInputTokens: cacheWriteInputTokenCount,
  })
}
