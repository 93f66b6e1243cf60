import { describe, expect, it } from 'vitest'
import type { Call, FrameBatch, Result } from '../../src/contract.ts'
import { GatewayError } from '../../src/errors.ts'
import { completedOutcome, knownOutcome, settledAs } from '../../src/outcome.ts'
import { Pullable, type Receiver } from '../../src/stream/pull.ts'
import { type SharedEnd, SharedResult } from '../../src/stream/shared-result.ts'
import { testCall } from '../../src/testing/test-call.ts'
import { ManualUpstream, saying, turn } from './manual-upstream.ts'
import { SharedReader } from './shared-reader.ts'

const left = new GatewayError('cancelled', 'The client left.')

function shareStream(options: ConstructorParameters<typeof SharedResult>[0] = {}) {
  const ends: SharedEnd[] = []
  const shared = new SharedResult<'chat'>({ ...options, onEnd: end => ends.push(end) })
  const upstream = new ManualUpstream()
  const leader = new SharedReader(call => shared.lead(call, upstream.chat))
  const join = (): SharedReader => new SharedReader(call => shared.join(call))
  return { shared, upstream, leader, join, ends }
}

describe('a shared stream', () => {
  it('is read as its fastest reader asks, and never for nobody', async () => {
    const { upstream, leader } = shareStream()
    upstream.begin()
    upstream.say('a')
    await turn()
    expect(upstream.reads).toBe(0)
    leader.read()
    await turn()
    expect([upstream.reads, leader.text.includes('"a"')]).toEqual([1, true])
  })

  it('that runs on is read by itself', async () => {
    const { upstream, leader, ends } = shareStream({ runsOn: true })
    upstream.begin()
    upstream.say('a')
    upstream.finish()
    leader.leave()
    await turn()
    await turn()
    expect(ends).toMatchObject([{ outcome: { status: 'completed' }, answer: { kind: 'stream' }, hasBegun: true }])
    expect(leader.call.context.goesOn).toBeDefined()
  })

  it('longer than it may be waits for the slowest reader, and can be joined no more', async () => {
    const { shared, upstream, leader, join } = shareStream({ maxBytes: 1 })
    const slow = join()
    upstream.begin()
    await turn()
    upstream.say('a')
    upstream.say('b')
    leader.read()
    await turn()
    leader.read()
    await turn()
    expect([upstream.reads, shared.canBeJoined]).toEqual([1, false])
    slow.read()
    await turn()
    expect(upstream.reads).toBe(2)
    await slow.breakOff()
    upstream.finish()
    leader.read()
    await turn()
    leader.read()
    await turn()
    expect(leader.ends).toBe(1)
  })

  it('too long to be kept is given up once nobody reads it, though it was to run on', async () => {
    const { upstream, leader, ends } = shareStream({ runsOn: true, maxBytes: 1 })
    upstream.begin()
    await turn()
    leader.leave()
    upstream.say('a')
    await turn()
    expect(upstream.signal?.aborted).toBe(true)
    expect(ends).toMatchObject([{ outcome: { status: 'cancelled' }, answer: undefined }])
  })

  it('ends for everybody at once when it is told to', async () => {
    const { shared, upstream, leader, join } = shareStream({ runsOn: true })
    const other = join()
    upstream.begin()
    await turn()
    leader.read()
    other.read()
    const late = new GatewayError('timeout_total', 'It took too long.')
    shared.abort(late)
    await turn()
    expect([leader.errors, other.errors]).toEqual([[late], [late]])
    expect(upstream.closed).toBe(1)
  })

  it('of an upstream that does not mind its signal ends all the same', async () => {
    const shared = new SharedResult<'chat'>()
    const leader = new SharedReader(call => shared.lead(call, () => new Promise(() => {})))
    leader.leave()
    await turn()
    await turn()
    expect(leader.errors).toEqual([left])
    await expect(shared.settled).resolves.toMatchObject({ status: 'cancelled' })
  })

  it('is not begun by who has left already', async () => {
    const shared = new SharedResult<'chat'>()
    const upstream = new ManualUpstream()
    const leader = new SharedReader(call => {
      const { controller } = call.context
      controller?.abort(left)
      return shared.lead(call, upstream.chat)
    })
    await turn()
    expect([upstream.asked, leader.errors, shared.canBeJoined]).toEqual([0, [left], false])
  })

  it('takes thousands of frames that are there at once', async () => {
    const { upstream, leader } = shareStream({ runsOn: true, maxBytes: 100_000_000 })
    upstream.begin()
    for (let frames = 0; frames < 20_000; frames += 1) upstream.say('x')
    upstream.finish()
    await turn()
    while (!leader.isOver) {
      leader.read()
      await Promise.resolve()
    }
    expect([leader.ends, leader.errors]).toEqual([1, []])
  })
})

describe('a shared answer that is whole', () => {
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }

  async function answer(call: Call<'embeddings'>): Promise<Result<'embeddings'>> {
    const settled = settledAs({ ...completedOutcome({ usage, responseModel: call.request.model }), costUsd: 0.5 })
    const data = [{ object: 'embedding' as const, index: 0, embedding: [1] }]
    const value = { object: 'list' as const, model: 'm', data, usage: { prompt_tokens: 3, total_tokens: 3 } }
    return { kind: 'embeddings', embeddings: { value }, settled }
  }

  it('is the same for all, and is paid for once', async () => {
    const shared = new SharedResult<'embeddings'>()
    const call = (): Call<'embeddings'> => testCall('embeddings', { model: 'm', input: 'hi' })
    const [led, joined] = [shared.lead(call(), answer), shared.join(call())]
    const [first, second] = await Promise.all([led, joined])
    const third = await shared.join(call())
    const values = [first, second, third].map(({ embeddings }) => embeddings.value)
    for (const value of values) expect(value).toEqual(values[0])
    expect(knownOutcome(first)).toMatchObject({ costUsd: 0.5, usage })
    expect(knownOutcome(second)).toMatchObject({
      status: 'completed',
      costUsd: 0,
      usage: undefined,
      responseModel: 'm',
    })
  })

  it('is not changed by what another makes of it, as one who normalises a vector in its place', async () => {
    const shared = new SharedResult<'embeddings'>()
    const call = (): Call<'embeddings'> => testCall('embeddings', { model: 'm', input: 'hi' })
    const answers = await Promise.all([shared.lead(call(), answer), shared.join(call()), shared.join(call())])
    answers.push(await shared.join(call()))
    for (const { embeddings } of answers) {
      const { embedding } = embeddings.value.data[0]!
      expect(embedding).toEqual([1])
      Object.assign(embedding, [2])
    }
  })

  it('fails for all of one error', async () => {
    const shared = new SharedResult<'embeddings'>()
    const call = (): Call<'embeddings'> => testCall('embeddings', { model: 'm', input: 'hi' })
    const failure = new GatewayError('upstream_unavailable', 'It is down.')
    const led = shared.lead(call(), () => {
      throw failure
    })
    const joined = shared.join(call())
    await expect(led).rejects.toBe(failure)
    await expect(joined).rejects.toBe(failure)
    expect(shared.canBeJoined).toBe(false)
  })
})

it('a stream that is there at once, and longer than may be kept, is missed by nobody who came before it', async () => {
  const shared = new SharedResult<'chat'>({ runsOn: true, maxBytes: 1 })
  const readers = [
    new SharedReader(call => shared.lead(call, atOnce)),
    new SharedReader(call => shared.join(call)),
    new SharedReader(call => shared.join(call)),
  ]
  for (let reads = 0; reads < 8; reads += 1) {
    await turn()
    for (const reader of readers) reader.read()
  }
  await turn()
  expect(readers.map(({ text, ends }) => [text.includes('"a"') && text.includes('"b"'), ends])).toEqual([
    [true, 1],
    [true, 1],
    [true, 1],
  ])
})

/** Whose reads are all answered within themselves. */
class AtOnce extends Pullable<FrameBatch> {
  private readonly steps = ['a', 'b', 'c'].map(saying)

  protected override pull(receiver: Receiver<FrameBatch>): void {
    const batch = this.steps.shift()
    receiver.receive(batch ? { done: false, value: batch } : { done: true, value: undefined })
  }
}

async function atOnce(): Promise<Result<'chat'>> {
  const source = new AtOnce()
  const settled = Promise.resolve(completedOutcome({ finishReason: 'stop' }))
  return { kind: 'stream', batches: { [Symbol.asyncIterator]: () => source }, settled }
}
