import { expect, it } from 'vitest'
import { attemptUsage } from '../../src/usage/attempt-usage.ts'

it('estimates a prompt for each of the calls that one was made of', () => {
  const outcome = {
    status: 'cancelled',
    usage: undefined,
    usageSource: 'estimated',
    completionTokensPassed: 4,
  } as const
  const used = (promptsSent?: number) =>
    attemptUsage({ outcome: { ...outcome, promptsSent }, elapsedMs: 10 }, () => ({
      promptTokens: 7,
      completion: { cap: 100, answers: 1 },
    })).usage
  expect(used(3)).toEqual({ prompt_tokens: 21, completion_tokens: 4, total_tokens: 25 })
  expect(used()).toEqual({ prompt_tokens: 7, completion_tokens: 4, total_tokens: 11 })
})
