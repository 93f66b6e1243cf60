import type { Usage } from '../wire/usage.ts'
import type { ModelPrice, TokenPrices } from './model-price.ts'

/** What a cost is computed from: a price without its origin. */
export type PriceFigures = Pick<ModelPrice, keyof TokenPrices | 'longPrompt'>

/**
 * What usage costs at a price, in US dollars; `null` where a figure is missing, or none, for tokens that were used. The shares of a prompt
 * (cached, written, audio) are taken as apart from each other, as usage tells nothing of their overlap. `promptsSent`: how many prompts of
 * one length its prompt tokens are, for prices that depend on it.
 */
export function costOf(usage: Usage, price: PriceFigures, promptsSent: number = 1): number | null {
  const { prompt_tokens: prompt, prompt_tokens_details: details } = usage
  const { longPrompt } = price
  const rates = longPrompt && prompt > longPrompt.aboveTokens * Math.max(1, promptsSent) ? longPrompt : price
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
  const millionths =
    share(plain, rates.input) +
    share(cached, rates.cacheRead ?? rates.input) +
    share(written - writtenForAnHour, rates.cacheWrite ?? rates.input) +
    share(writtenForAnHour, rates.cacheWrite1h) +
    share(heard, rates.audioInput) +
    share(tokens(usage.completion_tokens) - spoken, rates.output) +
    share(spoken, rates.audioOutput)
  return Number.isFinite(millionths) ? millionths / 1_000_000 : null
}

/** Servers report what they like: what is no count of tokens is none. */
function tokens(count: number | null | undefined): number {
  return typeof count === 'number' && count > 0 && count < Number.POSITIVE_INFINITY ? count : 0
}

/** No number where tokens were used whose price is not known. */
function share(count: number, usdPerMillion: number | undefined): number {
  if (count <= 0) return 0
  return usdPerMillion === undefined ? Number.NaN : count * usdPerMillion
}
