import { kindOf, quoted } from '../request/invalid-request.ts'
import { isJsonObject } from '../wire/json.ts'

/** What texts are embedded for, in the words of Cohere's models. */
export type EmbeddingInputType = (typeof inputTypes)[number]

/** How a provider's embeddings are made. */
export interface EmbeddingOptions {
  /** What texts are for where a request does not say: models put those to be found apart from those that search. Default `search_document`. */
  readonly inputType?: EmbeddingInputType | undefined
  /** Calls to Bedrock under way at once for one request: Titan and Nova take one text a call, and quotas are counted in calls. 1 to 64; default 4. */
  readonly concurrency?: number | undefined
}

/** What texts may be embedded for. */
export const inputTypes = ['search_document', 'search_query', 'classification', 'clustering'] as const

const maxConcurrency = 64

/** What is wrong with the option `embeddings`, a line each. */
export function* embeddingFaults(options: unknown): Generator<string> {
  if (options === undefined) return
  if (!isJsonObject(options)) {
    yield `bedrock({ embeddings }): must be an object such as { inputType: 'search_query' }, got ${kindOf(options)}.`
    return
  }
  const { inputType, concurrency } = options
  const known: readonly unknown[] = inputTypes
  if (inputType !== undefined && !known.includes(inputType)) {
    const given = typeof inputType === 'string' ? quoted(inputType) : kindOf(inputType)
    yield `bedrock({ embeddings: { inputType } }): ${given} is none; use ${inputTypes.map(quoted).join(', ')}.`
  }
  if (concurrency === undefined) return
  if (!Number.isInteger(concurrency) || Number(concurrency) < 1 || Number(concurrency) > maxConcurrency) {
    const given = typeof concurrency === 'number' ? concurrency : kindOf(concurrency)
    yield `bedrock({ embeddings: { concurrency } }): must be a whole number from 1 to ${maxConcurrency}, got ${given}.`
  }
}
