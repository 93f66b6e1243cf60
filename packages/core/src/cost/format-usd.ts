/** Dollars as a header tells them: six significant digits, never in powers of ten. */
export function formatUsd(usd: number): string {
  const rounded = Number(usd.toPrecision(6))
  const text = String(rounded)
  if (!text.includes('e')) return text
  const places = Math.min(100, Math.max(0, 5 - Math.floor(Math.log10(rounded))))
  return rounded.toFixed(places).replace(/\.?0+$/, '')
}
