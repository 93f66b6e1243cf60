import type { Handler, Result, UpstreamResponse } from '@modelgate/core'
import { unlessAborted } from '@modelgate/core'
import type { EndpointRequest } from '@modelgate/openai'
import { tagsReasoning } from '../answer/tagged-reasoning.ts'
import { baseModelOf } from '../models/model-id.ts'
import type { BedrockApi } from '../upstream/bedrock-api.ts'
import { createAnswerMender } from './answer-mender.ts'
import { takeGuardrail } from './guardrail-headers.ts'
import { loadOpenai } from './load-openai.ts'
import { mendedBatches } from './mended-batches.ts'
import { failureOfOpenaiResponse } from './openai-failure.ts'

/** What the OpenAI-compatible lane needs of its provider. */
interface OpenaiChatParts {
  /** The provider's, for messages. */
  readonly id: string
  readonly api: BedrockApi
  /** The foundation model behind an id. */
  readonly baseOf: (model: string) => string
}

/**
 * Chats over Bedrock's OpenAI-compatible endpoint: the request's own bytes out, the answer's own bytes back where there is nothing to
 * mend. `@modelgate/openai` is loaded at the first call.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-chat-completions.html
 */
export function createOpenaiChat({ id, api, baseOf }: OpenaiChatParts): Handler<'chat'> {
  let loading: ReturnType<typeof load> | undefined
  async function load() {
    try {
      return (await loadOpenai()).chatOver({ id })
    } catch (error) {
      loading = undefined
      throw error
    }
  }

  return async call => {
    const { request, headers } = takeGuardrail(call.request)
    loading ??= load()
    const over = await unlessAborted(loading, call.signal)
    const result = await over(asked => send(api, asked, headers))({ ...call, request })
    return mended(result, tagsReasoning(baseModelOf(baseOf(request.model))) ? (request.n ?? 1) : 0)
  }
}

function send(
  api: BedrockApi,
  { path, body, accept, signal, connectMs, requestId, traceHeaders }: EndpointRequest,
  headers: Readonly<Record<string, string>>,
): Promise<UpstreamResponse> {
  return api.send({
    plane: 'runtime',
    method: 'POST',
    path: `/openai/v1${path}`,
    headers: {
      accept,
      // A compressed stream would be held back by the decoder, and cannot be passed on byte for byte.
      'accept-encoding': 'identity',
      ...(requestId !== undefined && { 'x-client-request-id': requestId }),
      ...headers,
    },
    traceHeaders,
    body,
    signal,
    connectMs,
    readFailure: failureOfOpenaiResponse,
    action: accept === 'text/event-stream' ? 'bedrock:InvokeModelWithResponseStream' : 'bedrock:InvokeModel',
  })
}

function mended(result: Result<'chat'>, taggedChoices: number): Result<'chat'> {
  const mender = createAnswerMender({ taggedChoices })
  const { settled } = result
  if (result.kind === 'stream') {
    return { kind: 'stream', batches: mendedBatches(result.batches, mender), settled }
  }
  const value = mender.completion(result.completion.value)
  return value === result.completion.value ? result : { kind: 'completion', completion: { value }, settled }
}
