import {
  batchOfChunks,
  type Call,
  completedOutcome,
  type FrameBatch,
  type Handler,
  type Result,
  settledAs,
  streamResult,
} from '@modelgate/core'
import { toEvents } from './answer/answer-events.ts'
import type { AnswerRules } from './answer/answer-rules.ts'
import { routedModelOf } from './answer/answer-trace.ts'
import { toBatches } from './answer/chat-stream.ts'
import { type AnswerHead, ranTool, toChatCompletion } from './answer/converse-response.ts'
import { createStreamTranslator, type StreamTranslator } from './answer/stream.ts'
import type { ModelCapabilities } from './models/model-capabilities.ts'
import { toConverseRequest } from './request/converse-request.ts'
import { withMetadata } from './request/request-metadata.ts'
import { pricedTierOf } from './request/service-tier.ts'
import { refuseDropped, type UnsupportedParams } from './request/unsupported-params.ts'
import type { BedrockRuntime } from './upstream/bedrock-runtime.ts'
import type { ConverseAnswer } from './wire/converse-answer-wire.ts'

/** What a provider's user decides about its chats. */
export interface ChatOptions {
  /**
   * A request with a parameter that the model cannot be told: without it, named in `droppedParams`, or a 400 that names it. What
   * changes nothing of the answer (`user`, `prediction`, marks for the prompt cache) never refuses one. Default `drop`.
   */
  readonly unsupportedParams?: UnsupportedParams | undefined
  /**
   * Says a request's `metadata` as Bedrock's `requestMetadata`, which stands in AWS's invocation log. Pairs that Bedrock would
   * refuse are dropped and named. Default `false`: callers do not expect their data there.
   */
  readonly sendMetadata?: boolean | undefined
}

/** What the chat handler needs of its provider. */
export interface ChatParts extends ChatOptions {
  readonly runtime: BedrockRuntime
  readonly capabilitiesOf: (model: string) => ModelCapabilities
}

/** Chats over Converse and ConverseStream. */
export function createChatHandler(parts: ChatParts): Handler<'chat'> {
  const { runtime, capabilitiesOf } = parts
  return async call => {
    const { request, signal, context } = call
    const { model } = request
    const capabilities = capabilitiesOf(model)
    const dropped = context.droppedParams
    const told = parts.sendMetadata ? withMetadata(request, dropped) : request
    const { body, rules } = toConverseRequest(told, capabilities, dropped)
    if (parts.unsupportedParams === 'reject') refuseDropped(dropped)
    const asked = { model, body, signal, connectMs: context.connectMs, traceHeaders: context.upstreamHeaders }
    const wantsStream = request.stream === true
    if (wantsStream && (capabilities.streamsTools || !body.toolConfig)) {
      const { events, requestId } = await runtime.converseStream(asked)
      const head = headOf(model, requestId, rules)
      return streamed(call, head, translator => {
        // Until its end tells: a stream that is cut never does.
        translator.facts.serviceTier = pricedTierOf(body)
        return events.read(toBatches(translator))
      })
    }
    const { answer, requestId } = await runtime.converse(asked)
    const head = headOf(model, requestId, rules)
    return wantsStream ? streamed(call, head, translator => replay(answer, translator)) : completed(answer, head)
  }
}

function completed(answer: ConverseAnswer, head: AnswerHead): Result<'chat'> {
  const value = toChatCompletion(answer, head)
  const finishReason = value.choices[0]?.finish_reason
  const responseModel = routedModelOf(answer.trace) ?? value.model
  const serviceTier = pricedTierOf(answer)
  const outcome = completedOutcome({
    usage: value.usage,
    finishReason,
    responseModel,
    serviceTier,
    unpriced: ranTool(answer),
  })
  return { kind: 'completion', completion: { value }, settled: settledAs(outcome) }
}

function streamed(
  { request, signal, context }: Call<'chat'>,
  head: AnswerHead,
  read: (translator: StreamTranslator) => AsyncIterator<FrameBatch>,
): Result<'chat'> {
  const translator = createStreamTranslator({ head, includeUsage: request.stream_options?.include_usage === true })
  return streamResult({ batches: read(translator), facts: translator.facts, signal, startedAt: context.startedAt })
}

/** The model could not stream this request: its whole answer as one batch. */
function replay(answer: ConverseAnswer, translator: StreamTranslator): AsyncIterator<FrameBatch> {
  const batches = [batchOfChunks(toEvents(answer).flatMap(event => translator.translate(event)))]
  return {
    next() {
      const value = batches.shift()
      return Promise.resolve(value ? { done: false, value } : { done: true, value: undefined })
    },
  }
}

function headOf(model: string, requestId: string | undefined, rules: AnswerRules): AnswerHead {
  return {
    id: `chatcmpl-${requestId ?? crypto.randomUUID()}`,
    created: Math.floor(Date.now() / 1_000),
    model,
    ...rules,
  }
}
