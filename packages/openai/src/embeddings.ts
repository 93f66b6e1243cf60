import {
  type Base64EmbeddingsResponse,
  completedOutcome,
  type EmbeddingsResponse,
  encodeBody,
  type Handler,
  type Payload,
  readBody,
  settledAs,
} from '@modelgate/core'
import { type EmbeddingsEnvelope, isEnvelope, readEnvelope, toUsage } from './embeddings-envelope.ts'
import type { Endpoint } from './endpoint.ts'
import { badAnswer, parseAnswer } from './json-answer.ts'
import type { Upstream } from './upstream.ts'

type Embeddings = EmbeddingsResponse | Base64EmbeddingsResponse

/**
 * `POST /embeddings`. The vectors are not parsed unless somebody reads `value`.
 * @see https://developers.openai.com/api/docs/api-reference/embeddings/create
 */
export function embeddingsHandler(endpoint: Endpoint): Handler<'embeddings'> {
  return async ({ request, context, signal }) => {
    const response = await endpoint.send({
      path: '/embeddings',
      body: encodeBody(request, context.source),
      accept: 'application/json',
      signal,
      connectMs: context.connectMs,
      requestId: context.callId,
      traceHeaders: context.upstreamHeaders,
    })
    const bytes = await readBody(response.body)
    const envelope = readEnvelope(bytes) ?? parseEmbeddings(bytes, response.upstream)
    const outcome = completedOutcome({ usage: toUsage(envelope.usage), responseModel: envelope.model })
    return { kind: 'embeddings', embeddings: new LazyPayload(bytes, response.upstream), settled: settledAs(outcome) }
  }
}

/** The vectors, parsed when somebody asks for them. */
class LazyPayload implements Payload<Embeddings> {
  readonly bytes: Uint8Array
  private readonly upstream: Upstream
  private parsed: Embeddings | undefined

  constructor(bytes: Uint8Array, upstream: Upstream) {
    this.bytes = bytes
    this.upstream = upstream
  }

  get value(): Embeddings {
    this.parsed ??= parseEmbeddings(this.bytes, this.upstream)
    return this.parsed
  }
}

function parseEmbeddings(bytes: Uint8Array, upstream: Upstream): Embeddings & EmbeddingsEnvelope {
  const { value } = parseAnswer(bytes, upstream)
  if (!isEmbeddings(value)) throw badAnswer(upstream, 'JSON that holds no embeddings')
  return value
}

function isEmbeddings(value: unknown): value is Embeddings {
  return isEnvelope(value)
}
