import { costOf, type PriceTerms } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { type Tokens, usageOf } from '../../core/test/support/tokens.ts'
import { createPrices } from '../src/models/prices.ts'

const sonnet45 = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const some: Tokens = { plain: 10_000, out: 1_000 }

function costIn(region: string, model: string, tokens: Tokens, terms: PriceTerms = {}): number | null | undefined {
  const price = createPrices({ region: () => region, pricedAs: id => id })(model, terms)
  return price && costOf(usageOf(tokens), price)
}

type Row = readonly [page: string, model: string, tokens: Tokens, dollars: number, terms?: PriceTerms]

/** The price as the page has it, in dollars a million tokens; what is used; what it costs, worked out by hand. */
const rows: readonly Row[] = [
  // Base input | 5m cache writes | 1h cache writes | cache hits | output; regional and geographical endpoints: 10 % more.
  ['Claude Sonnet 4.5 $3 | $3.75 | $6 | $0.30 | $15', `global.${sonnet45}`, some, 0.045],
  ['… at a US endpoint', `us.${sonnet45}`, some, 0.0495],
  ['… in the EU', `eu.${sonnet45}`, some, 0.0495],
  ['… in region', sonnet45, some, 0.0495],
  [
    '… by the ARN of its profile',
    `arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.${sonnet45}`,
    some,
    0.0495,
  ],
  ['… cache hits', `global.${sonnet45}`, { read: 100_000, plain: 2_000, out: 500 }, 0.0435],
  ['… cache hits, US', `us.${sonnet45}`, { read: 100_000, plain: 2_000, out: 500 }, 0.04785],
  ['… 5m cache writes', `global.${sonnet45}`, { write5m: 50_000, plain: 1_000, out: 100 }, 0.192],
  ['… 1h cache writes', `global.${sonnet45}`, { write1h: 50_000, plain: 1_000, out: 100 }, 0.3045],
  ['… 1h cache writes, US', `us.${sonnet45}`, { write1h: 50_000, plain: 1_000, out: 100 }, 0.33495],
  [
    '… all kinds at once',
    `global.${sonnet45}`,
    { plain: 1_000, read: 20_000, write5m: 10_000, write1h: 5_000, out: 1_000 },
    0.0915,
  ],
  ['… up to 200K', `global.${sonnet45}`, { plain: 200_000, out: 1_000 }, 0.615],
  ['… above 200K: $6 | $22.50', `global.${sonnet45}`, { plain: 250_000, out: 1_000 }, 1.5225],
  ['… above 200K, US', `us.${sonnet45}`, { plain: 250_000, out: 1_000 }, 1.67475],
  [
    '… above 200K with what was cached: $0.60',
    `global.${sonnet45}`,
    { plain: 60_000, read: 150_000, out: 1_000 },
    0.4725,
  ],
  ['… in a batch: 50 %', `global.${sonnet45}`, some, 0.0225, { batch: true }],
  [
    'Claude Haiku 4.5 $1 | $5',
    'global.anthropic.claude-haiku-4-5-20251001-v1:0',
    { plain: 100_000, out: 10_000 },
    0.15,
  ],
  ['… at a US endpoint', 'us.anthropic.claude-haiku-4-5-20251001-v1:0', { plain: 100_000, out: 10_000 }, 0.165],
  ['Claude Opus 4.6 $5 | $25', 'global.anthropic.claude-opus-4-6-v1', { plain: 1_000_000, out: 10_000 }, 5.25],
  ['… at a US endpoint', 'us.anthropic.claude-opus-4-6-v1', { plain: 20_000, out: 2_000 }, 0.165],
  [
    'Claude Opus 5.5 $4 | $5 | $8 | $0.20 | $20',
    'global.anthropic.claude-opus-5-5',
    { read: 100_000, out: 1_000 },
    0.04,
  ],
  ['… 1h cache writes, US', 'us.anthropic.claude-opus-5-5', { write1h: 10_000 }, 0.088],
  [
    'Claude Sonnet 5.5, cache hits $0.10, out $10',
    'global.anthropic.claude-sonnet-5-5',
    { read: 1_000_000, out: 10_000 },
    0.2,
  ],
  ['Claude Sonnet 5 $2 | $10, US', 'us.anthropic.claude-sonnet-5', some, 0.033],
  [
    'Claude Fable 5.1, cache hits $0.25, in $10',
    'global.anthropic.claude-fable-5-1',
    { read: 1_000_000, plain: 1_000 },
    0.26,
  ],
  ['Claude Haiku 5.5 $0.10 | $0.50, US', 'us.anthropic.claude-haiku-5-5', { plain: 50_000, out: 1_000 }, 0.00605],
  ['… above 100K: $0.50 | $2.50', 'global.anthropic.claude-haiku-5-5', { plain: 150_000, out: 1_000 }, 0.0775],
  ['Claude Opus 4.1 $15 | $75', 'us.anthropic.claude-opus-4-1-20250805-v1:0', some, 0.225],
  ['Claude Haiku 3.5 $0.80 | $4', 'us.anthropic.claude-3-5-haiku-20241022-v1:0', some, 0.012],
  ['… cache hits $0.08', 'anthropic.claude-3-5-haiku-20241022-v1:0', { read: 10_000 }, 0.0008],
  ['Claude 3 Sonnet $3 | $15', 'anthropic.claude-3-sonnet-20240229-v1:0', { plain: 1_000, out: 1_000 }, 0.018],
  ['Claude 2.1 $8 | $24', 'anthropic.claude-v2:1', { plain: 1_000, out: 1_000 }, 0.032],
  ['Claude 2.0 $8 | $24', 'anthropic.claude-v2', { plain: 500, out: 500 }, 0.016],

  // Input | output; standard, flex at half, priority at three quarters more, batch at half.
  ['Nova Lite $0.06 | $0.24', 'amazon.nova-lite-v1:0', some, 0.00084],
  ['… by the US profile', 'us.amazon.nova-lite-v1:0', some, 0.00084],
  ['… cache reads $0.015', 'amazon.nova-lite-v1:0', { read: 10_000, plain: 1_000 }, 0.00021],
  ['… batch $0.03 | $0.12', 'amazon.nova-lite-v1:0', some, 0.00042, { batch: true }],
  ['Nova Micro $0.035 | $0.14', 'amazon.nova-micro-v1:0', { plain: 100_000, out: 10_000 }, 0.0049],
  ['Nova Pro $0.80 | $3.20', 'amazon.nova-pro-v1:0', some, 0.0112, { serviceTier: 'default' }],
  ['… flex $0.40 | $1.60', 'amazon.nova-pro-v1:0', some, 0.0056, { serviceTier: 'flex' }],
  ['… priority $1.40 | $5.60', 'amazon.nova-pro-v1:0', some, 0.0196, { serviceTier: 'priority' }],
  ['Nova Premier $2.50 | $12.50', 'us.amazon.nova-premier-v1:0', some, 0.0375],
  ['Nova 2 Lite $0.30 | $2.50', 'global.amazon.nova-2-lite-v1:0', some, 0.0055],
  ['… at a US endpoint $0.33 | $2.75', 'us.amazon.nova-2-lite-v1:0', some, 0.00605],
  ['gpt-oss-120b $0.15 | $0.60', 'openai.gpt-oss-120b-1:0', some, 0.0021],
  ['… flex', 'openai.gpt-oss-120b-1:0', some, 0.00105, { serviceTier: 'flex' }],
  ['… priority', 'openai.gpt-oss-120b-1:0', some, 0.003675, { serviceTier: 'priority' }],
  ['GPT-5.6 Sol $4 | $20, US', 'us.openai.gpt-5.6-sol', some, 0.066],
  ['… from 272K: $8 | $30', 'global.openai.gpt-5.6-sol', { plain: 300_000, out: 1_000 }, 2.43],
  ['Titan Text Express $0.20 | $0.60', 'amazon.titan-text-express-v1', some, 0.0026],
  ['Titan Text Lite $0.15 | $0.20', 'amazon.titan-text-lite-v1', some, 0.0017],
  ['Titan Text Premier $0.50 | $1.50', 'amazon.titan-text-premier-v1:0', some, 0.0065],
  ['Jamba 1.5 Large $2 | $8', 'ai21.jamba-1-5-large-v1:0', some, 0.028],
  ['Jamba 1.5 Mini $0.20 | $0.40', 'ai21.jamba-1-5-mini-v1:0', some, 0.0024],
  ['Jamba-Instruct $0.50 | $0.70', 'ai21.jamba-instruct-v1:0', some, 0.0057],
  ['Command $1.50 | $2', 'cohere.command-text-v14', some, 0.017],
  ['Command Light $0.30 | $0.60', 'cohere.command-light-text-v14', some, 0.0036],
  ['Command R $0.50 | $1.50', 'cohere.command-r-v1:0', some, 0.0065],
  ['Command R+ $3 | $15', 'cohere.command-r-plus-v1:0', some, 0.045],
  ['Llama 3 8B $0.30 | $0.60', 'meta.llama3-8b-instruct-v1:0', some, 0.0036],
  ['Llama 3 70B $2.65 | $3.50', 'meta.llama3-70b-instruct-v1:0', some, 0.03],
  ['Llama 3.1 8B $0.22 | $0.22', 'meta.llama3-1-8b-instruct-v1:0', some, 0.00242],
  ['Llama 3.2 1B $0.10 | $0.10', 'us.meta.llama3-2-1b-instruct-v1:0', some, 0.0011],
  ['Mistral 7B $0.15 | $0.20', 'mistral.mistral-7b-instruct-v0:2', some, 0.0017],
  ['Mixtral 8x7B $0.45 | $0.70', 'mistral.mixtral-8x7b-instruct-v0:1', some, 0.0052],
  ['DeepSeek-R1 $1.35 | $5.40', 'us.deepseek.r1-v1:0', some, 0.0189],

  // Embeddings: input alone.
  ['Titan Text Embeddings V2 $0.02', 'amazon.titan-embed-text-v2:0', { plain: 1_000_000 }, 0.02],
  ['… batch $0.01', 'amazon.titan-embed-text-v2:0', { plain: 1_000_000 }, 0.01, { batch: true }],
  ['Titan Embeddings $0.10', 'amazon.titan-embed-text-v1', { plain: 1_000_000 }, 0.1],
  ['Titan Embeddings, with its context $0.10', 'amazon.titan-embed-text-v1:2', { plain: 1_000_000 }, 0.1],
  ['Titan Multimodal Embeddings $0.80', 'amazon.titan-embed-image-v1', { plain: 1_000_000 }, 0.8],
  ['… by its version', 'amazon.titan-embed-image-v1:0', { plain: 1_000_000 }, 0.8],
  ['Nova Multimodal Embeddings $0.135', 'amazon.nova-2-multimodal-embeddings-v1:0', { plain: 1_000_000 }, 0.135],
  ['Cohere Embed Multilingual $0.10', 'cohere.embed-multilingual-v3', { plain: 500_000 }, 0.05],
  ['Cohere Embed English $0.10', 'cohere.embed-english-v3', { plain: 20_000 }, 0.002],
  ['Cohere Embed 4 $0.12', 'us.cohere.embed-v4:0', { plain: 100_000 }, 0.012],
  ['… by the global profile', 'global.cohere.embed-v4:0', { plain: 100_000 }, 0.012],
]

describe("Bedrock's prices, as the pages have them", () => {
  const cases = rows.map(([page, model, tokens, dollars, terms]) => ({ page, model, tokens, dollars, terms }))
  it.each(cases)('$page: $model', ({ model, tokens, dollars, terms }) => {
    expect(costIn('us-east-1', model, tokens, terms)).toBeCloseTo(dollars, 12)
  })

  it('hold where they are known to hold', () => {
    expect(costIn('us-west-2', 'amazon.nova-lite-v1:0', some)).toBeCloseTo(0.00084, 12)
    expect(costIn('ap-northeast-1', `jp.${sonnet45}`, some)).toBeCloseTo(0.0495, 12)
    expect(costIn('eu-central-1', `global.${sonnet45}`, some)).toBeCloseTo(0.045, 12)
  })

  it.each([
    ['another region', 'eu-central-1', 'eu.amazon.nova-lite-v1:0', {}],
    ['another region, the us. profile', 'us-east-2', 'us.amazon.nova-lite-v1:0', {}],
    ['another partition', 'us-gov-west-1', sonnet45, {}],
    ["GovCloud's profile", 'us-east-1', `us-gov.${sonnet45}`, {}],
    ['a global profile without a price of its own', 'us-east-1', 'global.amazon.nova-lite-v1:0', {}],
    ['provisioned throughput', 'us-east-1', 'anthropic.claude-3-sonnet-20240229-v1:0:200k', {}],
    [
      'an application profile',
      'us-east-1',
      'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3',
      {},
    ],
    ['a prompt router', 'us-east-1', 'arn:aws:bedrock:us-east-1:1:default-prompt-router/anthropic.claude:1', {}],
    ['a model that is not in the table', 'us-east-1', 'anthropic.claude-opus-9-20300101-v1:0', {}],
    ['a newer model whose name begins as one in the table', 'us-east-1', 'anthropic.claude-opus-5-7', {}],
    ['an inherited name', 'us-east-1', 'toString', {}],
    ['a tier that the model is not known to have', 'us-east-1', `us.${sonnet45}`, { serviceTier: 'priority' }],
    ['a tier that was paid for ahead', 'us-east-1', 'amazon.nova-pro-v1:0', { serviceTier: 'reserved' }],
    ['batches of a model that is not known to have them', 'us-east-1', 'cohere.embed-v4:0', { batch: true }],
  ])('are unknown for %s', (_what, region, model, terms) => {
    expect(costIn(region, model, some, terms)).toBeUndefined()
  })

  it('are unknown for an hour in the cache of a model without', () => {
    expect(costIn('us-east-1', 'us.anthropic.claude-opus-4-1-20250805-v1:0', { write1h: 1 })).toBeNull()
  })

  it('are those of the model behind an opaque ARN, where the provider is told it', () => {
    const prices = createPrices({ region: () => 'us-east-1', pricedAs: () => 'us.amazon.nova-lite-v1:0' })
    expect(prices('arn:aws:bedrock:us-east-1:1:application-inference-profile/a1', {})?.input).toBe(0.06)
  })

  it.each(['provisioned-model/a1', 'custom-model/amazon.nova-lite-v1:0/a1', 'imported-model/a1'])(
    'are unknown for what is not priced by the token, though the provider is told its model: %s',
    named => {
      const prices = createPrices({ region: () => 'us-east-1', pricedAs: () => 'us.amazon.nova-lite-v1:0' })
      expect(prices(`arn:aws:bedrock:us-east-1:1:${named}`, {})).toBeUndefined()
    },
  )

  it('are unknown while the region is, and known then', () => {
    let region: string | undefined
    const prices = createPrices({ region: () => region, pricedAs: id => id })
    expect(prices('amazon.nova-lite-v1:0', {})).toBeUndefined()
    region = 'us-east-1'
    expect(prices('amazon.nova-lite-v1:0', {})?.output).toBe(0.24)
  })

  it('are those of the terms and the region asked for, whatever was asked before', () => {
    const model = 'us.amazon.nova-2-lite-v1:0'
    let region = 'us-east-1'
    const prices = createPrices({ region: () => region, pricedAs: id => id })
    const asked: PriceTerms[] = [{}, { batch: true }, { serviceTier: 'flex' }, { serviceTier: 'gold' }]
    for (const place of ['us-east-1', 'us-gov-west-1', 'us-east-1']) {
      region = place
      for (const terms of [...asked, ...asked.toReversed()]) {
        const alone = createPrices({ region: () => place, pricedAs: id => id })(model, terms)
        expect(prices(model, terms), `${place} ${JSON.stringify(terms)}`).toEqual(alone)
      }
    }
    const [usual, batch, flex, gold] = asked.map(terms => prices(model, terms)?.input)
    expect(gold).toBeUndefined()
    expect([flex, batch].map(input => input! / usual!)).toEqual([0.5, 0.5])
  })

  it('say where and when they were read', () => {
    const price = createPrices({ region: () => 'us-east-1', pricedAs: id => id })(`us.${sonnet45}`, {})
    expect(price).toMatchObject({
      source: expect.stringMatching(/^https:/),
      asOf: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    })
  })
})
