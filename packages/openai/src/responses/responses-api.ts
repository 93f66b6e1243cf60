import {
  type Call,
  completedOutcome,
  encodeBody,
  GatewayError,
  type GatewayErrorOptions,
  isGatewayError,
  type Result,
  readBody,
  settledAs,
  streamResult,
} from '@modelgate/core'
import type { Endpoint } from '../endpoint.ts'
import type { EndpointResponse } from '../endpoint-response.ts'
import { eventError } from '../errors.ts'
import { isObject } from '../is-object.ts'
import { badAnswer, mayBeEventStream, parseJson, refuseAnswer } from '../json-answer.ts'
import { KnownModels } from '../known-models.ts'
import { faultOf, ResponseBatches } from './response-batches.ts'
import { ResponseChunks } from './response-chunks.ts'
import type { ResponseObject } from './responses-wire.ts'
import { toCompletion } from './to-completion.ts'
import { toResponseRequest } from './to-response-request.ts'

/**
 * Chats with models that do not take them, or not with tools, as a chat: OpenAI's newer ones call tools over `/responses` alone, some
 * of its models are only there. Which ones its refusals tell, and are remembered.
 * @see https://developers.openai.com/api/docs/guides/migrate-to-responses
 */
export class ResponsesApi {
  private readonly endpoint: Endpoint
  private readonly withTools = new KnownModels()
  private readonly always = new KnownModels()

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint
  }

  /** The answer of a call that is known not to be one for chats; `undefined` for all others. */
  answer(call: Call<'chat'>): Promise<Result<'chat'>> | undefined {
    const { request } = call
    if (this.always.has(request.model)) return this.send(call)
    const isKnown = isToldTools(call) && request.reasoning_effort !== 'none' && this.withTools.has(request.model)
    return isKnown ? this.send(call) : undefined
  }

  /**
   * The answer of a call that chats have refused for this; `undefined` where they refused it for something else. Its model is remembered
   * once it has answered: a refusal may quote what a caller made up.
   */
  answerRefused(error: unknown, call: Call<'chat'>): Promise<Result<'chat'>> | undefined {
    if (!isRefusal(error)) return undefined
    return this.send(call)?.then(result => {
      const models = isToldTools(call) ? this.withTools : this.always
      models.add(call.request.model)
      return result
    })
  }

  /** `undefined` for what only a chat can say: OpenAI says what is wrong with it, then. */
  private send(call: Call<'chat'>): Promise<Result<'chat'>> | undefined {
    const { request, signal, context } = call
    const body = toResponseRequest(request, context.droppedParams)
    return (
      body &&
      this.endpoint
        .send({
          path: '/responses',
          body: encodeBody(body, undefined),
          accept: request.stream ? 'text/event-stream' : 'application/json',
          signal,
          connectMs: context.connectMs,
          requestId: context.callId,
          traceHeaders: context.upstreamHeaders,
        })
        .then(
          answer => (request.stream ? streamed(call, answer) : whole(answer)),
          (error: unknown) => {
            throw inWordsOfChats(error)
          },
        )
    )
  }
}

function isToldTools({ request: { tools } }: Call<'chat'>): boolean {
  return Array.isArray(tools) && tools.length > 0
}

/** OpenAI names the path to take instead, and blames what it says so of. */
function isRefusal(error: unknown): boolean {
  if (!isGatewayError(error) || error.status >= 500) return false
  const { message, param = 'model' } = error
  return blamed.has(param) && /\b(?:use|only supported in) \/?v1\/responses\b/i.test(message)
}

const blamed: ReadonlySet<string> = new Set(['model', 'tools', 'reasoning_effort'])

async function whole({ body, upstream }: EndpointResponse): Promise<Result<'chat'>> {
  const { value } = parseJson(await readBody(body), upstream)
  if (!isResponse(value)) throw eventError(value, upstream) ?? badAnswer(upstream, 'JSON that is no response')
  if (value.status !== 'completed' && value.status !== 'incomplete') throw faultOf(value, upstream)
  const completion = toCompletion(value)
  const { usage, model, choices } = completion
  const facts = {
    usage,
    finishReason: choices[0]?.finish_reason,
    responseModel: model,
    serviceTier: value.service_tier ?? undefined,
  }
  return { kind: 'completion', completion: { value: completion }, settled: settledAs(completedOutcome(facts)) }
}

function streamed(call: Call<'chat'>, response: EndpointResponse): Result<'chat'> | Promise<never> {
  if (!mayBeEventStream(response)) return refuseAnswer(response)
  const { request, signal, context } = call
  const { body, upstream } = response
  const chunks = new ResponseChunks({
    model: request.model,
    includeUsage: request.stream_options?.include_usage === true,
  })
  const batches = new ResponseBatches({ body, upstream, chunks })
  return streamResult({ batches, facts: chunks.facts, signal, startedAt: context.startedAt })
}

function isResponse(value: unknown): value is ResponseObject {
  return isObject(value) && Reflect.get(value, 'object') === 'response'
}

/** What chats call the members of a response's request. */
const members: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^max_output_tokens$/, 'max_completion_tokens'],
  [/^reasoning(?:\.effort)?$/, 'reasoning_effort'],
  [/^text\.verbosity$/, 'verbosity'],
  [/^text\.format\b.*/, 'response_format'],
  [/^input\b.*/, 'messages'],
]

/** The caller has sent a chat: it is told which member of that is to blame. */
function inWordsOfChats(error: unknown): unknown {
  if (!isGatewayError(error) || error.param === undefined) return error
  const { param } = error
  const [, name] = members.find(([pattern]) => pattern.test(param)) ?? []
  if (name === undefined) return error
  const said: GatewayErrorOptions = error
  return new GatewayError(error.code, error.message, { ...said, cause: error.cause, param: name })
}
