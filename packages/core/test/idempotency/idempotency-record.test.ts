import { describe, expect, it } from 'vitest'
import { type IdempotencyRecord, packRecord, unpackRecord } from '../../src/idempotency/idempotency-record.ts'
import { batchOfChunks } from '../../src/stream/sse.ts'

const chunk = (content: string) => ({
  id: 'c',
  object: 'chat.completion.chunk' as const,
  created: 0,
  model: 'm',
  choices: [{ index: 0, delta: { content }, finish_reason: null }],
})

const answered: IdempotencyRecord = {
  fingerprint: 'f',
  state: 'answered',
  answerer: { route: 'fast', target: { provider: 'us', model: 'm' }, droppedParams: [] },
  facts: { finishReason: 'stop' },
  answer: { kind: 'stream', batches: [batchOfChunks([chunk('Hello')]), batchOfChunks([chunk(' you.')])] },
}

describe('what stands under a key', () => {
  it('comes back as it was, a stream byte by byte', () => {
    const read = unpackRecord(packRecord(answered))
    expect(read).toMatchObject({ fingerprint: 'f', state: 'answered', facts: { finishReason: 'stop' } })
    const answer = read?.state === 'answered' ? read.answer : undefined
    expect(answer?.kind === 'stream' && answer.batches.flatMap(({ frames }) => frames)).toEqual([
      chunk('Hello'),
      chunk(' you.'),
    ])
  })

  it('is nothing once any of it is gone: a part of an answer must not pass for all of it', () => {
    const bytes = packRecord(answered)
    for (let length = 0; length < bytes.length; length += 1) {
      expect(unpackRecord(bytes.subarray(0, length))).toBeUndefined()
    }
  })

  it.each(['null\n', '1\n', '"text"\n', '{}\n', '{"version":2}\n', '[]\n'])('is nothing where it says %j', text => {
    expect(unpackRecord(Buffer.from(text))).toBeUndefined()
  })
})
