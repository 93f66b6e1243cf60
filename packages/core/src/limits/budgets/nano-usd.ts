/** Money is counted in billionths of a US dollar, as whole numbers: the cheapest token that is sold costs some eight of them. */
const perUsd = 1_000_000_000

/** The largest budget, in US dollars, that fits a number that counts every billionth. */
export const mostUsd = 9_000_000

/** What something costs, rounded up. Fifteen digits: in binary 0.000035 times a billion is a little more than 35,000. */
export function costInNanoUsd(usd: number): number {
  return Math.ceil(Number((usd * perUsd).toPrecision(15)))
}

/** What may be spent, rounded down. */
export function budgetInNanoUsd(usd: number): number {
  return Math.floor(Number((usd * perUsd).toPrecision(15)))
}

/** In US dollars. */
export function inUsd(nanoUsd: number): number {
  return nanoUsd / perUsd
}

/** `0.25`, exact. */
export function usdText(nanoUsd: number): string {
  const part = String(nanoUsd % perUsd).padStart(9, '0')
  return `${Math.floor(nanoUsd / perUsd)}.${part}`.replace(/\.?0+$/, '')
}
