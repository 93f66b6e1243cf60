import {
  type Call,
  type ChatCompletion,
  type ChatCompletionRequest,
  completedOutcome,
  encodeBody,
  type Handler,
  type Result,
  readBody,
  type StreamFacts,
  settledAs,
  streamResult,
} from '@modelgate/core'
import { ChatBatches } from './chat-batches.ts'
import type { Endpoint } from './endpoint.ts'
import type { EndpointResponse } from './endpoint-response.ts'
import { badAnswer, mayBeEventStream, parseAnswer, refuseAnswer } from './json-answer.ts'
import type { ResponsesApi } from './responses/responses-api.ts'
import { isUsageRefusal, type StreamUsage, withUsage } from './stream-usage.ts'
import type { TokenCap } from './token-cap.ts'
import type { Upstream } from './upstream.ts'

/** How a server is asked for chats. */
interface ChatLane {
  readonly endpoint: Endpoint
  readonly usage: StreamUsage
  readonly cap: TokenCap
  /** Where else its models may take them; absent where it has no other API. */
  readonly responses: ResponsesApi | undefined
}

/**
 * `POST /chat/completions`: the request's own bytes out, the answer's own bytes back.
 * @see https://developers.openai.com/api/docs/api-reference/chat/create
 */
export function chatHandler(lane: ChatLane): Handler<'chat'> {
  return call => {
    try {
      return ask(lane.cap.named(call), lane)
    } catch (error) {
      return Promise.reject(error)
    }
  }
}

function ask(call: Call<'chat'>, lane: ChatLane): Promise<Result<'chat'>> {
  return lane.responses?.answer(call) ?? (call.request.stream ? stream(call, lane) : complete(call, lane))
}

function complete(call: Call<'chat'>, lane: ChatLane): Promise<Result<'chat'>> {
  return post(call, call.request, lane.endpoint).then(
    ({ body, upstream }) => {
      const read = readBody(body)
      return read instanceof Uint8Array ? completion(read, upstream) : read.then(bytes => completion(bytes, upstream))
    },
    (error: unknown) => refused(error, call, lane),
  )
}

/** @throws {GatewayError} what it was refused for, but where the server has said how to ask instead */
function refused(error: unknown, call: Call<'chat'>, lane: ChatLane): Promise<Result<'chat'>> {
  const named = lane.cap.namedAfter(error, call)
  if (named) return ask(named, lane)
  return lane.responses?.answerRefused(error, call) ?? Promise.reject(error)
}

function completion(bytes: Uint8Array, upstream: Upstream): Result<'chat'> {
  const { value, text } = parseAnswer(bytes, upstream)
  if (!isCompletion(value)) throw badAnswer(upstream, 'JSON that is no chat completion')
  // As a stream without content: clients read the first choice unasked.
  if (value.choices.length === 0) throw badAnswer(upstream, 'a chat completion without a choice', value.usage)
  const facts = {
    usage: value.usage,
    finishReason: value.choices[0]?.finish_reason,
    responseModel: value.model,
    serviceTier: value.service_tier ?? undefined,
  }
  return { kind: 'completion', completion: { value, bytes, text }, settled: settledAs(completedOutcome(facts)) }
}

/** Not by `await`: what waits for an answer is held for as long as the upstream takes. */
function stream(call: Call<'chat'>, lane: ChatLane): Promise<Result<'chat'>> {
  const { request } = call
  const { endpoint, usage } = lane
  if (!usage.asksFor(request)) {
    return post(call, request, endpoint).then(
      response => streamed(call, response, { withholdUsage: false }),
      (error: unknown) => refused(error, call, lane),
    )
  }
  return post(call, withUsage(request), endpoint).then(
    response => streamed(call, response, { withholdUsage: true }),
    (error: unknown) => streamWithoutUsage(error, call, lane),
  )
}

/** Here and in {@link refused} alone a provider makes a second call: usage is our own wish, and its refusal is not the client's fault. */
async function streamWithoutUsage(error: unknown, call: Call<'chat'>, lane: ChatLane): Promise<Result<'chat'>> {
  const { endpoint, usage } = lane
  if (!isUsageRefusal(error)) return refused(error, call, lane)
  let response: EndpointResponse
  try {
    response = await post(call, call.request, endpoint)
  } catch (other) {
    return refused(other, call, lane)
  }
  usage.remember(call.request.model)
  return streamed(call, response, { withholdUsage: false })
}

function streamed(
  { request, signal, context }: Call<'chat'>,
  response: EndpointResponse,
  { withholdUsage }: { readonly withholdUsage: boolean },
): Result<'chat'> | Promise<never> {
  if (!mayBeEventStream(response)) return refuseAnswer(response)
  // With what the first chunk tells: an object that gets members later holds a table for them beside itself.
  const facts: StreamFacts = {
    terminal: false,
    responseModel: undefined,
    responseId: undefined,
    serviceTier: undefined,
    completionTokensPassed: () => batches.tokensPassed,
  }
  const { body, upstream } = response
  const batches = new ChatBatches({ body, upstream, facts, choices: request.n ?? 1, withholdUsage })
  return streamResult({ batches, facts, signal, startedAt: context.startedAt })
}

function post(call: Call<'chat'>, request: ChatCompletionRequest, endpoint: Endpoint): Promise<EndpointResponse> {
  return endpoint.send({
    path: '/chat/completions',
    body: encodeBody(request, call.context.source),
    accept: request.stream ? 'text/event-stream' : 'application/json',
    signal: call.signal,
    connectMs: call.context.connectMs,
    requestId: call.context.callId,
    traceHeaders: call.context.upstreamHeaders,
  })
}

function isCompletion(value: unknown): value is ChatCompletion {
  return typeof value === 'object' && value !== null && 'choices' in value && Array.isArray(value.choices)
}
