import { describe, expect, it } from 'vitest'
import type { GuardDecision } from '../../src/attempt-guard.ts'
import type { AnyHandler } from '../../src/compose.ts'
import type { Call, ChatResult, Outcome, Result } from '../../src/contract.ts'
import { abortError, type ErrorCode, GatewayError } from '../../src/errors.ts'
import { failedOutcome } from '../../src/outcome.ts'
import type { Provider } from '../../src/provider.ts'
import type { RetryPolicy } from '../../src/retry-policy.ts'
import { callProvider, createRouter } from '../../src/router/router.ts'
import { targetName } from '../../src/target.ts'
import { type ScriptStep, scriptedProvider } from '../../src/testing/index.ts'
import { chatCall, rejection, turns } from '../support/calls.ts'
import { textOf } from '../support/chunks.ts'

type FrameBatches = Extract<ChatResult, { kind: 'stream' }>['batches']

const fault = (code: ErrorCode): GatewayError => new GatewayError(code, `it was ${code}`)

/** A router whose route `fast` goes over providers a, b, c…, each with its script. */
function routerOver(scripts: readonly ScriptStep[][], maxAttempts = 3) {
  const providers = scripts.map((steps, index) => scriptedProvider('abcdef'[index]!, steps))
  const routes = { fast: providers.map(({ id }) => `${id}/model-${id}`) }
  const router = createRouter({ providers, routes, exposeModels: 'routes', maxAttempts }, callProvider(providers))
  return { router, providers, tried: () => providers.filter(({ calls }) => calls.length > 0).map(({ id }) => id) }
}

const codes = (call: Call): string[] => call.context.attempts.map(({ target, code }) => `${target} ${code}`)

async function contentOf(result: Promise<Result<'chat'>>): Promise<string | null | undefined> {
  const answer = await result
  return answer.kind === 'stream' ? textOf(answer.batches) : answer.completion.value.choices[0]?.message.content
}

describe.each([false, true])('the router, stream: %s', stream => {
  it('asks the first target for its own model and stops there when it answers', async () => {
    const { router, providers, tried } = routerOver([['hello'], ['never']])
    const call = chatCall({ stream })
    expect(await contentOf(router(call))).toBe('hello')
    expect(tried()).toEqual(['a'])
    expect(providers[0]!.calls[0]!.request.model).toBe('model-a')
    expect(call.request.model).toBe('fast')
    expect(codes(call)).toEqual(['a/model-a 200'])
    expect(call.context).toMatchObject({ route: 'fast', target: { model: 'model-a' } })
  })

  it('goes on to the next target, in order, and records every attempt', async () => {
    const { router } = routerOver([[fault('upstream_unavailable')], [fault('upstream_rate_limited')], ['third']])
    const call = chatCall({ stream })
    expect(await contentOf(router(call))).toBe('third')
    expect(codes(call)).toEqual(['a/model-a upstream_unavailable', 'b/model-b upstream_rate_limited', 'c/model-c 200'])
    expect(call.context.target && targetName(call.context.target)).toBe('c/model-c')
    for (const { durationMs } of call.context.attempts)
      expect(Number.isInteger(durationMs) && durationMs >= 0).toBe(true)
  })

  it.each(['invalid_request', 'content_filtered', 'request_too_large', 'internal'] as const)(
    'stops at %s: it would fail the same everywhere',
    async code => {
      const { router, tried } = routerOver([[fault(code)], ['never']])
      const call = chatCall({ stream })
      const error = await rejection(router(call))
      expect(error).toMatchObject({ code, attempts: [{ target: 'a/model-a', code }] })
      expect(tried()).toEqual(['a'])
    },
  )

  it('goes on after a refusal for what the target lacks, and ends with it where no other may have it', async () => {
    const refusal = new GatewayError('invalid_request', 'no tools', { lacks: 'tools' })
    const { router } = routerOver([[refusal], ['second']])
    const call = chatCall({ stream })
    expect(await contentOf(router(call))).toBe('second')
    expect(codes(call)).toEqual(['a/model-a invalid_request', 'b/model-b 200'])
    const alone = await rejection(routerOver([[refusal]]).router(chatCall({ stream })))
    expect(alone).toMatchObject({ code: 'invalid_request', message: 'no tools', lacks: 'tools' })
  })

  it('goes on after a prompt too long only to a target with a larger window', async () => {
    const windows: Readonly<Record<string, number>> = { a: 8_000, b: 4_000, c: 32_000 }
    const tooLong = fault('context_length_exceeded')
    const { providers } = routerOver([[tooLong], ['never'], ['third']])
    const routes = { fast: providers.map(({ id }) => `${id}/model-${id}`) }
    for (const provider of providers) provider.capabilitiesOf = () => ({ contextTokens: windows[provider.id] })
    const router = createRouter({ providers, routes, exposeModels: 'all', maxAttempts: 3 }, callProvider(providers))
    const call = chatCall({ stream })
    expect(await contentOf(router(call))).toBe('third')
    expect(codes(call)).toEqual(['a/model-a context_length_exceeded', 'c/model-c 200'])
  })

  it('tells least-latency how its attempts ended: after a failure the other target comes first', async () => {
    const providers = [
      scriptedProvider('a', ['hello']),
      scriptedProvider('b', [fault('upstream_unavailable')], ['hello']),
    ]
    const routes = { fast: { strategy: 'least-latency', targets: ['b/x', 'a/x'] } } as const
    const options = { providers, routes, exposeModels: 'all', maxAttempts: 2, random: () => 0.3 } as const
    const router = createRouter(options, callProvider(providers))
    const first = chatCall({ stream })
    await contentOf(router(first))
    expect(codes(first)).toEqual(['b/x upstream_unavailable', 'a/x 200'])
    const second = chatCall({ stream })
    await contentOf(router(second))
    expect(codes(second)).toEqual(['a/x 200'])
  })

  it('throws the last error, with every attempt, when none answers', async () => {
    const { router } = routerOver([[fault('upstream_unavailable')], [fault('timeout_first_frame')]])
    expect(await rejection(router(chatCall({ stream })))).toMatchObject({
      code: 'timeout_first_frame',
      attempts: [{ code: 'upstream_unavailable' }, { code: 'timeout_first_frame' }],
    })
  })

  it('costs at most maxAttempts upstream attempts', async () => {
    const down = [fault('upstream_unavailable')]
    const { router, tried } = routerOver([down, down, down, ['fourth']], 2)
    expect(await rejection(router(chatCall({ stream })))).toMatchObject({ code: 'upstream_unavailable' })
    expect(tried()).toEqual(['a', 'b'])
  })

  it('calls an error that is not ours internal, stops, and keeps it as the cause', async () => {
    const bug = new TypeError('undefined is not a function')
    const { router, tried } = routerOver([[bug], ['never']])
    expect(await rejection(router(chatCall({ stream })))).toMatchObject({ code: 'internal', cause: bug })
    expect(tried()).toEqual(['a'])
  })
})

describe('a stream', () => {
  it('that throws before its first content fails over, although its head was a 200', async () => {
    const { router, providers } = routerOver([[fault('upstream_unavailable')], ['second']])
    expect(await contentOf(router(chatCall({ stream: true })))).toBe('second')
    expect((await providers[0]!.outcomes[0])?.status).toBe('failed')
    expect(providers[0]!.closed).toBe(1)
  })

  it('that throws after its first content does not: the caller has seen some of it', async () => {
    const { router, tried } = routerOver([['first ', fault('upstream_unavailable')], ['never']])
    const call = chatCall({ stream: true })
    const result = await router(call)
    expect(await rejection(contentOf(Promise.resolve(result)))).toMatchObject({ code: 'upstream_unavailable' })
    expect(tried()).toEqual(['a'])
    expect(codes(call)).toEqual(['a/model-a 200'])
  })

  it('settles with its last attempt', async () => {
    const { router } = routerOver([[fault('upstream_unavailable')], ['second']])
    const result = await router(chatCall({ stream: true }))
    await contentOf(Promise.resolve(result))
    expect(await result.settled).toMatchObject({
      status: 'completed',
      responseModel: undefined,
      usageSource: 'reported',
    })
  })
})

describe('a caller who leaves', () => {
  it('stops the router before its next attempt', async () => {
    const caller = new AbortController()
    let attempts = 0
    const leaving: AnyHandler = () => {
      attempts += 1
      caller.abort()
      return Promise.reject(fault('upstream_unavailable'))
    }
    const { providers } = routerOver([[], ['never']])
    const routes = { fast: ['a/x', 'b/x'] }
    const left = createRouter({ providers, routes, exposeModels: 'all', maxAttempts: 3 }, leaving)
    expect(await rejection(left(chatCall({}, { signal: caller.signal })))).toMatchObject({ code: 'cancelled' })
    expect(attempts).toBe(1)
  })

  it.each([new DOMException('This operation was aborted', 'AbortError'), new Error('Request was aborted.')])(
    'is the cause, whatever the provider threw: %s',
    async thrown => {
      const caller = new AbortController()
      const { providers } = routerOver([['x']])
      const aborting: AnyHandler = () => {
        caller.abort()
        return Promise.reject(thrown)
      }
      const router = createRouter(
        { providers, routes: { fast: ['a/x'] }, exposeModels: 'all', maxAttempts: 3 },
        aborting,
      )
      const call = chatCall({}, { signal: caller.signal })
      expect(await rejection(router(call))).toMatchObject({ code: 'cancelled' })
      expect(codes(call)).toEqual(['a/x cancelled'])
    },
  )
})

describe('a caller who leaves while it waits', () => {
  const two = () => [scriptedProvider('a', [fault('upstream_unavailable')]), scriptedProvider('b', ['never'])]
  const options = { routes: { fast: ['a/x', 'b/x'] }, exposeModels: 'all', maxAttempts: 3 } as const

  it.each(['in a queue', 'let through at the same moment'])('is told what was tried: %s', async how => {
    const caller = new AbortController()
    const providers = two()
    const ended: unknown[] = []
    const admit = (call: Call): GuardDecision | Promise<GuardDecision> => {
      const permit = { isRefused: false, end: (error: unknown) => ended.push(error) } as const
      if (call.context.attempt?.target === 'a/x') return permit
      caller.abort(new GatewayError('timeout_total', 'late'))
      return how === 'in a queue' ? Promise.reject(abortError(caller.signal)) : Promise.resolve(permit)
    }
    const router = createRouter({ ...options, providers, guard: { admit } }, callProvider(providers))
    expect(await rejection(router(chatCall({}, { signal: caller.signal })))).toMatchObject({
      code: 'timeout_total',
      attempts: [
        { target: 'a/x', code: 'upstream_unavailable' },
        { target: 'b/x', code: 'bulkhead_full' },
      ],
    })
    expect(providers[1]!.calls).toEqual([])
    expect(ended).toHaveLength(how === 'in a queue' ? 1 : 2)
  })

  it('is told what was tried before a pause', async () => {
    const caller = new AbortController()
    const providers = two().slice(0, 1)
    const retry: RetryPolicy = { called: () => {}, take: () => true, delayMs: () => 60_000 }
    const router = createRouter({ ...options, routes: { fast: ['a/x'] }, providers, retry }, callProvider(providers))
    const call = rejection(router(chatCall({}, { signal: caller.signal })))
    await turns()
    caller.abort()
    expect(await call).toMatchObject({ code: 'cancelled', attempts: [{ code: 'upstream_unavailable' }] })
  })
})

describe('what can be named', () => {
  const providers = [scriptedProvider('a', ['x'])]
  const router = createRouter(
    { providers, routes: { fast: ['a/x'] }, exposeModels: 'routes', maxAttempts: 3 },
    callProvider(providers),
  )

  it('is everything in process, and the routes over the door', async () => {
    const inProcess = chatCall({ model: 'a/anything' })
    await router(inProcess)
    expect(inProcess.context.route).toBe('a/anything')
    const overDoor = chatCall({ model: 'a/anything' }, { origin: 'door' })
    expect(await rejection(router(overDoor))).toMatchObject({ code: 'model_not_found' })
    expect(overDoor.context).toMatchObject({ route: undefined, attempts: [] })
  })

  it('keeps to a pinned provider', async () => {
    expect(await rejection(router(chatCall({}, { pinnedProvider: 'b' })))).toMatchObject({ code: 'invalid_request' })
  })

  it('is no router over a route whose providers are all gone', () => {
    const routes = { fast: ['gone/x'] }
    const make = () => createRouter({ providers, routes, exposeModels: 'all', maxAttempts: 3 }, callProvider(providers))
    expect(make).toThrow("routes.fast[0]: 'gone/x' is not '<provider id>/<model id>' of a provider here (a).")
  })
})

describe('callProvider', () => {
  it('says so when the provider does not serve the operation', async () => {
    const mute: Provider = { id: 'mute', name: 'mute', handlers: {} }
    const router = createRouter(
      { providers: [mute], routes: {}, exposeModels: 'all', maxAttempts: 1 },
      callProvider([mute]),
    )
    expect(await rejection(router(chatCall({ model: 'mute/x' })))).toMatchObject({
      code: 'invalid_request',
      message: "The provider 'mute' does not serve chat.",
    })
  })
})

describe('an error that several calls wait for', () => {
  it('tells each call its own attempts, and none those of another', async () => {
    const shared = new GatewayError('upstream_auth_failed', 'No credentials.')
    const providers = ['a', 'b'].map(id => scriptedProvider(id, [shared]))
    const router = createRouter({ providers, routes: {}, exposeModels: 'all', maxAttempts: 1 }, callProvider(providers))
    const [one, other] = await Promise.all(['a/x', 'b/y'].map(model => rejection(router(chatCall({ model })))))
    expect(one).toMatchObject({ code: 'upstream_auth_failed', attempts: [{ target: 'a/x' }] })
    expect(other).toMatchObject({ code: 'upstream_auth_failed', attempts: [{ target: 'b/y' }] })
    expect(shared.attempts).toBeUndefined()
  })
})

describe('a stream that breaks before its content', () => {
  it('has settled before the next target is asked: what it used is counted by then', async () => {
    const events: string[] = []
    let settle: () => void = () => {}
    const settled = new Promise<Outcome>(resolve => {
      settle = () => resolve(failedOutcome(fault('stream_interrupted')))
    })
    const broken: FrameBatches = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(fault('stream_interrupted')) }),
    }
    const handler: AnyHandler = call => {
      events.push(call.request.model)
      const isFirst = events.length === 1
      const stream = {
        kind: 'stream',
        batches: broken,
        settled: isFirst ? settled : Promise.resolve(failedOutcome(fault('stream_interrupted'))),
      }
      return Promise.resolve(stream as never)
    }
    const providers = [scriptedProvider('a', []), scriptedProvider('b', [])]
    const routes = { fast: ['a/one', 'b/two'] }
    const call = rejection(
      createRouter({ providers, routes, exposeModels: 'routes', maxAttempts: 3 }, handler)(chatCall({ stream: true })),
    )
    await turns()
    expect(events).toEqual(['one'])
    settle()
    await call
    expect(events).toEqual(['one', 'two'])
  })
})
