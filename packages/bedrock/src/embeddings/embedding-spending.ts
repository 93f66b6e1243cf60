import { bytesPerToken, type GatewayErrorOptions, type Usage } from '@modelgate/core'
import type { EmbeddingBatch } from './embedding-batches.ts'

/** What the calls of one request have used: as counted where they were, else estimated. */
export class EmbeddingSpending {
  private tokens = 0
  private isEstimated = false
  private hasImages = false

  /** A call that was answered, or that may have been worked at, with its count where there is one. */
  add(batch: EmbeddingBatch, counted: number | undefined): void {
    if (batch.image) this.hasImages = true
    if (counted === undefined) this.isEstimated = true
    this.tokens += counted ?? estimatedTokens(batch)
  }

  get usage(): Usage {
    return { prompt_tokens: this.tokens, completion_tokens: 0, total_tokens: this.tokens }
  }

  /** For an outcome, or for the error of a call that failed all the same. Images are billed by the piece, or as tokens of their own. */
  get facts(): Pick<GatewayErrorOptions, 'usage' | 'usageSource' | 'unpriced'> {
    const unpriced = this.hasImages || undefined
    if (this.tokens === 0 && !unpriced) return {}
    return { usage: this.usage, usageSource: this.isEstimated ? 'estimated' : 'reported', unpriced }
  }
}

function estimatedTokens({ texts }: EmbeddingBatch): number {
  return texts.reduce((sum, text) => sum + Math.ceil(Buffer.byteLength(text) / bytesPerToken), 0)
}
