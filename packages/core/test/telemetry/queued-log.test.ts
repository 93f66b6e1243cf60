import { type LostRecords, type QueuedLogOptions, queuedLog, type RequestRecord } from '@modelgate/core'
import { testRecord } from '@modelgate/core/testing'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const idsOf = (records: readonly RequestRecord[]): string[] => records.map(({ requestId }) => requestId)

/** A log whose writes end as the test says, one after another. */
function handLog(options: Partial<QueuedLogOptions> = {}) {
  const writes: { readonly ids: string[]; readonly end: PromiseWithResolvers<readonly RequestRecord[]> }[] = []
  const told: LostRecords[] = []
  const log = queuedLog({
    write(records) {
      const end = Promise.withResolvers<readonly RequestRecord[]>()
      writes.push({ ids: idsOf(records), end })
      return end.promise
    },
    onLost: lost => told.push(lost),
    ...options,
  })
  const write = (...ids: readonly string[]): void => {
    for (const id of ids) log.write(testRecord(id))
  }
  return { log, writes, told, write }
}

const turn = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

describe('a queued log', () => {
  it('writes at once, and what gathers meanwhile together, one write at a time and in order', async () => {
    const { log, writes, write } = handLog()
    write('a', 'b', 'c')
    expect(writes.map(({ ids }) => ids)).toEqual([['a']])
    expect(log.pending).toBe(3)
    const flushed = log.flush()
    writes[0]?.end.resolve([])
    await turn()
    expect(writes.map(({ ids }) => ids)).toEqual([['a'], ['b', 'c']])
    writes[1]?.end.resolve([])
    await flushed
    expect(log.pending).toBe(0)
  })

  it('writes no more than maxBatch at once', async () => {
    const { writes, write } = handLog({ maxBatch: 2 })
    write('a', 'b', 'c', 'd')
    for (let at = 0; at < 3; at += 1) {
      writes[at]?.end.resolve([])
      await turn()
    }
    expect(writes.map(({ ids }) => ids)).toEqual([['a'], ['b', 'c'], ['d']])
  })

  it('lingers for more, but not once the batch is full', async () => {
    const { writes, write } = handLog({ lingerMs: 200, maxBatch: 3 })
    write('a')
    await vi.advanceTimersByTimeAsync(199)
    write('b')
    expect(writes).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(writes[0]?.ids).toEqual(['a', 'b'])
    writes[0]?.end.resolve([])
    await turn()
    write('c', 'd', 'e')
    await turn()
    expect(writes[1]?.ids).toEqual(['c', 'd', 'e'])
  })

  it('lingers no longer when it is flushed', async () => {
    const { log, writes, write } = handLog({ lingerMs: 200 })
    write('a')
    const flushed = log.flush()
    await turn()
    expect(writes[0]?.ids).toEqual(['a'])
    write('b')
    const next = log.flush()
    writes[0]?.end.resolve([])
    await flushed
    expect(writes[1]?.ids).toEqual(['b'])
    writes[1]?.end.resolve([])
    await next
  })

  it('tries a write that failed again, later and later, before what came after it', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    const { log, writes, told, write } = handLog()
    write('a')
    writes[0]?.end.reject(new Error('throttled'))
    write('b')
    await vi.advanceTimersByTimeAsync(99)
    expect(writes).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    writes[1]?.end.reject(new Error('throttled'))
    await vi.advanceTimersByTimeAsync(199)
    expect(writes).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1)
    writes[2]?.end.resolve([])
    await turn()
    expect(writes.map(({ ids }) => ids)).toEqual([['a'], ['a'], ['a'], ['b']])
    expect([log.lost, told]).toEqual([0, []])
  })

  it('tries again what a write gave back, and no more', async () => {
    const { log, writes, write } = handLog({ lingerMs: 1 })
    write('a', 'b', 'c')
    await vi.advanceTimersByTimeAsync(1)
    writes[0]?.end.resolve([testRecord('b')])
    await vi.advanceTimersByTimeAsync(100)
    expect(writes[1]?.ids).toEqual(['b'])
    expect(log.pending).toBe(1)
  })

  it('counts a batch as lost after maxTries without progress, and goes on', async () => {
    const { log, writes, told, write } = handLog({ maxTries: 2, lingerMs: 1 })
    write('a', 'b')
    await vi.advanceTimersByTimeAsync(1)
    write('c')
    // Some progress gives the rest its tries anew.
    writes[0]?.end.resolve([testRecord('b')])
    for (const at of [1, 2]) {
      await vi.advanceTimersByTimeAsync(200)
      writes[at]?.end.reject(new Error('no such table'))
    }
    await vi.advanceTimersByTimeAsync(1)
    expect(log.lost).toBe(1)
    expect(told).toEqual([{ records: 1, cause: new Error('no such table') }])
    expect(writes[3]?.ids).toEqual(['c'])
  })

  it('holds no more than maxPending records while its store hangs', () => {
    const { log, told, write } = handLog({ maxPending: 3 })
    write('a', 'b', 'c', 'd')
    expect([log.pending, log.lost]).toEqual([3, 1])
    expect(told).toEqual([{ records: 1, cause: new Error('3 records were waiting to be written') }])
  })

  it('tells of losses at most once a minute, and at the last flush', async () => {
    const { log, told, write } = handLog({ maxPending: 1 })
    write('a', 'lost 1', 'lost 2')
    await vi.advanceTimersByTimeAsync(59_999)
    write('lost 3')
    expect(told.map(({ records }) => records)).toEqual([1])
    await vi.advanceTimersByTimeAsync(1)
    write('lost 4')
    expect(told.map(({ records }) => records)).toEqual([1, 3])
    write('lost 5')
    await Promise.all([log.flush({ timeoutMs: 10 }), vi.advanceTimersByTimeAsync(10)])
    expect(told.map(({ records }) => records)).toEqual([1, 3])
    await Promise.all([log.flush({ timeoutMs: 10, final: true }), vi.advanceTimersByTimeAsync(10)])
    expect(told.map(({ records }) => records)).toEqual([1, 3, 2])
    expect(log.lost).toBe(6)
  })

  it('fails no call for a listener that throws', () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const listener = new Error('of the listener')
    const { log, write } = handLog({
      maxPending: 0,
      onLost: () => {
        throw listener
      },
    })
    write('a')
    expect(log.lost).toBe(1)
    expect(logged).toHaveBeenCalledWith('modelgate', listener.stack)
  })

  it('says on the console what it lost where nobody else listens, and nothing of what was in it', () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { write } = handLog({ maxPending: 0, onLost: undefined })
    write('a')
    expect(logged.mock.calls).toEqual([
      ['modelgate: the request log lost 1 records:', '0 records were waiting to be written'],
    ])
  })
})

describe('a flush', () => {
  it('is over at its time, with nothing lost: the next one finds it again', async () => {
    const { log, writes, told, write } = handLog()
    write('a')
    let flushed = false
    const first = log.flush({ timeoutMs: 50 }).then(() => {
      flushed = true
    })
    await vi.advanceTimersByTimeAsync(49)
    expect(flushed).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await first
    expect([log.pending, log.lost, told]).toEqual([1, 0, []])
    const second = log.flush({ timeoutMs: 50 })
    writes[0]?.end.resolve([])
    await second
    expect([log.pending, vi.getTimerCount()]).toEqual([0, 0])
  })

  it('tries at once what waits to be tried again', async () => {
    const { log, writes, write } = handLog()
    write('a')
    writes[0]?.end.reject(new Error('frozen'))
    await turn()
    const flushed = log.flush()
    await turn()
    writes[1]?.end.resolve([])
    await flushed
    expect(writes).toHaveLength(2)
  })

  it.each([0, 0.5, 0.999])(
    'spends no tries: calls that follow each other fast end no record sooner (%s)',
    async chance => {
      vi.spyOn(Math, 'random').mockReturnValue(chance)
      const write = vi.fn(() => Promise.reject(new Error('throttled')))
      const log = queuedLog({ write, maxTries: 4, onLost: () => {} })
      log.write(testRecord('a'))
      for (let flushes = 0; flushes < 20; flushes += 1) {
        const flushed = log.flush({ timeoutMs: 10 })
        await vi.advanceTimersByTimeAsync(10)
        await flushed
      }
      expect(write.mock.calls.length).toBeGreaterThanOrEqual(20)
      expect([log.pending, log.lost]).toEqual([1, 0])
      await vi.advanceTimersByTimeAsync(1_000)
      expect([log.pending, log.lost]).toEqual([0, 1])
    },
  )

  it('waits for what came before it, not for what comes after', async () => {
    const { log, writes, write } = handLog()
    write('a')
    const flushed = log.flush()
    write('b')
    writes[0]?.end.resolve([])
    await flushed
    expect([log.pending, writes.length]).toEqual([1, 2])
  })

  it('that is the last counts as lost what was not kept by its end', async () => {
    const { log, writes, told, write } = handLog()
    write('a', 'b')
    await Promise.all([log.flush({ timeoutMs: 50, final: true }), vi.advanceTimersByTimeAsync(50)])
    expect([log.pending, log.lost]).toEqual([0, 2])
    expect(told.reduce((sum, { records }) => sum + records, 0)).toBe(2)
    // What its write says after that changes nothing.
    writes[0]?.end.reject(new Error('too late'))
    await turn()
    expect([log.lost, vi.getTimerCount()]).toEqual([2, 0])
    write('c')
    expect(writes[1]?.ids).toEqual(['c'])
  })

  it('that is the last says why what was not kept was not', async () => {
    const { log, writes, told, write } = handLog()
    write('a')
    writes[0]?.end.reject(new Error('no such table'))
    await turn()
    await Promise.all([log.flush({ timeoutMs: 50, final: true }), vi.advanceTimersByTimeAsync(50)])
    const cause = { message: 'the log was closed before they were kept; the last write failed: no such table' }
    expect(told).toEqual([{ records: 1, cause: expect.objectContaining(cause) }])
  })
})

it('keeps or counts every record, in order, whatever its writes do', async () => {
  vi.useRealTimers()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const step = fc.oneof(
    fc.record({ kind: fc.constant('write' as const), records: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 400 }) }),
    fc.record({ kind: fc.constant('flush' as const), ms: fc.integer({ min: 0, max: 50 }) }),
  )
  const end = fc.constantFrom('kept', 'failed', 'thrown', 'half')
  const limits = fc.record({
    maxBatch: fc.integer({ min: 1, max: 4 }),
    maxPending: fc.integer({ min: 1, max: 8 }),
    maxTries: fc.integer({ min: 1, max: 3 }),
    lingerMs: fc.constantFrom(0, 30),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 30 }),
      fc.infiniteStream(end),
      limits,
      async (steps, ends, options) => {
        const kept: number[] = []
        let underWay = 0
        let told = 0
        const log = queuedLog({
          ...options,
          onLost: ({ records }) => {
            told += records
          },
          write(records): Promise<readonly RequestRecord[]> {
            expect(records.length).toBeLessThanOrEqual(options.maxBatch)
            underWay += 1
            expect(underWay).toBe(1)
            const how = ends.next().value as 'kept' | 'failed' | 'thrown' | 'half'
            if (how === 'thrown') {
              underWay -= 1
              throw new Error(how)
            }
            const taken = how === 'kept' ? records.length : how === 'half' ? Math.ceil(records.length / 2) : 0
            return Promise.resolve().then(() => {
              underWay -= 1
              if (how === 'failed') throw new Error(how)
              kept.push(...records.slice(0, taken).map(({ requestId }) => Number(requestId)))
              return records.slice(taken)
            })
          },
        })
        let written = 0
        for (const did of steps) {
          if (did.kind === 'write') {
            const until = written + did.records
            for (; written < until; written += 1) log.write(testRecord(String(written)))
          } else if (did.kind === 'pass') await vi.advanceTimersByTimeAsync(did.ms)
          else await Promise.all([log.flush({ timeoutMs: did.ms }), vi.advanceTimersByTimeAsync(did.ms)])
          expect(log.pending).toBeLessThanOrEqual(options.maxPending)
        }
        await Promise.all([log.flush({ final: true }), vi.advanceTimersByTimeAsync(60_000)])
        expect(log.pending).toBe(0)
        expect(kept.length + log.lost).toBe(written)
        expect(told).toBe(log.lost)
        expect(kept).toEqual([...kept].sort((a, b) => a - b))
      },
    ),
    { numRuns: 200 },
  )
})
