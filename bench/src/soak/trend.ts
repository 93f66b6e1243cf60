/** A straight line through what was measured. */
export interface Trend {
  readonly perMinute: number
  /** Standard error of the slope. */
  readonly error: number
  readonly last: number
}

/**
 * Least squares over pairs of minute and value. Memory goes in steps and keeps what it took, so that one look says little that the one
 * before did not say: the error is widened by how alike neighbours are. Of fewer than three pairs it is `NaN`.
 * @see https://en.wikipedia.org/wiki/Effective_sample_size#Correlated_observations
 */
export function trendOf(points: readonly (readonly [minute: number, value: number])[]): Trend {
  const last = points.at(-1)?.[1] ?? Number.NaN
  const meanMinute = mean(points.map(([minute]) => minute))
  const meanValue = mean(points.map(([, value]) => value))
  const spread = sum(points.map(([minute]) => (minute - meanMinute) ** 2))
  const perMinute = sum(points.map(([minute, value]) => (minute - meanMinute) * (value - meanValue))) / spread
  const rests = points.map(([minute, value]) => value - meanValue - perMinute * (minute - meanMinute))
  const squares = sum(rests.map(rest => rest ** 2))
  const likeness = squares === 0 ? 0 : sum(rests.slice(1).map((rest, index) => rest * rests[index]!)) / squares
  const widened = (1 + Math.max(0, likeness)) / (1 - Math.max(0, likeness))
  return { perMinute, error: Math.sqrt((squares / (points.length - 2) / spread) * widened), last }
}

/** By how much one grows more than the other. */
export function excessOf(trend: Trend, floor: Trend): Trend {
  const error = Math.hypot(trend.error, floor.error)
  return { perMinute: trend.perMinute - floor.perMinute, error, last: trend.last - floor.last }
}

/** Whether the slope is above nothing by more than chance makes it in one of forty runs: two standard errors. */
export function grows({ perMinute, error }: Trend): boolean {
  return perMinute > 2 * error
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length
}
