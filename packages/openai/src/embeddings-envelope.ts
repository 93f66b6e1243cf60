import type { Usage } from '@modelgate/core'

/** An embeddings answer without its vectors. */
export interface EmbeddingsEnvelope {
  readonly model?: string | undefined
  readonly usage?: EmbeddingsUsage | undefined
}

interface EmbeddingsUsage {
  readonly prompt_tokens: number
  readonly total_tokens?: number
}

const openBracket = 0x5b
const closeBracket = 0x5d

/**
 * Reads an embeddings answer around its `data`: the text before the first `[` and after the last `]` is JSON of its own. A
 * vector is 16 KB of text, parsing it would cost more than the rest of the call. `undefined` when that does not hold: then
 * the whole answer has to be parsed.
 */
export function readEnvelope(bytes: Uint8Array): EmbeddingsEnvelope | undefined {
  const first = bytes.indexOf(openBracket)
  const last = bytes.lastIndexOf(closeBracket)
  if (first === -1 || last < first) return undefined
  const decoder = new TextDecoder()
  try {
    const head = decoder.decode(bytes.subarray(0, first))
    const value: unknown = JSON.parse(`${head}[]${decoder.decode(bytes.subarray(last + 1))}`)
    // Without both, another array stood in the way and took them with it.
    return isEnvelope(value) && value.model && value.usage ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether a parsed value is an embeddings answer. */
export function isEnvelope(value: unknown): value is EmbeddingsEnvelope & { readonly data: readonly unknown[] } {
  return typeof value === 'object' && value !== null && 'data' in value && Array.isArray(value.data)
}

/** Nothing is generated, so nothing is counted as output. */
export function toUsage(usage: EmbeddingsUsage | undefined): Usage | undefined {
  if (typeof usage?.prompt_tokens !== 'number') return undefined
  const { prompt_tokens, total_tokens = prompt_tokens } = usage
  return { prompt_tokens, completion_tokens: 0, total_tokens }
}
