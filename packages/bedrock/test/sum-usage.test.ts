import { describe, expect, it } from 'vitest'
import { sumUsage } from '../src/answer/sum-usage.ts'

const usage = (tokens: number, cached?: number) => ({
  prompt_tokens: tokens,
  completion_tokens: 1,
  total_tokens: tokens + 1,
  ...(cached !== undefined && { prompt_tokens_details: { cached_tokens: cached } }),
})

describe('the usage of several answers', () => {
  it('is the sum of each number, nested ones too', () => {
    expect(sumUsage([usage(5, 0), usage(6, 4), usage(7)])).toEqual({
      prompt_tokens: 18,
      completion_tokens: 3,
      total_tokens: 21,
      prompt_tokens_details: { cached_tokens: 4 },
    })
  })

  it('is unknown where one of them is', () => {
    expect(sumUsage([usage(5), undefined])).toBeUndefined()
    expect(sumUsage([])).toBeUndefined()
  })

  it('leaves what it adds as it was', () => {
    const first = Object.freeze(usage(5, 1))
    expect(sumUsage([first])).toEqual(first)
    expect(sumUsage([first])).not.toBe(first)
  })
})
