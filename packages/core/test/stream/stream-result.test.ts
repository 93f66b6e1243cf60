import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { CallController } from '../../src/call-controller.ts'
import type { FrameBatch, Outcome } from '../../src/contract.ts'
import { abortError, GatewayError } from '../../src/errors.ts'
import { Pullable, type Receiver } from '../../src/stream/pull.ts'
import { batchOfBytes } from '../../src/stream/sse.ts'
import { type StreamFacts, streamResult } from '../../src/stream/stream-result.ts'
import { rejection, turns } from '../support/calls.ts'
import { finish, role, text } from '../support/chunks.ts'
import { handSource } from '../support/hand-source.ts'

const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }

/** A source that is told of an abort itself. */
class Transported extends Pullable<FrameBatch> {
  receiver: Receiver<FrameBatch> | undefined

  protected override pull(receiver: Receiver<FrameBatch>): void {
    this.receiver = receiver
  }
}

/** A stream result over a source driven by hand. */
function stream({ signal, deaf }: { readonly signal?: AbortSignal; readonly deaf?: boolean } = {}) {
  const source = handSource({ deaf: deaf ?? false })
  const caller = new AbortController()
  const facts: StreamFacts = { terminal: false }
  const result = streamResult({ batches: source, facts, signal: signal ?? caller.signal, startedAt: performance.now() })
  if (result.kind !== 'stream') throw new Error('is no stream')
  const iterator = result.batches[Symbol.asyncIterator]()
  const outcomes: Outcome[] = []
  void result.settled.then(outcome => outcomes.push(outcome))
  return { source, caller, facts, iterator, outcomes, settled: result.settled, batches: result.batches }
}

/** One whose terminal event has come, under a clock that only the test moves. */
async function finished(options: Parameters<typeof stream>[0] = {}) {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const made = stream(options)
  made.source.give(finish)
  await made.iterator.next()
  made.facts.terminal = true
  return made
}

describe('a stream that is read to its end', () => {
  it('is completed after the terminal event, with what the adapter learned', async () => {
    const { source, facts, iterator, settled } = stream()
    source.give(role)
    source.give(text('a'))
    source.give(finish)
    source.end()
    expect((await iterator.next()).value).toBe(role)
    expect((await iterator.next()).done).toBe(false)
    await iterator.next()
    Object.assign(facts, { terminal: true, usage, finishReason: 'stop', responseModel: 'nova' })
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
    expect(await settled).toMatchObject({
      status: 'completed',
      usage,
      usageSource: 'reported',
      finishReason: 'stop',
      responseModel: 'nova',
    })
    expect(source.closed).toBe(0)
  })

  it('answers reads that were asked for together one after another, and all of them at its end', async () => {
    const { source, facts, iterator } = stream()
    facts.terminal = true
    const reads = [1, 2, 3, 4].map(() => iterator.next())
    source.give(role)
    source.end()
    expect((await Promise.all(reads)).map(({ done }) => done ?? false)).toEqual([false, true, true, true])
  })

  it('is done for good: reading on gives the end, and leaving changes nothing', async () => {
    const { source, facts, iterator, outcomes } = stream()
    facts.terminal = true
    source.end()
    await iterator.next()
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined })
    expect(outcomes).toMatchObject([{ status: 'completed' }])
    expect(source.closed).toBe(0)
  })

  it.each([
    [
      'its connection breaks',
      (made: ReturnType<typeof stream>) => made.source.fail(new GatewayError('stream_interrupted', 'x')),
    ],
    ['its reader leaves', (made: ReturnType<typeof stream>) => void made.iterator.return?.()],
    [
      'its clock runs out',
      (made: ReturnType<typeof stream>) => made.caller.abort(new GatewayError('timeout_total', 'x')),
    ],
  ])('is whole after the terminal event, whatever comes then: %s', async (_, strike) => {
    const made = stream()
    made.source.give(finish)
    await made.iterator.next()
    Object.assign(made.facts, { terminal: true, usage })
    const reading = made.iterator.next()
    strike(made)
    expect(await reading).toEqual({ done: true, value: undefined })
    expect(await made.settled).toMatchObject({ status: 'completed', usage })
    expect(made.source.closed).toBe(1)
  })

  it.each(['cancelled', 'timeout_idle', 'timeout_total'] as const)(
    'is whole after the terminal event, where its transport hears of %s before it does',
    async code => {
      const caller = new CallController()
      const { signal } = caller
      const batches = new Transported()
      caller.listen({ handleEvent: () => batches.receiver?.refuse(abortError(signal)) })
      const facts: StreamFacts = { terminal: true, usage }
      const result = streamResult({ batches, facts, signal, startedAt: performance.now() })
      const reading = result.batches[Symbol.asyncIterator]().next()
      caller.abort(new GatewayError(code, 'x'))
      expect(await reading).toEqual({ done: true, value: undefined })
      expect(await result.settled).toMatchObject({ status: 'completed', usage })
    },
  )

  it('is whole where the upstream stays silent after the terminal event: usage has had its time', async () => {
    const { source, iterator, settled } = await finished()
    const reading = iterator.next()
    await vi.advanceTimersByTimeAsync(5_990)
    expect(source.closed).toBe(0)
    await vi.advanceTimersByTimeAsync(20)
    expect(await reading).toEqual({ done: true, value: undefined })
    expect(await settled).toMatchObject({ status: 'completed' })
    expect(source.closed).toBe(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is whole where the upstream gives signs of life for ever after the terminal event', async () => {
    const { source, iterator, settled } = await finished()
    let reads = 0
    for (;;) {
      const reading = iterator.next()
      setTimeout(() => source.give(finish), 900)
      await vi.advanceTimersByTimeAsync(900)
      await vi.advanceTimersByTimeAsync(100)
      if ((await reading).done) break
      reads += 1
    }
    // Of each second the reader itself takes a tenth, which does not count.
    expect(reads).toBe(6)
    expect(await settled).toMatchObject({ status: 'completed' })
    expect(source.closed).toBe(1)
  })

  it('leaves no timer behind where the call is given up after the terminal event', async () => {
    const made = await finished({ deaf: true })
    const reading = made.iterator.next()
    expect(vi.getTimerCount()).toBe(1)
    made.caller.abort(new GatewayError('cancelled', 'left'))
    await reading
    expect(vi.getTimerCount()).toBe(0)
  })

  it('has failed where the upstream says so, even after the terminal event', async () => {
    const { source, facts, iterator, settled } = stream()
    source.give(finish)
    await iterator.next()
    facts.terminal = true
    source.fail(new GatewayError('upstream_unavailable', 'it was all wrong'))
    expect(await rejection(iterator.next())).toMatchObject({ code: 'upstream_unavailable' })
    expect(await settled).toMatchObject({ status: 'failed' })
  })

  it('has failed where its reader says that it cannot be read', async () => {
    const { source, iterator, settled } = stream()
    source.give(text('a'))
    await iterator.next()
    const fault = new GatewayError('upstream_bad_response', 'not JSON')
    expect(await rejection(iterator.throw!(fault))).toBe(fault)
    expect(await settled).toMatchObject({ status: 'failed', error: fault })
    expect(source.closed).toBe(1)
  })

  it('takes the time of its first content, not of its role chunk', async () => {
    const { source, facts, iterator, settled } = stream()
    source.give(role)
    facts.terminal = true
    await iterator.next()
    source.end()
    await iterator.next()
    expect((await settled).firstFrameMs).toBeUndefined()

    const other = stream()
    other.source.give(text('a'))
    other.facts.terminal = true
    other.source.end()
    await other.iterator.next()
    await other.iterator.next()
    expect((await other.settled).firstFrameMs).toBeGreaterThanOrEqual(0)
  })

  it('that ends without its terminal event was cut: a clean end of the socket is never success', async () => {
    const { source, iterator, settled } = stream()
    source.give(text('a'))
    source.end()
    await iterator.next()
    const error = await rejection(iterator.next())
    expect(error).toMatchObject({ code: 'stream_interrupted', retryable: true })
    expect(await settled).toMatchObject({ status: 'failed', error, usageSource: 'estimated' })
  })

  it('that was sent to its end and is none fails with the reason for that, and its usage', async () => {
    const { source, facts, iterator, settled } = stream()
    const fault = new GatewayError('upstream_bad_response', 'Nothing in it.')
    Object.assign(facts, { fault, usage })
    source.end()
    expect(await rejection(iterator.next())).toBe(fault)
    expect(await settled).toMatchObject({ status: 'failed', error: fault, usage })
  })

  it('that throws is failed with that error, and its source is closed', async () => {
    const { source, iterator, settled } = stream()
    const fault = new GatewayError('upstream_unavailable', 'Gone.')
    source.fail(fault)
    expect(await rejection(iterator.next())).toBe(fault)
    expect(await settled).toMatchObject({ status: 'failed', error: fault })
    expect(source.closed).toBe(1)
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })

  it('settles as failed, and closes its source, when a batch cannot be parsed', async () => {
    const { source, iterator, outcomes } = stream()
    source.give(batchOfBytes(new TextEncoder().encode('data: {broken\n\n')))
    expect(await rejection(iterator.next())).toBeInstanceOf(SyntaxError)
    expect(outcomes).toMatchObject([{ status: 'failed', error: { code: 'internal' } }])
    expect(source.closed).toBe(1)
  })
})

describe('a reader who leaves', () => {
  it('before the start cancels, and closes the source that was never read', async () => {
    const { source, iterator, outcomes } = stream()
    await iterator.return?.()
    expect(source.closed).toBe(1)
    expect(outcomes).toMatchObject([{ status: 'cancelled', error: { code: 'cancelled' } }])
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })

  it('by breaking out of a loop cancels, keeping what was learned so far', async () => {
    const { source, facts, batches, settled } = stream()
    source.give(text('a'))
    source.give(text('b'))
    facts.usage = usage
    for await (const batch of batches) {
      expect(batch.frames[0]?.choices[0]?.delta.content).toBe('a')
      break
    }
    expect(await settled).toMatchObject({ status: 'cancelled', usage })
    expect(source.closed).toBe(1)
  })

  it('may leave twice', async () => {
    const { source, iterator, outcomes } = stream()
    await iterator.return?.()
    await iterator.return?.()
    expect(source.closed).toBe(1)
    expect(outcomes).toHaveLength(1)
  })

  it('is not told that closing the source failed', async () => {
    const { source, iterator, settled } = stream()
    source.return = () => Promise.reject(new Error('already gone'))
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined })
    expect((await settled).status).toBe('cancelled')
  })
})

describe('a signal that aborts', () => {
  it('before the stream was made settles at once, and closes the source', async () => {
    const { source, iterator, settled } = stream({ signal: AbortSignal.abort() })
    expect((await settled).status).toBe('cancelled')
    expect(source.closed).toBe(1)
    expect(await rejection(iterator.next())).toMatchObject({ code: 'cancelled' })
  })

  it('between two reads settles at once, and the next read throws the reason', async () => {
    const { source, caller, iterator, settled } = stream()
    source.give(text('a'))
    await iterator.next()
    const reason = new GatewayError('timeout_total', 'Too late.')
    caller.abort(reason)
    expect(await settled).toMatchObject({ status: 'failed', error: reason })
    expect(source.closed).toBe(1)
    expect(await rejection(iterator.next())).toBe(reason)
  })

  it.each([false, true])(
    'while a read waits ends that read, whether or not the source notices (deaf: %s)',
    async deaf => {
      const { source, caller, iterator, settled } = stream({ deaf })
      const reading = rejection(iterator.next())
      caller.abort()
      expect(await reading).toMatchObject({ code: 'cancelled' })
      expect((await settled).status).toBe('cancelled')
      expect(source.closed).toBe(1)
    },
  )

  it('after the end changes nothing', async () => {
    const { source, caller, facts, iterator, outcomes } = stream()
    facts.terminal = true
    source.end()
    await iterator.next()
    caller.abort()
    await turns(1)
    expect(outcomes).toMatchObject([{ status: 'completed' }])
    expect(source.closed).toBe(0)
  })

  it('is what the stream failed of, whatever the source threw because of it', async () => {
    const { source, caller, iterator } = stream()
    const reading = rejection(iterator.next())
    source.fail(new Error('socket hang up'))
    caller.abort()
    expect(await reading).toMatchObject({ code: 'cancelled' })
  })
})

type Step = 'read' | 'leave' | 'abort' | 'give' | 'terminal' | 'end' | 'fail' | 'turn'
const steps: Step[] = ['read', 'read', 'give', 'give', 'leave', 'abort', 'terminal', 'end', 'fail', 'turn', 'turn']

describe('any interleaving of reading, leaving, aborting and the source', () => {
  it('settles exactly once, closes the source at most once, and gives nothing after the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...steps), { maxLength: 20 }), fc.boolean(), async (order, deaf) => {
        const { source, caller, facts, iterator, outcomes } = stream({ deaf })
        const given: FrameBatch[] = []
        const read: FrameBatch[] = []
        const reads: Promise<unknown>[] = []
        let afterEnd = 0
        for (const step of order) {
          if (step === 'read') {
            // Readers of streams read one batch at a time.
            await Promise.race([Promise.allSettled(reads), turns(1)])
            const late = outcomes.length > 0
            reads.push(
              iterator.next().then(
                ({ done, value }) => {
                  if (!done && late) afterEnd += 1
                  if (!done) read.push(value)
                },
                () => {},
              ),
            )
          } else if (step === 'leave') void iterator.return?.()
          else if (step === 'abort') caller.abort()
          else if (step === 'terminal') facts.terminal = true
          else if (step === 'end') source.end()
          else if (step === 'fail') source.fail(new Error('x'))
          else if (step === 'give') {
            given.push(text(String(given.length)))
            source.give(given.at(-1)!)
          } else await turns(1)
        }
        await iterator.return?.()
        await turns(1)
        expect(outcomes).toHaveLength(1)
        expect(afterEnd).toBe(0)
        expect(read).toEqual(given.slice(0, read.length))
        expect(source.closed).toBeLessThanOrEqual(1)
        if (outcomes[0]!.status === 'completed') expect(facts.terminal).toBe(true)
        else expect(source.closed === 1 || outcomes[0]!.error).toBeTruthy()
        if (outcomes[0]!.status === 'cancelled') expect(source.closed).toBe(1)
      }),
      { numRuns: 300 },
    )
  })
})
