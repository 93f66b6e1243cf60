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
import type { Endpoint, EndpointResponse } from './endpoint.ts'
import { badAnswer, expectEventStream, parseAnswer } from './json-answer.ts'
import { isUsageRefusal, type StreamUsage, withUsage } from './stream-usage.ts'
import type { Upstream } from './upstream.ts'

/**
 * `POST /chat/completions`: the request's own bytes out, the answer's own bytes back.
 * @see https://developers.openai.com/api/docs/api-reference/chat/create
 */
export function chatHandler(endpoint: Endpoint, usage: StreamUsage): Handler<'chat'> {
  return call => (call.request.stream ? stream(call, endpoint, usage) : complete(call, endpoint))
}

function complete(call: Call<'chat'>, endpoint: Endpoint): Promise<Result<'chat'>> {
  try {
    return post(call, call.request, endpoint).then(({ body, upstream }) => {
      const read = readBody(body)
      return read instanceof Uint8Array ? completion(read, upstream) : read.then(bytes => completion(bytes, upstream))
    })
  } catch (error) {
    return Promise.reject(error)
  }
}

function completion(bytes: Uint8Array, upstream: Upstream): Result<'chat'> {
  const value = parseAnswer(bytes, upstream)
  if (!isCompletion(value)) throw badAnswer(upstream, 'JSON that is no chat completion')
  const facts = {
    usage: value.usage,
    finishReason: value.choices[0]?.finish_reason,
    responseModel: value.model,
    serviceTier: value.service_tier ?? undefined,
  }
  return { kind: 'completion', completion: { value, bytes }, settled: settledAs(completedOutcome(facts)) }
}

async function stream(call: Call<'chat'>, endpoint: Endpoint, usage: StreamUsage): Promise<Result<'chat'>> {
  const { response, withholdUsage } = await open(call, endpoint, usage)
  await expectEventStream(response)
  const facts: StreamFacts = { terminal: false, completionTokensPassed: () => batches.tokensPassed }
  const batches = new ChatBatches({
    body: response.body,
    upstream: response.upstream,
    facts,
    choices: call.request.n ?? 1,
    withholdUsage,
  })
  return streamResult({ batches, facts, signal: call.signal, startedAt: call.context.startedAt })
}

interface OpenedStream {
  readonly response: EndpointResponse
  readonly withholdUsage: boolean
}

/** The only place where a provider makes a second call: usage is our own wish, and its refusal is not the client's fault. */
async function open(call: Call<'chat'>, endpoint: Endpoint, usage: StreamUsage): Promise<OpenedStream> {
  if (!usage.asksFor(call.request)) return { response: await post(call, call.request, endpoint), withholdUsage: false }
  try {
    return { response: await post(call, withUsage(call.request), endpoint), withholdUsage: true }
  } catch (error) {
    if (!isUsageRefusal(error)) throw error
  }
  const response = await post(call, call.request, endpoint)
  usage.remember(call.request.model)
  return { response, withholdUsage: false }
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
