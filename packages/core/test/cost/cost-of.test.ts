import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costOf } from '../../src/cost/cost-of.ts'
import { formatUsd } from '../../src/cost/format-usd.ts'
import type { Usage } from '../../src/index.ts'
import { usageOf } from '../support/tokens.ts'

const price = {
  input: 3,
  output: 15,
  cacheRead: 0.3,
  cacheWrite: 3.75,
  cacheWrite1h: 6,
  audioInput: 32,
  audioOutput: 64,
}

describe('costOf', () => {
  it('prices each kind of token', () => {
    const usage = usageOf({
      plain: 1_000,
      read: 2_000,
      write5m: 3_000,
      write1h: 4_000,
      heard: 500,
      out: 600,
      spoken: 70,
    })
    expect(costOf(usage, price)).toBeCloseTo(0.003 + 0.0006 + 0.01125 + 0.024 + 0.016 + 0.009 + 0.00448, 12)
  })

  it('takes what is read from a cache, or written for five minutes, for input where there is no other price', () => {
    expect(costOf(usageOf({ plain: 1, read: 1, write5m: 1, out: 1 }), { input: 2, output: 1 })).toBeCloseTo(7e-6, 15)
  })

  it('knows a write by its lives alone, and its lives by the write alone', () => {
    const lives = { cache_creation_token_details: { ephemeral_5m_input_tokens: 10 } }
    const usage = { prompt_tokens: 10, completion_tokens: 0, total_tokens: 10 }
    expect(costOf({ ...usage, prompt_tokens_details: lives }, price)).toBeCloseTo(37.5e-6, 15)
    expect(costOf({ ...usage, prompt_tokens_details: { cache_write_tokens: 10 } }, price)).toBeCloseTo(37.5e-6, 15)
  })

  it.each([
    ['an hour in the cache', usageOf({ write1h: 1 })],
    ['speech heard', usageOf({ heard: 1 })],
    ['speech spoken', usageOf({ spoken: 1 })],
    ['a completion', usageOf({ out: 1 })],
  ])('is unknown where %s was used that has no price', (_what, usage) => {
    expect(costOf(usage, { input: 1 })).toBeNull()
  })

  it('is nothing at a price of zero, which is a price', () => {
    expect(costOf(usageOf({ plain: 5, out: 5 }), { input: 0, output: 0 })).toBe(0)
  })

  it('takes a prompt that was sent several times for as long as it is, and no longer', () => {
    const long = { ...price, longPrompt: { aboveTokens: 1_000, input: 6, output: 30 } }
    expect(costOf(usageOf({ plain: 4_000, out: 4 }), long, 4)).toBeCloseTo((12_000 + 60) / 1e6, 12)
    expect(costOf(usageOf({ plain: 4_004, out: 4 }), long, 4)).toBeCloseTo((24_024 + 120) / 1e6, 12)
  })

  it('prices all of a call by the length of its prompt, cached tokens included', () => {
    const long = { ...price, longPrompt: { aboveTokens: 1_000, input: 6, output: 30, cacheRead: 0.6 } }
    expect(costOf(usageOf({ read: 600, plain: 400, out: 1 }), long)).toBeCloseTo((180 + 1_200 + 15) / 1e6, 12)
    expect(costOf(usageOf({ read: 600, plain: 401, out: 1 }), long)).toBeCloseTo((360 + 2_406 + 30) / 1e6, 12)
  })

  it('takes nonsense for no tokens: it never falls below nothing', () => {
    const odd: Usage = JSON.parse(
      '{"prompt_tokens":-5,"completion_tokens":null,"prompt_tokens_details":{"cached_tokens":"9","audio_tokens":null},"completion_tokens_details":null}',
    )
    expect(costOf(odd, price)).toBe(0)
    const more = {
      prompt_tokens: 1,
      completion_tokens: 0,
      total_tokens: 1,
      prompt_tokens_details: { cached_tokens: 10 },
    }
    expect(costOf(more, price)).toBeCloseTo(3e-6, 15)
  })

  it('is the sum of its parts, never below nothing, and grows with every token', () => {
    const counts = fc.record({
      plain: fc.nat(1e6),
      read: fc.nat(1e6),
      write5m: fc.nat(1e6),
      write1h: fc.nat(1e6),
      out: fc.nat(1e6),
    })
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const both = {
          plain: a.plain + b.plain,
          read: a.read + b.read,
          write5m: a.write5m + b.write5m,
          write1h: a.write1h + b.write1h,
          out: a.out + b.out,
        }
        const [one, other, sum] = [a, b, both].map(tokens => costOf(usageOf(tokens), price) ?? -1)
        expect(sum).toBeCloseTo((one ?? 0) + (other ?? 0), 9)
        expect(one).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('formatUsd', () => {
  it.each([
    [0, '0'],
    [0.0495, '0.0495'],
    [12.3456789, '12.3457'],
    [0.000001234567, '0.00000123457'],
    [1.5e-9, '0.0000000015'],
    [1234567.8, '1234570'],
  ])('%d is %s', (usd, text) => {
    expect(formatUsd(usd)).toBe(text)
  })

  it('tells the number that six digits make of any, and no zeros behind it', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-60, max: 1e20, noNaN: true }), usd => {
        expect(Number(formatUsd(usd))).toBe(Number(usd.toPrecision(6)))
        expect(formatUsd(usd)).toMatch(/^\d+(\.\d*[1-9])?$/)
      }),
    )
  })
})
