/** How values are spread, as data. */
export interface Histogram {
  /** Upper bounds of the buckets, inclusive and ascending; one more bucket takes what is above the last. */
  readonly bounds: readonly number[]
  /** Values in each bucket, and what they add up to. One longer than `bounds`. */
  readonly counts: readonly number[]
  readonly sums: readonly number[]
  readonly count: number
  readonly sum: number
  /** The greatest value there was; 0 where there was none. */
  readonly max: number
}

/** Seconds that OpenTelemetry gives the duration of GenAI calls and the time to their first chunk. https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/ */
export const durationBounds: readonly number[] = Array.from({ length: 14 }, (_, power) => 0.01 * 2 ** power)
/** Tokens, likewise. */
export const tokenBounds: readonly number[] = Array.from({ length: 14 }, (_, power) => 4 ** power)

/** Counts values into buckets, in place. */
export class HistogramRecorder {
  readonly bounds: readonly number[]
  private readonly counts: Float64Array
  private readonly sums: Float64Array
  private max = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
    this.sums = new Float64Array(bounds.length + 1)
  }

  /** Values that are no finite number, or below zero, are not counted: upstreams report what they like. */
  record(value: number): void {
    if (!Number.isFinite(value) || value < 0) return
    const { bounds } = this
    let bucket = 0
    while (bucket < bounds.length && value > bounds[bucket]!) bucket += 1
    this.counts[bucket]! += 1
    this.sums[bucket]! += value
    if (value > this.max) this.max = value
  }

  snapshot(): Histogram {
    return histogramOf({ bounds: this.bounds, counts: [...this.counts], sums: [...this.sums], max: this.max })
  }
}

/** A histogram with what its buckets add up to. */
export function histogramOf(buckets: Omit<Histogram, 'count' | 'sum'>): Histogram {
  return { ...buckets, count: total(buckets.counts), sum: total(buckets.sums) }
}

/**
 * What was counted between two states of one histogram, the later of which is given first. Its greatest value is the one that was new, else
 * the most that any can have been in the highest bucket: that of all time would stand in every minute after it.
 */
export function histogramSince(later: Histogram, earlier: Histogram): Histogram {
  const { bounds } = later
  const counts = later.counts.map((count, bucket) => count - (earlier.counts[bucket] ?? 0))
  const sums = later.sums.map((sum, bucket) => (counts[bucket] ? Math.max(0, sum - (earlier.sums[bucket] ?? 0)) : 0))
  const since = { bounds, counts, sums, max: later.max }
  return histogramOf({ ...since, max: later.max > earlier.max ? later.max : mostIn(since) })
}

/** All others of its bucket are at least as great as the bucket's lower bound. */
function mostIn({ bounds, counts, sums, max }: Omit<Histogram, 'count' | 'sum'>): number {
  const bucket = counts.findLastIndex(held => held > 0)
  if (bucket < 0) return 0
  const least = bounds[bucket - 1] ?? 0
  return Math.min(max, bounds[bucket] ?? max, Math.max(least, sums[bucket]! - (counts[bucket]! - 1) * least))
}

/**
 * The value that a share of all values (`0.95`) is not above, as far as the buckets tell: within the one it falls into they count as
 * spread evenly. `undefined` where there are none.
 */
export function quantileOf({ bounds, counts, count, max }: Histogram, share: number): number | undefined {
  if (count === 0) return undefined
  const rank = Math.min(1, Math.max(0, share)) * count
  let below = 0
  for (const [bucket, held] of counts.entries()) {
    if (held > 0 && below + held >= rank) {
      const from = bounds[bucket - 1] ?? 0
      const to = Math.min(bounds[bucket] ?? max, max)
      return from + Math.max(0, to - from) * ((rank - below) / held)
    }
    below += held
  }
  return max
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
