import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { CacheStore } from '../../src/cache/cache-store.ts'
import { memoryCacheStore } from '../../src/cache/memory-cache-store.ts'
import { unpackValue } from '../../src/cache/packed-value.ts'
import { CallController } from '../../src/call-controller.ts'
import type { Call, Result } from '../../src/contract.ts'
import { GatewayError } from '../../src/errors.ts'
import { Idempotency, type IdempotencyParts } from '../../src/idempotency/idempotency.ts'
import { completedOutcome, settledAs } from '../../src/outcome.ts'
import { manualClock } from '../../src/testing/index.ts'
import { chatCall, rejection, turns } from '../support/calls.ts'

/** An upstream that answers when it is told to. */
function upstream() {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const calls: Call<'chat'>[] = []
  const next = async (call: Call<'chat'>): Promise<Result<'chat'>> => {
    calls.push(call)
    const aborted = new Promise<never>((_, refuse) => {
      call.signal.addEventListener('abort', () => refuse(call.signal.reason))
    })
    await Promise.race([promise, aborted])
    const message = { role: 'assistant' as const, content: 'Hello.', refusal: null }
    const choices = [{ index: 0, message, finish_reason: 'stop' as const, logprobs: null }]
    const value = { id: 'c', object: 'chat.completion' as const, created: 0, model: 'm', choices }
    const settled = settledAs({ ...completedOutcome({ finishReason: 'stop' }), costUsd: 1 })
    return { kind: 'completion', completion: { value }, settled }
  }
  return { calls, next, answer: resolve, fail: reject }
}

/** Every answer comes later, as over a socket; `broken` fails, or never answers. */
function remote(store: CacheStore) {
  const steering: { broken: 'no' | 'failing' | 'silent' | 'read-only'; readonly asked: string[] } = {
    broken: 'no',
    asked: [],
  }
  const ask =
    <A extends unknown[], T>(name: string, method: (...input: A) => T) =>
    async (...input: A): Promise<Awaited<T>> => {
      steering.asked.push(name)
      await Promise.resolve()
      if (steering.broken === 'read-only' && name !== 'get') throw new Error('READONLY You can only read here.')
      if (steering.broken === 'failing') throw new Error('The store is down.')
      if (steering.broken === 'silent') await new Promise(() => {})
      return await method(...input)
    }
  const over: CacheStore = {
    maxValueBytes: store.maxValueBytes,
    get: ask('get', (...given: Parameters<CacheStore['get']>) => store.get(...given)),
    put: ask('put', (...given: Parameters<CacheStore['put']>) => store.put(...given)),
    delete: ask('delete', (...given: Parameters<CacheStore['delete']>) => store.delete(...given)),
    claim: ask('claim', (...given: Parameters<CacheStore['claim']>) => store.claim(...given)),
    replace: ask('replace', (...given: Parameters<CacheStore['replace']>) => store.replace(...given)),
    release: ask('release', (...given: Parameters<CacheStore['release']>) => store.release(...given)),
  }
  return { over, steering }
}

function openInstances(options: Partial<IdempotencyParts> = {}) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const clock = manualClock()
  const { over, steering } = remote(memoryCacheStore({ now: clock.now }))
  const faults: unknown[] = []
  const onError = (error: unknown) => faults.push(error)
  const open = () => new Idempotency({ store: over, now: clock.now, onError, keepOpen: () => () => {}, ...options })
  return { clock, steering, faults, open }
}

const keyed = (controller = new CallController()): Call<'chat'> => chatCall({}, { idempotencyKey: 'k', controller })

/** So much time passes, for timers and clocks alike, with turns between. */
async function pass(ms: number, clock: { advance(ms: number): void }): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    clock.advance(500)
    await vi.advanceTimersByTimeAsync(500)
    await turns()
  }
}

describe('a repeat at another instance', () => {
  it('waits for the answer, and asks the store less and less', async () => {
    const { open, clock, steering } = openInstances()
    const [here, there] = [upstream(), upstream()]
    const first = open().layer(keyed(), here.next)
    await turns()
    const repeat = open().layer(keyed(), there.next)
    await pass(20_000, clock)
    const asks = steering.asked.filter(name => name === 'get').length
    expect(asks).toBeGreaterThan(15)
    expect(asks).toBeLessThan(35)
    here.answer()
    const bytes = JSON.stringify((await first).kind === 'completion' && (await first))
    await pass(1_000, clock)
    expect(bytes).toContain('Hello.')
    const again = await repeat
    expect(again.kind === 'completion' && again.completion.value.choices[0]?.message.content).toBe('Hello.')
    expect([here.calls.length, there.calls.length]).toEqual([1, 0])
  })

  it('makes the call when the instance that made it is gone', async () => {
    const { open, clock } = openInstances()
    const [dead, there] = [upstream(), upstream()]
    void open().layer(keyed(), dead.next)
    await turns()
    // Nobody renews the claim of a process that is gone.
    vi.clearAllTimers()
    const repeat = open().layer(keyed(), there.next)
    there.answer()
    await pass(10_000, clock)
    expect(there.calls).toHaveLength(0)
    await pass(8_000, clock)
    await expect(repeat).resolves.toMatchObject({ kind: 'completion' })
    expect(there.calls).toHaveLength(1)
  })

  it('makes the call when the first has failed before its content', async () => {
    const { open, clock } = openInstances()
    const [here, there] = [upstream(), upstream()]
    const first = rejection(open().layer(keyed(), here.next))
    await turns()
    const repeat = open().layer(keyed(), there.next)
    await pass(500, clock)
    here.fail(new GatewayError('upstream_unavailable', 'It is down.'))
    await first
    there.answer()
    await pass(2_000, clock)
    await expect(repeat).resolves.toMatchObject({ kind: 'completion' })
  })

  it('that leaves while it waits makes no call, and leaves nothing behind', async () => {
    const { open, clock } = openInstances()
    const [here, there] = [upstream(), upstream()]
    const first = open().layer(keyed(), here.next)
    await turns()
    const other = open()
    const leaving = new CallController()
    const repeat = rejection(other.layer(keyed(leaving), there.next))
    await pass(500, clock)
    leaving.abort(new GatewayError('cancelled', 'It left.'))
    expect(await repeat).toMatchObject({ code: 'cancelled' })
    here.answer()
    await first
    await turns()
    await expect(other.layer(keyed(), there.next)).resolves.toMatchObject({ kind: 'completion' })
    expect(there.calls).toHaveLength(0)
  })

  it('waits in the place of the others of its instance, who go on when it leaves', async () => {
    const { open, clock, steering } = openInstances()
    const [here, there] = [upstream(), upstream()]
    const first = open().layer(keyed(), here.next)
    await turns()
    const other = open()
    const leaving = new CallController()
    const gone = rejection(other.layer(keyed(leaving), there.next))
    const repeats = Array.from({ length: 20 }, () => other.layer(keyed(), there.next))
    await pass(5_000, clock)
    expect(steering.asked.length).toBeLessThan(20)
    leaving.abort(new GatewayError('cancelled', 'It left.'))
    await gone
    here.answer()
    await first
    await pass(2_000, clock)
    await expect(Promise.all(repeats)).resolves.toHaveLength(20)
    expect(there.calls).toHaveLength(0)
  })
})

it('who has left when the key is his makes no call, and the key is free', async () => {
  const { open, clock } = openInstances()
  const { calls, next, answer } = upstream()
  const idempotency = open()
  const leaving = new CallController()
  const left = rejection(idempotency.layer(keyed(leaving), next))
  leaving.abort(new GatewayError('cancelled', 'It left.'))
  expect(await left).toMatchObject({ code: 'cancelled' })
  answer()
  const repeat = idempotency.layer(keyed(), next)
  await pass(500, clock)
  await expect(repeat).resolves.toMatchObject({ kind: 'completion' })
  expect(calls).toHaveLength(1)
})

describe.each(['failing', 'silent'] as const)('while the store is %s', broken => {
  it('calls go on, those at once are one all the same, and it is told once', async () => {
    const { open, clock, steering, faults } = openInstances()
    steering.broken = broken
    const { calls, next, answer } = upstream()
    const idempotency = open()
    const first = idempotency.layer(keyed(), next)
    await pass(1_000, clock)
    const repeat = idempotency.layer(keyed(), next)
    answer()
    expect(await Promise.all([first, repeat])).toHaveLength(2)
    expect(calls).toHaveLength(1)
    const again = idempotency.layer(keyed(), next)
    await pass(1_000, clock)
    await again
    expect(calls).toHaveLength(2)
    expect(faults).toMatchObject([{ message: expect.stringMatching(/store of idempotency keys fails/) }])
  })

  it('they are refused where that is asked for', async () => {
    const { open, clock, steering } = openInstances({ onStoreError: 'closed' })
    steering.broken = broken
    const { calls, next } = upstream()
    const refused = rejection(open().layer(keyed(), next))
    await pass(1_000, clock)
    expect(await refused).toMatchObject({ code: 'idempotency_unavailable', status: 503, retryable: true })
    expect(calls).toEqual([])
  })

  it('who waits for another instance goes on waiting, and then makes the call', async () => {
    const { open, clock, steering } = openInstances()
    const [here, there] = [upstream(), upstream()]
    void open().layer(keyed(), here.next)
    await turns()
    const repeat = open().layer(keyed(), there.next)
    there.answer()
    await turns()
    steering.broken = broken
    await pass(12_000, clock)
    expect(there.calls).toHaveLength(0)
    await pass(10_000, clock)
    await expect(repeat).resolves.toMatchObject({ kind: 'completion' })
  })
})

it.each([
  ['open', 'completion'],
  ['closed', 'idempotency_unavailable'],
] as const)(
  'who waits for an instance that is gone, at a store that can only be read, waits no longer than at one that is down: %s',
  async (onStoreError, end) => {
    const { open, clock, steering } = openInstances({ onStoreError })
    const [dead, there] = [upstream(), upstream()]
    void open().layer(keyed(), dead.next)
    await turns()
    vi.clearAllTimers()
    const ended: string[] = []
    open()
      .layer(keyed(), there.next)
      .then(
        ({ kind }) => ended.push(kind),
        ({ code }) => ended.push(code),
      )
    there.answer()
    await turns()
    steering.broken = 'read-only'
    await pass(14_000, clock)
    expect(ended).toEqual([])
    await pass(20_000, clock)
    expect(ended).toEqual([end])
  },
)

it.each(['at once', 'later'] as const)(
  'an answer is kept though its claim is gone, as of a process that stood still, from a store that answers %s',
  async when => {
    const { clock } = openInstances()
    const memory = memoryCacheStore({ now: clock.now })
    const store = when === 'later' ? remote(memory).over : memory
    const instance = (): Idempotency =>
      new Idempotency({ store, now: clock.now, onError: () => {}, keepOpen: () => () => {} })
    const [here, there] = [upstream(), upstream()]
    const first = instance().layer(keyed(), here.next)
    await turns()
    vi.clearAllTimers()
    clock.advance(20_000)
    here.answer()
    await first
    await turns()
    there.answer()
    await expect(instance().layer(keyed(), there.next)).resolves.toMatchObject({ kind: 'completion' })
    expect(there.calls).toHaveLength(0)
  },
)

it('a call under way is claimed again at a store that has forgotten it, as one does that was restarted', async () => {
  const { clock } = openInstances()
  let memory = memoryCacheStore({ now: clock.now })
  const restarting: CacheStore = {
    maxValueBytes: memory.maxValueBytes,
    get: key => memory.get(key),
    put: (...given) => memory.put(...given),
    delete: key => memory.delete(key),
    claim: (...given) => memory.claim(...given),
    replace: (...given) => memory.replace(...given),
    release: (...given) => memory.release(...given),
  }
  const store = remote(restarting).over
  const instance = (): Idempotency =>
    new Idempotency({ store, now: clock.now, onError: () => {}, keepOpen: () => () => {} })
  const [here, there] = [upstream(), upstream()]
  const first = instance().layer(keyed(), here.next)
  await turns()
  memory = memoryCacheStore({ now: clock.now })
  await pass(5_000, clock)
  const repeat = instance().layer(keyed(), there.next)
  there.answer()
  await pass(30_000, clock)
  here.answer()
  await first
  await pass(2_000, clock)
  await expect(repeat).resolves.toMatchObject({ kind: 'completion' })
  expect(there.calls).toHaveLength(0)
})

it('what cannot be read under one key refuses that one, and leaves the others what they are', async () => {
  const { over } = remote(memoryCacheStore())
  let spoilt: string | undefined
  const claim: CacheStore['claim'] = async (key, wanted) => {
    spoilt ??= key
    const standing = await over.claim(key, wanted)
    return standing && key === spoilt ? { value: await unpackValue(Uint8Array.of(9), 1_000) } : standing
  }
  const { open, faults } = openInstances({ store: { ...over, claim } })
  const { calls, next, answer } = upstream()
  const other = (): Call<'chat'> => chatCall({}, { idempotencyKey: 'other' })
  answer()
  await open().layer(keyed(), next)
  await open().layer(other(), next)
  await turns()
  const idempotency = open()
  expect(await rejection(idempotency.layer(keyed(), next))).toMatchObject({ code: 'idempotency_unavailable' })
  await expect(idempotency.layer(other(), next)).resolves.toMatchObject({ kind: 'completion' })
  expect(calls).toHaveLength(2)
  expect(faults).toEqual([])
})

it.each(['failing', 'silent'] as const)('an answer is kept though the store is %s for a moment', async broken => {
  const { open, clock, steering } = openInstances()
  const [here, there] = [upstream(), upstream()]
  const first = open().layer(keyed(), here.next)
  await turns()
  steering.broken = broken
  here.answer()
  await first
  await pass(2_000, clock)
  steering.broken = 'no'
  await pass(2_500, clock)
  await expect(open().layer(keyed(), there.next)).resolves.toMatchObject({ kind: 'completion' })
  expect(there.calls).toHaveLength(0)
})

it('a flush waits for what is being written, and no longer than it may', async () => {
  const { open, clock, steering } = openInstances()
  const { next, answer } = upstream()
  const idempotency = open()
  const first = idempotency.layer(keyed(), next)
  await turns()
  steering.broken = 'silent'
  answer()
  await first
  let flushed = false
  void idempotency.flush({ timeoutMs: 400 }).then(() => {
    flushed = true
  })
  await turns()
  expect(flushed).toBe(false)
  await pass(500, clock)
  expect(flushed).toBe(true)
  await pass(8_000, clock)
  await idempotency.flush()
})

it('a call without a key is none of its business', async () => {
  const { open, steering } = openInstances()
  const { next, answer } = upstream()
  answer()
  const call = chatCall()
  let seen: Call | undefined
  await open().layer(call, other => {
    seen = other
    return next(other)
  })
  expect([seen === call, steering.asked]).toEqual([true, []])
})

it('a key that can be neither claimed nor ended leaves the store to the others', async () => {
  const { over } = remote(memoryCacheStore())
  let claims = 0
  const claim: CacheStore['claim'] = async (key, wanted) => {
    claims += 1
    return over.claim(key, wanted)
  }
  const replace: CacheStore['replace'] = async () => {
    await unpackValue(Uint8Array.of(9), 1_000)
    return false
  }
  const { open } = openInstances({ store: { ...over, claim, replace } })
  const { next, answer } = upstream()
  const idempotency = open()
  answer()
  await idempotency.layer(keyed(), next)
  await turns()
  await idempotency.layer(chatCall({}, { idempotencyKey: 'other' }), next)
  expect(claims).toBe(2)
})
