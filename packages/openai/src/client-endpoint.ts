import { abortError, fromFetchResponse, longestTimerMs, type UpstreamResponse } from '@modelgate/core'
import { refusedAnswer, toClientError } from './client-failure.ts'
import { clientSecrets } from './client-secrets.ts'
import { type Endpoint, type EndpointRequest, readable } from './endpoint.ts'
import { throwUpstreamError } from './errors.ts'
import type { OpenAIClient } from './openai-client.ts'
import { toUpstream } from './upstream.ts'

/**
 * The endpoint that a client of the package `openai` calls: its base URL, key, headers, `fetch` and hooks. What it would do on its
 * own account it does not: bytes go out and come back as they are, nothing is retried, and only the call's signal ends it.
 *
 * Two things are left to it. A refused token of a workload identity is renewed, and the request sent again; and the body of an
 * error is read by the client, whole and however long it takes, up to the signal's abort.
 */
export function clientEndpoint(id: string, client: OpenAIClient): Endpoint {
  return {
    async send(request) {
      const answer = await answerOf(client, request, id)
      const upstream = toUpstream(id, clientSecrets(client))
      if (answer.status < 200 || answer.status > 299) return throwUpstreamError(answer, upstream, Date.now())
      return readable(answer, upstream)
    },
    // The client is the user's own and may serve others.
    close: () => Promise.resolve(),
  }
}

async function answerOf(client: OpenAIClient, request: EndpointRequest, id: string): Promise<UpstreamResponse> {
  const { signal } = request
  if (signal.aborted) throw abortError(signal)
  try {
    return fromFetchResponse(await sendBy(client, request), signal)
  } catch (error) {
    if (signal.aborted) throw abortError(signal)
    const answer = refusedAnswer(error)
    if (answer) return answer
    throw toClientError(error, id, client.baseURL)
  }
}

function sendBy(client: OpenAIClient, request: EndpointRequest): Promise<Response> {
  const { path, body, accept, signal, requestId, traceHeaders } = request
  const options = {
    headers: {
      accept,
      // A compressed stream would be held back by the decoder, and cannot be passed on byte for byte.
      'accept-encoding': 'identity',
      // It would tell the timeout, which is none.
      'x-stainless-timeout': null,
      ...(body && { 'content-type': 'application/json' }),
      ...(requestId !== undefined && { 'x-client-request-id': requestId }),
      ...traceHeaders,
    },
    signal,
    maxRetries: 0,
    // The client's own ten minutes must not cut a call short.
    timeout: longestTimerMs,
    stream: accept === 'text/event-stream',
    fetchOptions: { redirect: 'manual' },
  } as const
  if (!body) return client.get(path, options).asResponse()
  return client.post(path, { ...options, body, __metadata: modelIn(body) }).asResponse()
}

/** `AzureOpenAI` puts the model into the path and cannot find it in bytes. Parsed only where it is asked for. */
function modelIn(body: Uint8Array): { readonly model: unknown } {
  return {
    get model() {
      const request: unknown = JSON.parse(new TextDecoder().decode(body))
      return typeof request === 'object' && request !== null && 'model' in request ? request.model : undefined
    },
  }
}
