import type { BatchProvider } from '../batch-provider.ts'
import type { Provider } from '../provider.ts'
import { fits, listOf, members, required, type ValueCheck, whole } from '../wire/value-check.ts'

/** Files and batches over the door. */
export interface BatchesOptions {
  /** What keeps files and runs batches, one for each provider whose models may be asked in batches. */
  readonly providers: readonly BatchProvider[]
  /** Largest file, in bytes. Default 1,000,000,000, which is what Bedrock takes by default. */
  readonly maxFileBytes?: number | undefined
  /** Most requests in a file. Default 50,000, which is what Bedrock and OpenAI take. */
  readonly maxRequests?: number | undefined
}

/** As much as Bedrock takes in one file by default. */
export const defaultMaxFileBytes = 1_000_000_000

/** The form of {@link BatchesOptions}. */
export function batchesCheck(): ValueCheck {
  return members({
    providers: required(listOf(fits(isBatchProvider, 'must be what bedrockBatches() gives'), 1)),
    maxFileBytes: whole(1),
    maxRequests: whole(1),
  })
}

function isBatchProvider(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return typeof Reflect.get(value, 'provider') === 'string' && typeof Reflect.get(value, 'createFile') === 'function'
}

/** What is wrong with options whose form is right: providers that there are none of, or several for one. */
export function* batchesFaults(options: BatchesOptions | undefined, known: readonly Provider[]): Generator<string> {
  if (!Array.isArray(options?.providers)) return
  const seen = new Set<string>()
  for (const [index, batches] of options.providers.entries()) {
    if (!isBatchProvider(batches)) continue
    const { provider } = batches
    const where = `batches.providers[${index}].provider`
    if (!known.some(({ id }) => id === provider)) {
      yield `${where}: '${provider}' is not the id of a provider; use one of ${known.map(({ id }) => id).join(', ')}.`
    } else if (seen.has(provider)) yield `${where}: '${provider}' has batches already; give it one.`
    seen.add(provider)
  }
}
