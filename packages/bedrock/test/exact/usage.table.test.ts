import type { Usage } from '@modelgate/core'
import type { AnswerUsage } from '../../src/wire/converse-answer-wire.ts'
import { answer } from './answer-blocks.ts'
import { type AnswerRow, answerRows } from './answer-row.ts'

function row(it: string, reported: object | null | undefined, usage: Usage | 'none'): AnswerRow {
  const of = reported === undefined ? {} : { usage: reported as AnswerUsage | null }
  return { it, answer: answer([{ text: 'a' }], of), usage }
}

const sum = (
  prompt_tokens: number,
  completion_tokens: number,
  prompt_tokens_details?: Usage['prompt_tokens_details'],
) => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
  ...(prompt_tokens_details && { prompt_tokens_details }),
})
const cache = (cached_tokens: number, cache_write_tokens: number) => ({ cached_tokens, cache_write_tokens })
const lives = (fiveMinutes: number, oneHour: number) => ({
  cache_creation_token_details: { ephemeral_5m_input_tokens: fiveMinutes, ephemeral_1h_input_tokens: oneHour },
})

answerRows('usage', [
  row('is the sum of what went in and came out', { inputTokens: 3, outputTokens: 2, totalTokens: 5 }, sum(3, 2)),
  row(
    'holds what was written to the cache, as recorded',
    { inputTokens: 2, cacheReadInputTokens: 0, cacheWriteInputTokens: 1322, outputTokens: 5, totalTokens: 1329 },
    sum(1324, 5, cache(0, 1322)),
  ),
  row(
    'holds what was read from the cache, as recorded',
    { inputTokens: 2, cacheReadInputTokens: 1322, cacheWriteInputTokens: 0, outputTokens: 5, totalTokens: 1329 },
    sum(1324, 5, cache(1322, 0)),
  ),
  row(
    'of a long prefix, as recorded',
    { inputTokens: 433, cacheReadInputTokens: 2752, outputTokens: 16, totalTokens: 3201 },
    sum(3185, 16, { cached_tokens: 2752 }),
  ),
  row(
    'counts what the wire names twice once',
    {
      inputTokens: 2,
      cacheReadInputTokens: 7,
      cacheReadInputTokenCount: 7,
      cacheWriteInputTokens: 4,
      cacheWriteInputTokenCount: 4,
      outputTokens: 1,
      totalTokens: 14,
      serverToolUsage: {},
    },
    sum(13, 1, cache(7, 4)),
  ),
  row(
    'splits what was written by its life',
    {
      inputTokens: 2,
      cacheWriteInputTokens: 30,
      cacheDetails: [
        { ttl: '5m', inputTokens: 10 },
        { ttl: '1h', inputTokens: 20 },
      ],
      outputTokens: 1,
    },
    sum(32, 1, { cache_write_tokens: 30, ...lives(10, 20) }),
  ),
  row(
    'takes the split for the sum where that is missing',
    { inputTokens: 2, cacheDetails: [{ ttl: '1h', inputTokens: 20 }], outputTokens: 1 },
    sum(22, 1, { cache_write_tokens: 20, ...lives(0, 20) }),
  ),
  row(
    'with an empty split has none',
    { inputTokens: 2, cacheWriteInputTokens: 0, cacheDetails: [], outputTokens: 1 },
    sum(2, 1, { cache_write_tokens: 0 }),
  ),
  row('does not take null for a figure', { inputTokens: 3, outputTokens: 2, cacheReadInputTokens: null }, sum(3, 2)),
  row('with null details has none', { inputTokens: 3, outputTokens: 2, cacheDetails: null }, sum(3, 2)),
  row('without a total has one', { inputTokens: 3, outputTokens: 2 }, sum(3, 2)),
  row('adds up although the total does not', { inputTokens: 3, outputTokens: 2, totalTokens: 99 }, sum(3, 2)),
  row('of nothing but output', { inputTokens: null, outputTokens: 2 }, sum(0, 2)),
  row('of nothing but input, as of a filtered answer', { inputTokens: 5 }, sum(5, 0)),
  row('may be all zero', { inputTokens: 0, outputTokens: 0, totalTokens: 0 }, sum(0, 0)),
  row('that is missing is not told', undefined, 'none'),
  row('that is null is not told', null, 'none'),
  row('without a figure is not told', {}, 'none'),
  row('of nulls is not told', { inputTokens: null, outputTokens: null, totalTokens: null }, 'none'),
])
