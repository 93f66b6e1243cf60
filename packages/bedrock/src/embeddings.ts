import {
  type Base64EmbeddingsResponse,
  completedOutcome,
  type EmbeddingsRequest,
  type EmbeddingsResponse,
  GatewayError,
  type Handler,
  settledAs,
  type Usage,
} from '@modelgate/core'
import type { BedrockRuntime } from './bedrock-runtime.ts'
import { noteUnknown } from './dropped-params.ts'
import { eachBounded } from './each-bounded.ts'
import { type EmbeddingFamily, type EmbeddingWish, embeddingFamilyOf } from './embedding-families.ts'
import { mustBe, quoted, refused } from './invalid-request.ts'
import type { JsonObject } from './json.ts'
import type { BedrockEmbeddingsRequest } from './request-extensions.ts'
import { withUsage } from './with-usage.ts'

/** What the embeddings handler needs of its provider. */
export interface EmbeddingsParts {
  readonly runtime: BedrockRuntime
  /** The foundation model behind an id. */
  readonly baseOf: (model: string) => string
}

const known: ReadonlySet<string> = new Set(['model', 'input', 'dimensions', 'encoding_format', 'input_type'])

/** Calls in flight for one request: Titan takes one text a call, and quotas are counted in calls. */
const concurrency = 4

/** Embeddings over InvokeModel: in order, all or nothing. */
export function createEmbeddingsHandler({ runtime, baseOf }: EmbeddingsParts): Handler<'embeddings'> {
  return async ({ request, signal, context }) => {
    const family = embeddingFamilyOf(baseOf(request.model))
    const texts = textsOf(request.input)
    const wish = wishOf(request, family)
    if (!family.takesInputType && hasInputType(request)) context.droppedParams.add('input_type')
    noteUnknown(request, known, context.droppedParams)
    const { model } = request
    let paid = 0
    const parts = await eachBounded(
      batchesOf(texts, family.batchSize),
      { limit: concurrency, signal },
      async (batch, abort) => {
        const body = family.toBody(batch, wish)
        const { answer, headers } = await runtime.invoke({
          model,
          body,
          signal: abort,
          traceHeaders: context.upstreamHeaders,
        })
        const tokens = tokensOf(answer, family, headers)
        paid += tokens ?? 0
        return { vectors: vectorsOf(answer, family, batch.length), tokens }
      },
    ).catch((error: unknown) => {
      throw signal.aborted || paid === 0 ? error : withUsage(error, usageOf(paid))
    })
    const tokens = parts.reduce((sum, part) => sum + (part.tokens ?? 0), 0)
    const value = toResponse(
      request,
      parts.flatMap(part => part.vectors),
      tokens,
    )
    // Where one of them was not counted, the sum would be too low.
    const isCounted = parts.every(part => part.tokens !== undefined)
    const outcome = completedOutcome({ usage: isCounted ? usageOf(tokens) : undefined, responseModel: model })
    return { kind: 'embeddings', embeddings: { value }, settled: settledAs(outcome) }
  }
}

function usageOf(tokens: number): Usage {
  return { prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens }
}

function textsOf(input: EmbeddingsRequest['input']): string[] {
  const texts = typeof input === 'string' ? [input] : input
  if (!Array.isArray(texts) || texts.length === 0) throw mustBe('input', 'a string or an array of strings', texts)
  return texts.map((text: unknown, index) => {
    const param = typeof input === 'string' ? 'input' : `input[${index}]`
    if (typeof text !== 'string') throw refused(param, "Bedrock's models do not take token ids; send the text itself")
    if (text.trim() === '') throw refused(param, 'is blank, which has no embedding; send some text')
    return text
  })
}

function wishOf(request: BedrockEmbeddingsRequest, family: EmbeddingFamily): EmbeddingWish {
  const dimensions = request.dimensions ?? undefined
  if (dimensions !== undefined && !family.dimensions.includes(dimensions)) {
    const known = family.dimensions.length > 0 ? `send one of ${family.dimensions.join(', ')}` : 'leave it out'
    throw refused('dimensions', `${quoted(request.model)} does not take ${dimensions}; ${known}`)
  }
  const { input_type: inputType } = request
  if (hasInputType(request) && typeof inputType !== 'string')
    throw mustBe('input_type', "a string such as 'search_query'", inputType)
  return { dimensions, inputType: inputType ?? 'search_document' }
}

function hasInputType(request: BedrockEmbeddingsRequest): boolean {
  return request.input_type !== undefined && request.input_type !== null
}

function batchesOf(texts: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(texts.length / size) }, (_, index) =>
    texts.slice(index * size, (index + 1) * size),
  )
}

function vectorsOf(answer: JsonObject, family: EmbeddingFamily, count: number): number[][] {
  const vectors = family.toVectors(answer)
  if (vectors?.length === count && vectors.every(isVector)) return [...vectors]
  throw new GatewayError('upstream_bad_response', `Bedrock answered without the ${count} embeddings asked for.`)
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && typeof value[0] === 'number'
}

/** Cohere's models count in the header only. */
function tokensOf(
  answer: JsonObject,
  family: EmbeddingFamily,
  headers: Readonly<Record<string, string | undefined>>,
): number | undefined {
  const header = Number(headers['x-amzn-bedrock-input-token-count'] ?? Number.NaN)
  return family.toTokens(answer) ?? (Number.isFinite(header) ? header : undefined)
}

function toResponse(
  request: EmbeddingsRequest,
  vectors: number[][],
  tokens: number,
): EmbeddingsResponse | Base64EmbeddingsResponse {
  const rest = { object: 'list', model: request.model, usage: { prompt_tokens: tokens, total_tokens: tokens } } as const
  if (request.encoding_format === 'base64') {
    return {
      ...rest,
      data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: toBase64(vector) })),
    }
  }
  return { ...rest, data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })) }
}

/** Little-endian 32-bit floats, as OpenAI's SDK decodes them. */
function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(vector.length * 4)
  vector.forEach((value, index) => {
    bytes.writeFloatLE(value, index * 4)
  })
  return bytes.toString('base64')
}
