import { testCall } from '@modelgate/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { productQuestion, productQuestionScore } from '../../src/index.ts'

describe('a text looks like a question about products', () => {
  it.each([
    'Do you sell violins?',
    'light two-person tent',
    'warm gloves under 40 euros',
    'Which kettle would you recommend?',
    'Is the Hollin 3 back in stock?',
    'Was kostet ein Wasserkocher?',
    'Je cherche un sac à dos',
    '¿Cuánto cuesta la cafetera?',
    "Quanto costa l'olio?",
    'Ik zoek een warme jas',
    'And is there a cheaper umbrella?',
  ])('%s', text => {
    expect(productQuestionScore(text)).toBeGreaterThanOrEqual(0.6)
  })

  it.each([
    '',
    'hello',
    'How much is too much?',
    'Write a poem about an umbrella.',
    'Why does my kettle smell?',
    'SELECT price FROM kettles WHERE price < 40;',
    'const kettle = shop.buy("kettle")',
    'What is the price of peace?',
    'Übersetze “der Wasserkocher ist teuer” ins Englische',
    'My umbrella won’t open, what can I do?',
    'Should I invest in coffee shares?',
  ])('and this does not: %s', text => {
    expect(productQuestionScore(text)).toBeLessThan(0.6)
  })

  it('by a score from 0 to 1 for any text, the same each time', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 512 }), fc.string({ maxLength: 512, unit: 'grapheme' })), text => {
        const score = productQuestionScore(text)
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(1)
        expect(productQuestionScore(text)).toBe(score)
      }),
    )
  })
})

describe('the default of `when`', () => {
  const call = testCall('chat', { model: 'any', messages: [] })

  it('is so many points of the score, which can be set', () => {
    const text = 'Which kettle would you recommend?'
    expect(productQuestionScore(text)).toBeCloseTo(0.8)
    expect(productQuestion()(text, call)).toBe(true)
    expect(productQuestion({ threshold: 0.8 })(text, call)).toBe(true)
    expect(productQuestion({ threshold: 0.9 })(text, call)).toBe(false)
  })

  it('knows what only this shop sells, where it is told', () => {
    const text = 'Which théodolites would you recommend?'
    expect(productQuestion()(text, call)).toBe(false)
    expect(productQuestion({ goods: ['Théodolite'] })(text, call)).toBe(true)
  })
})
