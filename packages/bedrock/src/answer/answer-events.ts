import type { AnswerBlock, ConverseAnswer, ConverseEvent, ConverseEventPayload } from '../wire/converse-answer-wire.ts'
import { blocksOf, citationsOf, textOf } from './converse-response.ts'

/**
 * A whole answer as the events that would have streamed it, for models that take tools on Converse only.
 * @throws {GatewayError} `upstream_bad_response` for an answer without a message.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html
 */
export function toEvents(answer: ConverseAnswer): ConverseEvent[] {
  const { stopReason, additionalModelResponseFields, usage, serviceTier, performanceConfig, trace } = answer
  return [
    event('messageStart', {}),
    ...blocksOf(answer).flatMap(toBlockEvents),
    event('messageStop', { stopReason: stopReason ?? null, additionalModelResponseFields }),
    event('metadata', {
      usage: usage ?? null,
      serviceTier: serviceTier ?? null,
      performanceConfig: performanceConfig ?? null,
      trace,
    }),
  ]
}

function toBlockEvents(block: AnswerBlock, contentBlockIndex: number): ConverseEvent[] {
  const { toolUse, reasoningContent } = block
  const stop = event('contentBlockStop', { contentBlockIndex })
  if (toolUse) {
    const { input, ...start } = toolUse
    const delta = { toolUse: { input: JSON.stringify(input ?? {}) } }
    return [
      event('contentBlockStart', { contentBlockIndex, start: { toolUse: start } }),
      event('contentBlockDelta', { contentBlockIndex, delta }),
      stop,
    ]
  }
  const { reasoningText, redactedContent } = reasoningContent ?? {}
  const reasoning = [
    ...(reasoningText?.text ? [{ text: reasoningText.text }] : []),
    ...(reasoningText?.signature ? [{ signature: reasoningText.signature }] : []),
    ...(redactedContent ? [{ redactedContent }] : []),
  ].map(delta => event('contentBlockDelta', { contentBlockIndex, delta: { reasoningContent: delta } }))
  const text = textOf(block)
  const said = [...(text ? [{ text }] : []), ...citationsOf(block).map(citation => ({ citation }))]
  return [...reasoning, ...said.map(delta => event('contentBlockDelta', { contentBlockIndex, delta })), stop]
}

function event(type: string, payload: ConverseEventPayload): ConverseEvent {
  return { type, payload }
}
