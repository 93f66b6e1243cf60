/** Dollars as a header tells them: six significant digits, never in powers of ten. */
export function formatUsd(usd: number): string {
  const text = usd.toPrecision(6)
  if (!text.includes('e')) return withoutZeros(text)
  const rounded = Number(text)
  const places = Math.min(100, Math.max(0, 5 - Math.floor(Math.log10(rounded))))
  return withoutZeros(rounded.toFixed(places))
}

/** Without the zeros that a fraction ends in. */
function withoutZeros(text: string): string {
  if (!text.includes('.')) return text
  let end = text.length
  while (text.charCodeAt(end - 1) === 0x30) end -= 1
  return text.slice(0, text.charCodeAt(end - 1) === 0x2e ? end - 1 : end)
}
