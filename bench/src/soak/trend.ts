/** A straight line through what was measured. */
export interface Trend {
  readonly perMinute: number
  /** Standard error of the slope. */
  readonly error: number
  readonly last: number
  /** Whether the slope is above nothing by more than chance makes it in one of forty runs: two standard errors. */
  readonly grows: boolean
}

/** Least squares over pairs of minute and value; of fewer than three it says that nothing is known, which is no growth. */
export function trendOf(points: readonly (readonly [minute: number, value: number])[]): Trend {
  const last = points.at(-1)?.[1] ?? Number.NaN
  const meanMinute = mean(points.map(([minute]) => minute))
  const meanValue = mean(points.map(([, value]) => value))
  const spread = sum(points.map(([minute]) => (minute - meanMinute) ** 2))
  const perMinute = sum(points.map(([minute, value]) => (minute - meanMinute) * (value - meanValue))) / spread
  const rest = sum(points.map(([minute, value]) => (value - meanValue - perMinute * (minute - meanMinute)) ** 2))
  const error = Math.sqrt(rest / (points.length - 2) / spread)
  return { perMinute, error, last, grows: perMinute > 2 * error }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length
}
