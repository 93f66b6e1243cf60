import {
  batchOfChunks,
  type Call,
  completedOutcome,
  type FrameBatch,
  type Handler,
  type Result,
  streamResult,
} from '@modelgate/core'
import { toEvents } from './answer-events.ts'
import type { AnswerRules } from './answer-rules.ts'
import type { BedrockRuntime } from './bedrock-runtime.ts'
import { toBatches } from './chat-stream.ts'
import { toConverseRequest } from './converse-request.ts'
import { type AnswerHead, toChatCompletion } from './converse-response.ts'
import type { ConverseAnswer } from './converse-wire.ts'
import type { ModelCapabilities } from './models.ts'
import { createStreamTranslator, type StreamTranslator } from './stream.ts'

/** What the chat handler needs of its provider. */
export interface ChatParts {
  readonly runtime: BedrockRuntime
  readonly capabilitiesOf: (model: string) => ModelCapabilities
}

/** Chats over Converse and ConverseStream. */
export function createChatHandler({ runtime, capabilitiesOf }: ChatParts): Handler<'chat'> {
  return async call => {
    const { request, signal, context } = call
    const { model } = request
    const capabilities = capabilitiesOf(model)
    const { body, rules } = toConverseRequest(request, capabilities, context.droppedParams)
    const asked = { model, body, signal }
    const wantsStream = request.stream === true
    if (wantsStream && (capabilities.streamsTools || !body.toolConfig)) {
      const { events, requestId } = await runtime.converseStream(asked)
      const head = headOf(model, requestId, rules)
      return streamed(call, head, translator => events.read(toBatches(translator)))
    }
    const { answer, requestId } = await runtime.converse(asked)
    const head = headOf(model, requestId, rules)
    return wantsStream ? streamed(call, head, translator => replay(answer, translator)) : completed(answer, head)
  }
}

function completed(answer: ConverseAnswer, head: AnswerHead): Result<'chat'> {
  const value = toChatCompletion(answer, head)
  const finishReason = value.choices[0]?.finish_reason
  const outcome = completedOutcome({ usage: value.usage, finishReason, responseModel: value.model })
  return { kind: 'completion', completion: { value }, settled: Promise.resolve(outcome) }
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
