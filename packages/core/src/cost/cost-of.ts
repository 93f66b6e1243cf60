import type { Usage } from '../wire/usage.ts'
import type { ModelPrice, TokenPrices } from './model-price.ts'

/** What a cost is computed from: a price without its origin. */
export type PriceFigures = Pick<ModelPrice, keyof TokenPrices | 'longPrompt'>

/**
 * What usage costs at a price, in US dollars; `null` where a figure is missing, or none, for tokens that were used. The shares of a prompt
 * (cached, written, audio) are taken as apart from each other, as usage tells nothing of their overlap.
 */
export function costOf(usage: Usage, price: PriceFigures): number | null {
  const { prompt_tokens: prompt, prompt_tokens_details: details } = usage
  const { longPrompt } = price
  const rates = longPrompt && prompt > longPrompt.aboveTokens ? longPrompt : price
  const cached = tokens(details?.cached_tokens)
  const lives = details?.cache_creation_token_details
  const writtenForAnHour = tokens(lives?.ephemeral_1h_input_tokens)
  const written = Math.max(
    tokens(details?.cache_write_tokens),
    writtenForAnHour + tokens(lives?.ephemeral_5m_input_tokens),
  )
  const heard = tokens(details?.audio_tokens)
  const spoken = tokens(usage.completion_tokens_details?.audio_tokens)
  const plain = tokens(prompt) - cached - written - heard
  return inDollars([
    [plain, rates.input],
    [cached, rates.cacheRead ?? rates.input],
    [written - writtenForAnHour, rates.cacheWrite ?? rates.input],
    [writtenForAnHour, rates.cacheWrite1h],
    [heard, rates.audioInput],
    [tokens(usage.completion_tokens) - spoken, rates.output],
    [spoken, rates.audioOutput],
  ])
}

/** Servers report what they like: what is no count of tokens is none. */
function tokens(count: number | null | undefined): number {
  return typeof count === 'number' && count > 0 && count < Number.POSITIVE_INFINITY ? count : 0
}

function inDollars(shares: readonly (readonly [count: number, usdPerMillion: number | undefined])[]): number | null {
  let millionths = 0
  for (const [count, rate] of shares) {
    if (count <= 0) continue
    if (rate === undefined) return null
    millionths += count * rate
  }
  const usd = millionths / 1_000_000
  return Number.isFinite(usd) ? usd : null
}
