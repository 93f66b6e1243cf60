import { describe, expect, it } from 'vitest'
import type { Result } from '../../src/contract.ts'
import { knownOutcome } from '../../src/outcome.ts'
import { answerOf, bytesOfAnswer, type KeptAnswer, replay } from '../../src/stream/kept-answer.ts'
import { batchOfBytes } from '../../src/stream/sse.ts'
import { testCall } from '../../src/testing/test-call.ts'
import { saying } from './manual-upstream.ts'

const call = () => testCall('chat', { model: 'm', messages: [], stream: true })
const facts = { finishReason: 'stop', responseModel: 'm-1' }

async function textOf(result: Result<'chat'>): Promise<string> {
  if (result.kind !== 'stream') throw new TypeError('no stream')
  const parts: Uint8Array[] = []
  for await (const { bytes } of result.batches) parts.push(bytes)
  return Buffer.concat(parts).toString()
}

describe('a stream that was kept', () => {
  const news = batchOfBytes(Buffer.from(': a comment\n\ndata: {"news":1}\n\n'))
  const kept: KeptAnswer = { kind: 'stream', batches: [saying('a'), news, saying('é')] }
  const events = Buffer.concat(kept.batches.map(({ bytes }) => bytes)).toString()

  it('is given again byte by byte, at no cost', async () => {
    const result = replay(call(), answerOf('stream', bytesOfAnswer(kept)), facts)
    expect(await textOf(result)).toBe(events)
    await expect(result.settled).resolves.toMatchObject({ status: 'completed', costUsd: 0, usage: undefined, ...facts })
  })

  it('has its chunks, and nothing that is none', () => {
    const again = answerOf('stream', bytesOfAnswer(kept))
    const frames = again.kind === 'stream' ? again.batches.flatMap(batch => batch.frames) : []
    expect(frames.map(({ choices }) => choices[0]?.delta.content)).toEqual(['a', 'é'])
  })

  it('can be read by many', async () => {
    const again = answerOf('stream', bytesOfAnswer(kept))
    const texts = await Promise.all([textOf(replay(call(), again, facts)), textOf(replay(call(), again, facts))])
    expect(texts).toEqual([events, events])
  })

  it('is cancelled by a reader who leaves it', async () => {
    const result = replay(call(), kept, facts)
    if (result.kind === 'stream') await result.batches[Symbol.asyncIterator]().return?.()
    await expect(result.settled).resolves.toMatchObject({ status: 'cancelled', costUsd: 0, usageSource: 'reported' })
  })
})

describe('a whole answer that was kept', () => {
  const value = { object: 'list' as const, model: 'm', data: [], usage: { prompt_tokens: 3, total_tokens: 3 } }

  it('is given again as it came, to the byte', () => {
    const bytes = Buffer.from('{ "object":"list",\n"x": 1 }')
    const again = answerOf('embeddings', bytesOfAnswer({ kind: 'embeddings', embeddings: { value, bytes } }))
    expect(again).toMatchObject({ kind: 'embeddings', embeddings: { bytes } })
    expect(again.kind === 'embeddings' && again.embeddings.value).toEqual({ object: 'list', x: 1 })
  })

  it('that was made here is written as JSON', () => {
    const bytes = bytesOfAnswer({ kind: 'embeddings', embeddings: { value } })
    const result = replay(testCall('embeddings', { model: 'm', input: '' }), answerOf('embeddings', bytes), facts)
    expect(result.embeddings.value).toEqual(value)
    expect(knownOutcome(result)).toMatchObject({ status: 'completed', costUsd: 0, usageSource: 'reported', ...facts })
  })
})
