import { describe, expect, it } from 'vitest'
import type { FrameBatch, Result } from '../../src/contract.ts'
import { GatewayError } from '../../src/errors.ts'
import { StreamClock, type TimedStream } from '../../src/resilience/stream-clock.ts'
import { type StreamTimeouts, timeouts } from '../../src/resilience/timeouts.ts'
import { batchOfChunks } from '../../src/stream/sse.ts'
import { manualClock, scriptedProvider } from '../../src/testing/index.ts'
import { timeoutTable } from '../../src/timeouts.ts'
import { chatCall, rejection } from '../support/calls.ts'
import { textOf } from '../support/chunks.ts'

const never = new Promise<never>(() => {})

/** Real times, short ones: nothing here depends on how much longer they take. */
function timed(
  script: Parameters<typeof scriptedProvider>[1],
  times: StreamTimeouts = { firstFrameMs: 20, idleMs: 20 },
) {
  const provider = scriptedProvider('us', script!)
  const layer = timeouts(() => times)
  const ask = (call = chatCall({ stream: true })): Promise<Result<'chat'>> => layer(call, provider.handlers.chat!)
  return { provider, ask, layer }
}

const read = async (result: Promise<Result<'chat'>>): Promise<string> => {
  const answer = await result
  if (answer.kind !== 'stream') throw new Error('is no stream')
  return textOf(answer.batches)
}

describe('the time-outs of a stream', () => {
  it('give up an upstream that sends no content, and close it', async () => {
    const { provider, ask } = timed([never])
    expect(await rejection(read(ask()))).toMatchObject({ code: 'timeout_first_frame', status: 504, retryable: true })
    expect(provider.closed).toBe(1)
    expect(await provider.outcomes[0]).toMatchObject({ status: 'failed', error: { code: 'timeout_first_frame' } })
  })

  it('give up an upstream that sends no head, also where its provider does not mind', async () => {
    const { layer } = timed([])
    const signals: AbortSignal[] = []
    const asked = layer(chatCall({ stream: true }), call => {
      signals.push(call.signal)
      return never
    })
    expect(await rejection(asked)).toMatchObject({ code: 'timeout_first_frame' })
    expect(signals[0]!.aborted).toBe(true)
  })

  it('give up an upstream that falls silent, and end its stream with that', async () => {
    const { provider, ask } = timed(['some', never])
    expect(await rejection(read(ask()))).toMatchObject({ code: 'timeout_idle' })
    expect(provider.closed).toBe(1)
    expect(await provider.outcomes[0]).toMatchObject({ status: 'failed', error: { code: 'timeout_idle' } })
  })

  it('end a stream that does not mind its signal', async () => {
    const { layer } = timed([])
    let returned = 0
    const deaf: AsyncIterator<FrameBatch> = {
      next: () => never,
      return: () => {
        returned += 1
        return Promise.resolve({ done: true, value: undefined })
      },
    }
    const result = layer(chatCall({ stream: true }), () =>
      Promise.resolve({ kind: 'stream', batches: { [Symbol.asyncIterator]: () => deaf }, settled: never }),
    )
    expect(await rejection(read(result))).toMatchObject({ code: 'timeout_first_frame' })
    expect(returned).toBe(1)
  })

  it('end a stream that throws when it is closed: nobody stands above the clock to catch it', async () => {
    const { layer } = timed([])
    const broken: AsyncIterator<FrameBatch> = {
      next: () => never,
      return() {
        throw new Error('broken')
      },
    }
    const result = layer(chatCall({ stream: true }), () =>
      Promise.resolve({ kind: 'stream', batches: { [Symbol.asyncIterator]: () => broken }, settled: never }),
    )
    expect(await rejection(read(result))).toMatchObject({ code: 'timeout_first_frame' })
  })

  it('leave alone what is in time, and what is no stream', async () => {
    const { ask, layer, provider } = timed(['in ', 'time'], { firstFrameMs: 60_000, idleMs: 60_000 })
    expect(await read(ask())).toBe('in time')
    const call = chatCall()
    let seen: unknown
    await layer(call, inner => {
      seen = inner
      return provider.handlers.chat!(inner)
    })
    expect(seen).toBe(call)
  })

  it('give up a whole answer that is not there in time, where one is told for it; streams have their own', async () => {
    const { layer, provider } = timed(['in time'], { firstFrameMs: 60_000, idleMs: 60_000, answerMs: 20 })
    const signals: AbortSignal[] = []
    const hanging = layer(chatCall(), call => {
      signals.push(call.signal)
      return never
    })
    const message = expect.stringContaining('no answer within 20 ms; raise `timeouts.answerMs`')
    expect(await rejection(hanging)).toMatchObject({ code: 'timeout_first_frame', message })
    expect(signals[0]!.aborted).toBe(true)
    expect(await layer(chatCall(), provider.handlers.chat!)).toMatchObject({ kind: 'completion' })
    const slow = layer(chatCall({ stream: true }), async call => {
      await new Promise(resolve => setTimeout(resolve, 60))
      return provider.handlers.chat!(call)
    })
    expect(await read(slow)).toBe('in time')
  })

  it('follow the call: who leaves closes the upstream', async () => {
    const caller = new AbortController()
    const { ask, provider } = timed(['some', never], { firstFrameMs: 60_000, idleMs: 60_000 })
    const reading = rejection(read(ask(chatCall({ stream: true }, { signal: caller.signal }))))
    await new Promise(resolve => setImmediate(resolve))
    caller.abort()
    expect(await reading).toMatchObject({ code: 'cancelled' })
    expect(await provider.outcomes[0]).toMatchObject({ status: 'cancelled' })
  })

  it('close a stream whose reader leaves', async () => {
    const { ask, provider } = timed(['some', never], { firstFrameMs: 60_000, idleMs: 60_000 })
    const result = await ask()
    if (result.kind !== 'stream') throw new Error('is no stream')
    const batches = result.batches[Symbol.asyncIterator]()
    await batches.next()
    await batches.return?.()
    expect(provider.closed).toBe(1)
    expect(await batches.next()).toMatchObject({ done: true })
  })
})

describe('the clock of streams', () => {
  function rig() {
    const clock = manualClock(1_000_000)
    const streams = new StreamClock(clock.now)
    const errors: GatewayError[] = []
    const stream: TimedStream = {
      place: 0,
      hasContent: false,
      isReading: true,
      reads: 1,
      readsSeen: 0,
      sinceMs: 0,
      firstFrameMs: 10_000,
      idleMs: 5_000,
      giveUp(error) {
        errors.push(error)
        streams.remove(stream)
      },
    }
    streams.add(stream)
    /** As its timer does. */
    const pass = (seconds: number): void => {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1_000)
        streams.sweep()
      }
    }
    return { streams, stream, errors, pass, clock }
  }

  it('never gives a stream up before its time', () => {
    const { pass, errors, streams } = rig()
    pass(9)
    expect(errors).toEqual([])
    pass(1)
    expect(errors).toMatchObject([{ code: 'timeout_first_frame' }])
    expect(streams.size).toBe(0)
  })

  it('counts the silence of the upstream, not the time that the reader takes', () => {
    const { pass, errors, stream } = rig()
    stream.hasContent = true
    for (let read = 0; read < 10; read += 1) {
      stream.reads += 1
      pass(4)
    }
    stream.isReading = false
    pass(600)
    expect(errors).toEqual([])
    stream.isReading = true
    stream.reads += 1
    pass(5)
    expect(errors).toEqual([])
    pass(1)
    expect(errors).toMatchObject([{ code: 'timeout_idle' }])
  })

  it('blames no upstream for a process that stood still', () => {
    const { clock, streams, errors, stream, pass } = rig()
    clock.advance(60_000)
    streams.sweep()
    expect(errors).toEqual([])
    stream.hasContent = true
    pass(4)
    expect(errors).toEqual([])
  })

  it('loses no stream when another one goes', () => {
    const { streams, stream, pass, errors } = rig()
    const others = Array.from({ length: 20 }, () => ({
      ...stream,
      giveUp: (error: GatewayError) => errors.push(error),
    }))
    for (const other of others) streams.add(other)
    for (const other of others.slice(0, 15)) streams.remove(other)
    for (const other of others.slice(0, 15)) streams.remove(other)
    expect(streams.size).toBe(6)
    pass(10)
    expect(errors).toHaveLength(6)
  })
})

describe('whose times hold', () => {
  const table = timeoutTable(
    { idleMs: 1, totalMs: 2, answerMs: 3 },
    { slow: { timeouts: { totalMs: 9_000 } }, fast: ['us/nova'] },
  )
  const call = (model: string, context = {}) => {
    const made = chatCall({ model }, { deadlineMs: undefined, ...context })
    made.context.route = model
    return made
  }

  it.each([
    ['fast', {}, 2],
    ['slow', {}, 9_000],
    ['slow', { origin: 'door', deadlineMs: 5 }, 5],
    ['slow', { origin: 'door', deadlineMs: 10_000 }, 9_000],
    ['fast', { origin: 'process', deadlineMs: 10_000 }, 10_000],
  ] as const)('of a call of %s by %o: %i ms', (model, context, deadlineMs) => {
    expect(table.deadlineMsOf(call(model, context))).toBe(deadlineMs)
  })

  it('the route’s, member by member', () => {
    expect(table.streamTimeoutsOf(call('slow'))).toMatchObject({ idleMs: 1, answerMs: 3 })
    expect(timeoutTable().deadlineMsOf(call('x'))).toBe(600_000)
  })
})

it('a batch that does not parse is its reader’s to complain of', async () => {
  const { layer } = timed([])
  const bad = batchOfChunks([])
  const broken = {
    ...bad,
    get hasContent(): boolean {
      throw new GatewayError('upstream_bad_response', 'x')
    },
  }
  const batches = {
    async *[Symbol.asyncIterator]() {
      yield broken
    },
  }
  const result = layer(chatCall({ stream: true }), () => Promise.resolve({ kind: 'stream', batches, settled: never }))
  expect(await rejection(read(result))).toMatchObject({ code: 'upstream_bad_response' })
})
