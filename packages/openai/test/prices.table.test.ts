import { costOf, type PriceTerms } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { type Tokens, usageOf } from '../../core/test/support/tokens.ts'
import { openai, openaiCompatible } from '../src/index.ts'
import { pricesAt } from '../src/prices.ts'

const prices = pricesAt(() => 'https://api.openai.com/v1')
const some: Tokens = { plain: 10_000, out: 1_000 }

function costIn(model: string, tokens: Tokens, terms: PriceTerms = {}): number | null | undefined {
  const price = prices(model, terms)
  return price && costOf(usageOf(tokens), price)
}

type Row = readonly [page: string, model: string, tokens: Tokens, dollars: number, terms?: PriceTerms]

const cached: Tokens = { read: 8_000, plain: 2_000, out: 1_000 }
const flex = { serviceTier: 'flex' }
const priority = { serviceTier: 'priority' }
const batch = { batch: true }

/** Input | cached input | output as the page has them, in dollars a million tokens; what is used; what it costs, by hand. */
const rows: readonly Row[] = [
  ['gpt-6-astra $10 | $1 | $50', 'gpt-6-astra', cached, 0.078],
  ['gpt-6-astra, from 272K: $20 | $2 | $75', 'gpt-6-astra', { plain: 300_000, out: 1_000 }, 6.075],
  ['gpt-6.2-sol $2 | $0.10 | $10', 'gpt-6.2-sol', cached, 0.0148],
  ['gpt-6.1-sol $2 | $0.10 | $10', 'gpt-6.1-sol-2026-09-29', cached, 0.0148],
  ['gpt-6.1-sol, flex $1 | $0.05 | $5', 'gpt-6.1-sol', cached, 0.0074, flex],
  ['gpt-6.1-sol, above 272K: $4 | $0.20 | $15', 'gpt-6.1-sol', { plain: 300_000, out: 1_000 }, 1.215],
  ['gpt-6.1-terra $1 | $0.05 | $5', 'gpt-6.1-terra', cached, 0.0074],
  ['gpt-6.1-terra, cache writes 1.25 times', 'gpt-6.1-terra', { write5m: 10_000 }, 0.0125],
  ['gpt-6.1-terra, batch $0.50 | $0.025 | $2.50', 'gpt-6.1-terra', cached, 0.0037, batch],
  ['gpt-6-sol $2 | $0.20 | $10', 'gpt-6-sol', cached, 0.0156],
  ['gpt-6-sol, cache writes 1.25 times', 'gpt-6-sol', { write5m: 10_000 }, 0.025],
  ['gpt-6-luna $0.10 | $0.01 | $0.50', 'gpt-6-luna', some, 0.0015],
  ['gpt-5.6-sol $4 | $0.40 | $20', 'gpt-5.6-sol', some, 0.06],
  ['gpt-5.6-terra, priority $4 | $0.40 | $24', 'gpt-5.6-terra', some, 0.064, priority],
  ['gpt-5.6-terra, as it is called now', 'gpt-5.6-terra', some, 0.064, { serviceTier: 'fast' }],
  ['gpt-5.6-luna $0.20 | $0.02 | $1.20', 'gpt-5.6-luna', some, 0.0032],
  ['gpt-5.5 $5 | $0.50 | $30', 'gpt-5.5', cached, 0.044],
  ['gpt-5.5, priority $12.50 | $1.25 | $75', 'gpt-5.5-2026-04-23', cached, 0.11, priority],
  ['gpt-5.4 $2.50 | $0.25 | $15', 'gpt-5.4', some, 0.04],
  ['gpt-5.4, below 272K', 'gpt-5.4', { plain: 271_999 }, 0.6799975],
  ['gpt-5.4, from 272K: $5 | $0.50 | $22.50', 'gpt-5.4-2026-03-05', { plain: 272_000, out: 1_000 }, 1.3825],
  [
    'gpt-5.4, batch from 272K $2.50 | - | $11.25',
    'gpt-5.4',
    { read: 200_000, plain: 100_000, out: 1_000 },
    0.76125,
    batch,
  ],
  ['gpt-5.4-mini $0.75 | $0.075 | $4.50', 'gpt-5.4-mini', some, 0.012],
  ['gpt-5.4-nano $0.20 | $0.02 | $1.25', 'gpt-5.4-nano', some, 0.00325],
  ['gpt-5.2 $1.75 | $0.175 | $14', 'gpt-5.2', some, 0.0315],
  ['gpt-5.2, priority $3.50 | $0.35 | $28', 'gpt-5.2', some, 0.063, priority],
  ['gpt-5 $1.25 | $0.125 | $10', 'gpt-5-2025-08-07', cached, 0.0135],
  ['gpt-5, flex $0.625 | $0.0625 | $5', 'gpt-5', cached, 0.00675, flex],
  ['gpt-5, batch $0.625 | $0.0625 | $5', 'gpt-5', cached, 0.00675, batch],
  ['gpt-5, priority $2.50 | $0.25 | $20', 'gpt-5', cached, 0.027, priority],
  ['gpt-5-mini $0.25 | $0.025 | $2', 'gpt-5-mini', some, 0.0045],
  ['gpt-5-mini, priority $0.45 | $0.045 | $3.60', 'gpt-5-mini', some, 0.0081, priority],
  ['gpt-5-nano $0.05 | $0.005 | $0.40', 'gpt-5-nano', some, 0.0009],
  ['gpt-5-pro $15 | $120', 'gpt-5-pro', some, 0.27],
  ['gpt-4.1 $2 | $0.50 | $8', 'gpt-4.1-2025-04-14', cached, 0.016],
  ['gpt-4.1, batch $1 | $4', 'gpt-4.1', cached, 0.014, batch],
  ['gpt-4.1, priority $3.50 | $0.875 | $14', 'gpt-4.1', cached, 0.028, priority],
  ['gpt-4.1-mini $0.40 | $0.10 | $1.60', 'gpt-4.1-mini', some, 0.0056],
  ['gpt-4.1-nano $0.10 | $0.025 | $0.40', 'gpt-4.1-nano', some, 0.0014],
  ['gpt-4o $2.50 | $1.25 | $10', 'gpt-4o', cached, 0.025],
  ['gpt-4o, by its date', 'gpt-4o-2024-08-06', some, 0.035],
  ['gpt-4o-2024-05-13 $5 | $15', 'gpt-4o-2024-05-13', some, 0.065],
  ['gpt-4o, batch $1.25 | $5', 'gpt-4o', some, 0.0175, batch],
  ['gpt-4o-mini $0.15 | $0.075 | $0.60', 'gpt-4o-mini-2024-07-18', cached, 0.0015],
  ['gpt-4-turbo $10 | $30', 'gpt-4-turbo-2024-04-09', some, 0.13],
  ['gpt-4 $30 | $60', 'gpt-4-0613', some, 0.36],
  ['gpt-3.5-turbo $0.50 | $1.50', 'gpt-3.5-turbo', some, 0.0065],
  ['gpt-3.5-turbo-1106 $1 | $2', 'gpt-3.5-turbo-1106', some, 0.012],
  ['o1 $15 | $7.50 | $60', 'o1-2024-12-17', cached, 0.15],
  ['o3 $2 | $0.50 | $8', 'o3', some, 0.028],
  ['o3, flex $1 | $0.25 | $4', 'o3', some, 0.014, flex],
  ['o3, batch $1 | - | $4', 'o3', cached, 0.014, batch],
  ['o3, flex $1 | $0.25 | $4', 'o3', cached, 0.008, flex],
  ['o3, priority $3.50 | $0.875 | $14', 'o3', cached, 0.028, priority],
  ['o4-mini, priority $2 | $0.50 | $8', 'o4-mini', cached, 0.016, priority],
  ['gpt-4.1-nano, priority $0.20 | $0.05 | $0.80', 'gpt-4.1-nano', cached, 0.0016, priority],
  ['gpt-4o-2024-05-13, priority $8.75 | - | $26.25', 'gpt-4o-2024-05-13', some, 0.11375, priority],
  ['gpt-5-nano, flex $0.025 | $0.0025 | $0.20', 'gpt-5-nano', cached, 0.00027, flex],
  ['o3-mini $1.10 | $0.55 | $4.40', 'o3-mini', some, 0.0154],
  ['o4-mini $1.10 | $0.275 | $4.40', 'o4-mini-2025-04-16', cached, 0.0088],
  [
    'gpt-audio: text $2.50 | $10, audio $32 | $64',
    'gpt-audio',
    { plain: 1_000, heard: 2_000, out: 100, spoken: 500 },
    0.0995,
  ],
  ['gpt-4o-mini-audio-preview: audio $10 | $20', 'gpt-4o-mini-audio-preview', { heard: 1_000, spoken: 1_000 }, 0.03],
  ['text-embedding-3-small $0.02', 'text-embedding-3-small', { plain: 1_000_000 }, 0.02],
  ['text-embedding-3-small, batch $0.01', 'text-embedding-3-small', { plain: 1_000_000 }, 0.01, batch],
  ['text-embedding-3-large $0.13', 'text-embedding-3-large', { plain: 100_000 }, 0.013],
  ['text-embedding-ada-002 $0.10', 'text-embedding-ada-002', { plain: 100_000 }, 0.01],
  ['gpt-4o-mini, fine-tuned $0.30 | $0.15 | $1.20', 'ft:gpt-4o-mini-2024-07-18:acme::abc123', some, 0.0042],
  ['gpt-3.5-turbo, fine-tuned $3 | $6', 'ft:gpt-3.5-turbo-0125:acme::abc123', some, 0.036],
  ['… and of its snapshots before', 'ft:gpt-3.5-turbo-1106:acme:search:abc123:ckpt-step-80', some, 0.036],
  ['gpt-4.1, fine-tuned $3 | $0.75 | $12', 'ft:gpt-4.1-2025-04-14:acme:search:abc123', cached, 0.024],
]

describe("OpenAI's prices, as the page has them", () => {
  const cases = rows.map(([page, model, tokens, dollars, terms]) => ({ page, model, tokens, dollars, terms }))
  it.each(cases)('$page: $model', ({ model, tokens, dollars, terms }) => {
    expect(costIn(model, tokens, terms)).toBeCloseTo(dollars, 12)
  })

  it.each([
    ['a model that is not in the table', 'gpt-9', {}],
    ['open weights, which OpenAI does not serve', 'gpt-oss-120b', {}],
    ['a fine-tuned model that is not in the table', 'ft:gpt-5:acme::x', {}],
    ['an inherited name', 'constructor', {}],
    ['a model whose searches are charged apart', 'gpt-4o-search-preview', {}],
    ['one that searches for long', 'o3-deep-research-2025-06-26', {}],
    ['a tier that the model is not known to have', 'gpt-4o', flex],
    ['a tier that was paid for ahead', 'gpt-4o', { serviceTier: 'scale' }],
    ['a model that is in no batch at half', 'gpt-3.5-turbo-1106', batch],
    ['a tier of a small model without it', 'gpt-5-nano', priority],
    ['batches of a model that is not known to have them', 'chatgpt-4o-latest', batch],
  ])('are unknown for %s', (_what, model, terms) => {
    expect(costIn(model, some, terms)).toBeUndefined()
  })

  it('are unknown for speech from a model without', () => {
    expect(costIn('gpt-4o', { spoken: 1 })).toBeNull()
  })

  it("are OpenAI's behind a proxy, and not at its regional hosts or Azure's", () => {
    const inputAt = (baseURL: string) => pricesAt(() => baseURL)('gpt-4o', {})?.input
    expect(inputAt('http://127.0.0.1:9000/v1')).toBe(2.5)
    expect(inputAt('https://eu.api.openai.com/v1')).toBeUndefined()
    expect(inputAt('https://acme.openai.azure.com/openai/deployments/gpt-4o')).toBeUndefined()
  })

  it('are those of openai(), and of no server that only speaks its API', () => {
    expect(openai({ baseURL: 'https://api.openai.com/v1' }).priceOf?.('gpt-4o', {})?.output).toBe(10)
    expect(openaiCompatible({ id: 'local', baseURL: 'http://127.0.0.1:9' })).not.toHaveProperty('priceOf')
  })

  it('say where and when they were read', () => {
    expect(prices('gpt-4o', flex)).toBeUndefined()
    expect(prices('gpt-5', flex)).toMatchObject({
      source: expect.stringMatching(/^https:/),
      asOf: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    })
  })
})
