import type { ModelPrice } from './model-price.ts'

type Figures = { readonly [Name in string]?: unknown }

/** A price with each of its figures multiplied: a tier, a batch, a region. Rounded, so that 3 × 1.1 is 3.3. */
export function scaledPrice(price: ModelPrice, factor: number): ModelPrice {
  const { longPrompt } = price
  return {
    ...price,
    ...scaled(price, factor),
    ...(longPrompt && {
      longPrompt: { ...longPrompt, ...scaled(longPrompt, factor), aboveTokens: longPrompt.aboveTokens },
    }),
  }
}

function scaled<Price extends object>(price: Price, factor: number): Price {
  const entries = Object.entries(price as Figures).map(([name, figure]) => [
    name,
    typeof figure === 'number' ? Number((figure * factor).toPrecision(12)) : figure,
  ])
  return Object.fromEntries(entries) as Price
}
