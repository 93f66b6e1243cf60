import { bedrock } from '@modelgate/bedrock'
import { costOf, type Provider } from '@modelgate/core'
import { openai } from '@modelgate/openai'
import { calcPrice, findProvider } from '@pydantic/genai-prices'
import { describe, expect, it } from 'vitest'
import { type Tokens, usageOf } from '../packages/core/test/support/tokens.ts'

const uses: Readonly<Record<string, Tokens>> = {
  plain: { plain: 10_000, out: 1_000 },
  read: { plain: 1_000, read: 10_000, out: 100 },
  written: { plain: 1_000, write5m: 10_000, out: 100 },
  long: { plain: 300_000, out: 1_000 },
}

interface Side {
  readonly oracle: string
  readonly provider: Provider
  /** The id by which we know a model of the oracle's. */
  readonly idOf: (oraclesId: string) => string
  /** Why we say something else, by id and use. */
  readonly explained: Readonly<Record<string, string>>
}

const longPrompt = 'It does not know that a prompt above 200K tokens costs twice as much.'
const noCache = 'This model has no prompt cache: it has prices for what never happens.'
const cachedFineTuned = 'It does not know the price of cached input of fine-tuned models, which the page has.'

const sides: readonly Side[] = [
  {
    oracle: 'aws',
    provider: bedrock({ region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } }),
    idOf: id => id.replace(/^regional\./, 'us.'),
    explained: {
      'global.anthropic.claude-sonnet-4-20250514-v1:0 long': longPrompt,
      'us.anthropic.claude-sonnet-4-20250514-v1:0 long': longPrompt,
      'global.anthropic.claude-sonnet-4-5-20250929-v1:0 long': longPrompt,
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0 long': longPrompt,
      'us.anthropic.claude-3-sonnet-20240229-v1:0 read': noCache,
      'us.anthropic.claude-3-sonnet-20240229-v1:0 written': noCache,
    },
  },
  {
    oracle: 'openai',
    provider: openai({ apiKey: 'x', baseURL: 'https://api.openai.com/v1' }),
    // It looks for the base by its date.
    idOf: id => ({ 'ft:gpt-4o': 'ft:gpt-4o-2024-08-06', 'ft:gpt-4o-mini': 'ft:gpt-4o-mini-2024-07-18' })[id] ?? id,
    explained: {
      'ft:gpt-4o-2024-08-06 read': cachedFineTuned,
      'ft:gpt-4o-mini-2024-07-18 read': cachedFineTuned,
    },
  },
]

/** What one of the two says, to the millionth of a cent; the oracle throws where it has no price for a kind of token. */
function theirs(oracle: string, model: string, tokens: Tokens): number | undefined {
  const { plain = 0, out = 0, read = 0, write5m = 0 } = tokens
  const usage = {
    input_tokens: plain + read + write5m,
    output_tokens: out,
    ...(read > 0 && { cache_read_tokens: read }),
    ...(write5m > 0 && { cache_write_tokens: write5m }),
  }
  return calcPrice(usage, model, { providerId: oracle })?.total_price
}

function disagreements({ oracle, provider, idOf }: Side): { readonly known: number; readonly found: string[] } {
  const found: string[] = []
  let known = 0
  for (const { id } of findProvider({ providerId: oracle })?.models ?? []) {
    const price = provider.priceOf?.(idOf(id), {})
    if (!price) continue
    known += 1
    for (const [name, tokens] of Object.entries(uses)) {
      const used = price.output === undefined ? { ...tokens, out: 0 } : tokens
      const ours = costOf(usageOf(used), price)
      const said = theirs(oracle, idOf(id), used)
      if (said === undefined || ours === null || Math.abs(said - ours) > 1e-9) found.push(`${idOf(id)} ${name}`)
    }
  }
  return { known, found }
}

describe('prices and the oracle', () => {
  it.each(sides)('agree for $oracle, but where it is explained', side => {
    const { known, found } = disagreements(side)
    expect(known).toBeGreaterThan(50)
    // One that is not explained fails, and so does an explanation that is no longer needed.
    expect(found.toSorted()).toEqual(Object.keys(side.explained).toSorted())
  })
})
