/** The middle value; `NaN` of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value that this share of all is not above. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN
  const sorted = Float64Array.from(values).sort()
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)]!
  return below + (sorted[Math.ceil(at)]! - below) * (at - Math.floor(at))
}
