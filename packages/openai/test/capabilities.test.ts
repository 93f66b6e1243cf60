import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { capabilitiesOf } from '../src/capabilities.ts'
import { openai, openaiCompatible } from '../src/index.ts'

describe('what is known of a model of OpenAI', () => {
  it.each([
    ['gpt-3.5-turbo', { images: 0, contextTokens: 16_385 }],
    ['gpt-3.5-turbo-1106', { images: 0 }],
    ['ft:gpt-3.5-turbo:acme::x', { images: 0, contextTokens: 16_385 }],
    ['gpt-4', { images: 0, contextTokens: 8_192 }],
    ['gpt-4-turbo-2024-04-09', { contextTokens: 128_000 }],
    ['gpt-4o', { contextTokens: 128_000, audio: 0 }],
    ['gpt-4o-mini-2024-07-18', { contextTokens: 128_000 }],
    ['gpt-4.1-nano', { contextTokens: 1_047_576 }],
    ['o3-mini', { images: 0, contextTokens: 200_000 }],
    ['o1', { contextTokens: 200_000 }],
    ['gpt-5-mini', { contextTokens: 400_000 }],
    ['gpt-6.1-sol-2026-09-29', { contextTokens: 1_050_000, audio: 0 }],
    ['text-embedding-3-small', { operations: ['embeddings'] }],
  ])('%s', (model, known) => {
    expect(capabilitiesOf(model)).toMatchObject(known)
  })

  it.each(['gpt-4o', 'gpt-4-turbo', 'gpt-4.1', 'gpt-5', 'o1'])('%s sees, for all that is told', model => {
    expect(capabilitiesOf(model)?.images).toBeUndefined()
  })

  it.each([
    'gpt-4o-audio-preview',
    'gpt-4-32k',
    'gpt-4-vision-preview',
    'gpt-6-sol',
    'o1-mini',
    'gpt-3.5-turbo-instruct',
    'llama-3',
    'ft:',
  ])('of %s nothing', model => {
    expect(capabilitiesOf(model)).toBeUndefined()
  })
})

describe('a provider', () => {
  it('tells it, unless a name may stand for anything where it is', () => {
    expect(openai({ apiKey: 'k' }).capabilitiesOf?.('gpt-4')).toMatchObject({ images: 0 })
    const azure = { baseURL: 'https://acme.openai.azure.com/openai/v1' }
    expect(openai({ apiKey: 'k', ...azure }).capabilitiesOf?.('gpt-4')).toBeUndefined()
    const compatible = openaiCompatible({ id: 'x', baseURL: 'http://127.0.0.1:1/v1' })
    expect('capabilitiesOf' in compatible).toBe(false)
  })

  it('asks a client where it goes', () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: 'https://acme.openai.azure.com/x' })
    const provider = openai({ client })
    expect(provider.capabilitiesOf?.('gpt-4')).toBeUndefined()
  })
})
