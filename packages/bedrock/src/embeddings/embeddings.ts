import { completedOutcome, GatewayError, type Handler, isGatewayError, mayHaveWorked, settledAs } from '@modelgate/core'
import { changedError } from '../errors/changed-error.ts'
import { eachBounded } from '../fan-out/each-bounded.ts'
import { noteUnknown } from '../request/dropped-params.ts'
import type { BedrockEmbeddingsRequest } from '../request/request-extensions.ts'
import { refuseDropped, type UnsupportedParams } from '../request/unsupported-params.ts'
import type { BedrockRuntime, InvokeReply } from '../upstream/bedrock-runtime.ts'
import type { JsonObject } from '../wire/json.ts'
import { type EmbeddingBatch, toBatches } from './embedding-batches.ts'
import { atItems } from './embedding-failure.ts'
import { embeddingFamilyOf } from './embedding-families.ts'
import type { EmbeddingFamily } from './embedding-family.ts'
import { toEmbeddingItems } from './embedding-input.ts'
import type { EmbeddingOptions } from './embedding-options.ts'
import { EmbeddingSpending } from './embedding-spending.ts'
import { toEmbeddingWish } from './embedding-wish.ts'
import { toEmbeddingsResponse } from './embeddings-response.ts'

/** What the embeddings handler needs of its provider. */
interface EmbeddingsParts {
  readonly runtime: Pick<BedrockRuntime, 'invoke'>
  /** The foundation model behind an id. */
  readonly baseOf: (model: string) => string
  readonly options?: EmbeddingOptions | undefined
  readonly unsupportedParams?: UnsupportedParams | undefined
}

const mapped: readonly (keyof BedrockEmbeddingsRequest)[] = [
  'model',
  'input',
  'dimensions',
  'encoding_format',
  'input_type',
  'truncate',
]
const known: ReadonlySet<string> = new Set(mapped)

/**
 * Embeddings over InvokeModel: as many texts a call as the model takes, a few calls at a time, in order, all or nothing. The first
 * item that fails aborts the others, and so does the call's signal; what was used until then goes with the error.
 */
export function createEmbeddingsHandler(parts: EmbeddingsParts): Handler<'embeddings'> {
  const { runtime, baseOf, options: { concurrency: limit = 4, inputType = 'search_document' } = {} } = parts
  return async ({ request, signal, context }) => {
    const { model } = request
    const family = embeddingFamilyOf(baseOf(model))
    const items = toEmbeddingItems(request.input, family, model)
    const dropped = context.droppedParams
    const wish = toEmbeddingWish(request, { family, items, inputType, dropped })
    noteUnknown(request, known, dropped)
    if (parts.unsupportedParams === 'reject') refuseDropped(dropped)

    const spending = new EmbeddingSpending()
    const vectors: (readonly number[])[] = []
    const embed = async (batch: EmbeddingBatch, abort: AbortSignal): Promise<void> => {
      const body = family.toBody(batch, wish)
      const reply = await runtime
        .invoke({ model, body, signal: abort, connectMs: context.connectMs, traceHeaders: context.upstreamHeaders })
        .catch((error: unknown) => {
          if (mayHaveWorked(error)) spending.add(batch, undefined)
          throw error
        })
      spending.add(batch, tokensOf(reply, family))
      vectorsOf(reply.answer, family, batch.places.length).forEach((vector, at) => {
        vectors[batch.places[at] ?? 0] = vector
      })
    }
    await eachBounded(toBatches(items, family.batchSize), { limit, signal }, (batch, abort) =>
      embed(batch, abort).catch((error: unknown) => {
        throw items.length === 1 ? error : atItems(error, batch)
      }),
    ).catch((error: unknown) => {
      throw isGatewayError(error) ? changedError(error, spending.facts) : error
    })

    const { usage } = spending
    const value = toEmbeddingsResponse(request, vectors, usage.prompt_tokens)
    const outcome = completedOutcome({ ...spending.facts, usage, responseModel: model })
    return { kind: 'embeddings', embeddings: { value }, settled: settledAs(outcome) }
  }
}

function vectorsOf(answer: JsonObject, family: EmbeddingFamily, count: number): readonly (readonly number[])[] {
  const vectors = family.toVectors(answer)
  if (vectors?.length === count && vectors.every(isVector)) return vectors
  const asked = count === 1 ? 'the embedding' : `the ${count} embeddings`
  throw new GatewayError('upstream_bad_response', `Bedrock answered without ${asked} asked for.`)
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every(Number.isFinite)
}

/** Cohere's models and Nova count in the header only. */
function tokensOf({ answer, headers }: InvokeReply, family: EmbeddingFamily): number | undefined {
  const header = Number(headers['x-amzn-bedrock-input-token-count'] ?? Number.NaN)
  return family.toTokens(answer) ?? (Number.isSafeInteger(header) && header >= 0 ? header : undefined)
}
