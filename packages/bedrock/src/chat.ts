import {
  batchOfChunks,
  type Call,
  completedOutcome,
  type FrameBatch,
  type Handler,
  type Operations,
  type Result,
  streamResult,
  type UpstreamResponse,
} from '@modelgate/core'
import { toEvents } from './answer-events.ts'
import type { BedrockApi } from './bedrock-api.ts'
import { readConverseStream } from './chat-stream.ts'
import { toConverseRequest } from './converse-request.ts'
import { type AnswerHead, toChatCompletion } from './converse-response.ts'
import type { ConverseAnswer } from './converse-wire.ts'
import { modelPath } from './model-path.ts'
import type { ModelCapabilities } from './models.ts'
import { readJson } from './read-json.ts'
import { createStreamTranslator, type StreamTranslator } from './stream.ts'
import type { ToolNames } from './tool-names.ts'

/** What the chat handler needs of its provider. */
export interface ChatParts {
  readonly api: BedrockApi
  readonly capabilitiesOf: (model: string) => ModelCapabilities
}

/** Chats over Converse and ConverseStream. */
export function createChatHandler({ api, capabilitiesOf }: ChatParts): Handler<'chat'> {
  return async call => {
    const { request, signal, context } = call
    const capabilities = capabilitiesOf(request.model)
    const { body, toolNames } = toConverseRequest(request, capabilities, context.droppedParams)
    const streaming = request.stream === true && (capabilities.streamsTools || !body.toolConfig)
    const path = `${modelPath(request.model)}/${streaming ? 'converse-stream' : 'converse'}`
    const action = streaming ? 'bedrock:InvokeModelWithResponseStream' : 'bedrock:InvokeModel'
    const response = await api.send({ plane: 'runtime', method: 'POST', path, body, signal, action })
    const head = headOf(request, response, toolNames)
    if (streaming) return streamed(call, head, translator => readConverseStream(response.body, translator))
    const answer = await readJson<ConverseAnswer>(response)
    if (request.stream === true) return streamed(call, head, translator => replay(answer, translator))
    return completed(answer, head)
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

function headOf(
  request: Operations['chat']['request'],
  { headers }: UpstreamResponse,
  toolNames: ToolNames,
): AnswerHead {
  return {
    id: `chatcmpl-${headers['x-amzn-requestid'] ?? crypto.randomUUID()}`,
    created: Math.floor(Date.now() / 1_000),
    model: request.model,
    toolNames,
  }
}
