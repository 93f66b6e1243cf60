import { afterEach, describe, expect, it, vi } from 'vitest'
import { createGateway, forChat, GatewayError, type Provider, type RequestRecord } from '../src/index.ts'
import { type ScriptStep, scriptedProvider } from '../src/testing/index.ts'
import { chatRequest, rejection, turns } from './support/calls.ts'

const never = new Promise<never>(() => {})
afterEach(() => void vi.restoreAllMocks())

function log() {
  const records: RequestRecord[] = []
  const flushed: number[] = []
  const requestLog = {
    write: (record: RequestRecord) => void records.push(record),
    flush: () => Promise.resolve(void flushed.push(records.length)),
  }
  return { records, flushed, requestLog }
}

describe('createGateway', () => {
  it('works with a provider alone', async () => {
    const gateway = createGateway({ providers: [scriptedProvider('us', ['hello'])] })
    const completion = await gateway.chat({ model: 'us/nova', messages: chatRequest().messages })
    expect(completion).toMatchObject({ model: 'nova', choices: [{ message: { content: 'hello' } }] })
  })

  it('lets two gateways with different options live side by side', async () => {
    const left = scriptedProvider('p', ['left'])
    const right = scriptedProvider('p', ['right'])
    const one = createGateway({ providers: [left], routes: { fast: ['p/a'] } })
    const other = createGateway({ providers: [right], routes: { fast: ['p/b'], smart: ['p/c'] } })
    const answers = await Promise.all([one.chat(chatRequest()), other.chat(chatRequest())])
    expect(answers.map(({ choices }) => choices[0]?.message.content)).toEqual(['left', 'right'])
    expect((await one.models()).data.map(({ id }) => id)).toEqual(['fast', 'p-1'])
    await one.close()
    expect(await rejection(one.chat(chatRequest()))).toMatchObject({ code: 'shutting_down' })
    expect((await other.chat(chatRequest({ model: 'smart' }))).model).toBe('c')
  })

  it('says at once what Node it needs, where an older one lacks what calls would find missing', () => {
    const { withResolvers } = Object.getOwnPropertyDescriptors(Promise)
    Reflect.deleteProperty(Promise, 'withResolvers')
    try {
      expect(() => createGateway({ providers: [scriptedProvider('us')] })).toThrow(
        `Modelgate needs Node 22.19 or newer; this is ${process.version}.`,
      )
    } finally {
      Object.defineProperty(Promise, 'withResolvers', withResolvers!)
    }
  })

  it('refuses wrong options with all that is wrong', () => {
    const us = scriptedProvider('us')
    expect(() => createGateway({ providers: [us, us], routes: { fast: [] } })).toThrow(
      expect.objectContaining({ code: 'invalid_configuration', message: expect.stringContaining('\n') }),
    )
  })

  it('closes a stream that a layer gives in the place of a whole answer: nothing stays reserved for it', async () => {
    const us = scriptedProvider('us', ['hi'])
    const onReport = vi.fn()
    const gateway = createGateway({
      providers: [us],
      use: [forChat((call, next) => next({ ...call, request: { ...call.request, stream: true } }))],
      onReport,
    })
    const principal = { tenant: 'acme', rateLimit: { maxConcurrentCalls: 1 } }
    for (const _call of [1, 2]) {
      const refusal = await rejection(gateway.chat(chatRequest({ model: 'us/x' }), { principal }))
      expect(refusal).toEqual(new TypeError('The provider answered a chat with a stream.'))
      await turns()
    }
    expect(us.closed).toBe(2)
    expect(onReport).toHaveBeenCalledTimes(2)
  })

  it('reports and logs each call once, refused ones included', async () => {
    const { records, requestLog } = log()
    const onReport = vi.fn()
    const gateway = createGateway({
      providers: [scriptedProvider('us', ['hi'])],
      routes: { fast: ['us/x'] },
      onReport,
      requestLog,
    })
    await gateway.chat(chatRequest(), { tags: { team: 'search' }, principal: { tenant: 'acme' } })
    await rejection(gateway.chat({ model: 'fast', messages: [] }))
    await rejection(gateway.chat(chatRequest({ model: 'unknown' })))
    await turns()
    expect(records.map(({ status, errorCode, tenant }) => [status, errorCode, tenant])).toEqual([
      ['completed', null, 'acme'],
      ['failed', 'invalid_request', null],
      ['failed', 'model_not_found', null],
    ])
    expect(onReport).toHaveBeenCalledTimes(3)
    expect(onReport.mock.calls[0]?.[0]).toMatchObject({ tags: { team: 'search' } })
  })

  it('runs layers of its own inside permissions and before the router', async () => {
    const seen: string[] = []
    const gateway = createGateway({
      providers: [scriptedProvider('us', ['hi'])],
      routes: { fast: ['us/x'] },
      use: [
        (call, next) => {
          seen.push(`first ${call.operation} ${call.context.route}`)
          return next(call)
        },
        forChat((call, next) => next({ ...call, request: { ...call.request, model: 'us/other' } })),
      ],
    })
    expect((await gateway.chat(chatRequest())).model).toBe('other')
    await rejection(gateway.chat(chatRequest(), { principal: { tenant: 't', permissions: [] } }))
    expect(seen).toEqual(['first chat undefined'])
  })

  it('names the default model where none is named', async () => {
    const gateway = createGateway({
      providers: [scriptedProvider('us', ['hi'])],
      routes: { fast: ['us/x'] },
      defaultModel: 'fast',
    })
    const { model: _, ...nameless } = chatRequest()
    expect((await gateway.chat(nameless as never)).model).toBe('x')
  })

  it('tries as many targets as maxAttempts says', async () => {
    const down: ScriptStep[] = [new GatewayError('upstream_unavailable', 'Gone.')]
    const providers = ['a', 'b', 'c', 'd'].map(id => scriptedProvider(id, down))
    const routes = { fast: ['a/x', 'b/x', 'c/x', 'd/x'] as const }
    const attempts = async (maxAttempts?: number) =>
      ((await rejection(createGateway({ providers, routes, maxAttempts }).chat(chatRequest()))) as GatewayError)
        .attempts?.length
    expect(await attempts()).toBe(3)
    expect(await attempts(4)).toBe(4)
    expect(await attempts(1)).toBe(1)
  })

  it('embeds as numbers, whatever form was asked for', async () => {
    const provider: Provider<'e'> = {
      id: 'e',
      name: 'e',
      handlers: {
        embeddings: call =>
          Promise.resolve({
            kind: 'embeddings' as const,
            embeddings: {
              value: {
                object: 'list',
                data: [],
                model: call.request.encoding_format ?? '',
                usage: { prompt_tokens: 1, total_tokens: 1 },
              },
            },
            settled: never,
          }),
      },
    }
    const gateway = createGateway({ providers: [provider] })
    const untyped: { model: 'e/x'; input: string } = JSON.parse(
      '{"model":"e/x","input":"a","encoding_format":"base64"}',
    )
    expect((await gateway.embed(untyped)).model).toBe('float')
  })

  it('refuses what no call can be made with, and calls nobody', async () => {
    const provider = scriptedProvider('us', ['hello'])
    const gateway = createGateway({ providers: [provider] })
    const misspelt: object = JSON.parse('{"deadlineMS":1000}')
    const message = 'has no option `deadlineMS`; did you mean `deadlineMs`?'
    expect(await rejection(gateway.chat(chatRequest(), misspelt))).toMatchObject({
      code: 'invalid_configuration',
      message: `gateway.chat() ${message}`,
    })
    expect(await rejection(gateway.embed({ model: 'us/x', input: 'a' }, misspelt))).toMatchObject({
      message: `gateway.embed() ${message}`,
    })
    expect(() => gateway.stream(chatRequest(), misspelt)).toThrow(`gateway.stream() ${message}`)
    const controller: object = { signal: new AbortController() }
    expect(await rejection(gateway.chat(chatRequest(), controller))).toMatchObject({
      code: 'invalid_configuration',
      message: 'gateway.chat(): the option signal is no AbortSignal; give the `signal` of an AbortController.',
    })
    const wrong: readonly (readonly [given: object, fault: string])[] = [
      [{ deadlineMs: Number.NaN }, 'deadlineMs must be a number, got NaN.'],
      [{ deadlineMs: '100' }, 'deadlineMs must be a number, got the string "100".'],
      [{ cache: true }, "cache must be 'on', 'off' or 'refresh', got true."],
      [{ idempotencyKey: 17 }, 'idempotencyKey must be a string, got a number.'],
      [{ onReport: 'log' }, 'onReport must be a function, got the string "log".'],
    ]
    for (const [given, fault] of wrong) {
      expect(await rejection(gateway.chat(chatRequest(), given))).toMatchObject({
        code: 'invalid_configuration',
        message: `gateway.chat(): the option ${fault}`,
      })
    }
    expect(provider.calls).toHaveLength(0)
    const none: object = { signal: null, deadlineMs: undefined }
    expect(await gateway.chat({ ...chatRequest(), model: 'us/x' }, none)).toMatchObject({ model: 'x' })
  })
})

describe('errors nobody sees', () => {
  it('go to onError; by default to the console', async () => {
    const bug = new Error('disk full')
    const throwing = () => {
      throw bug
    }
    const onError = vi.fn()
    const consoleError = vi.spyOn(console, 'error').mockImplementation(() => {})
    const options = { providers: [scriptedProvider('us', ['hi'])], onReport: throwing }
    await createGateway({ ...options, onError }).chat(chatRequest({ model: 'us/x' }))
    await turns()
    expect(onError).toHaveBeenCalledExactlyOnceWith(bug, expect.any(String))
    await createGateway(options).chat(chatRequest({ model: 'us/x' }))
    await turns()
    expect(consoleError).toHaveBeenCalledExactlyOnceWith('modelgate', expect.any(String), bug.stack)
  })
})

describe('the console, where there is no onError', () => {
  it("is shown stacks alone: an error's members may hold a request's headers", async () => {
    const consoleError = vi.spyOn(console, 'error').mockImplementation(() => {})
    const bug = Object.assign(new TypeError('bug', { cause: new Error('deeper') }), { headers: 'Bearer sk-secret' })
    const gateway = createGateway({ providers: [scriptedProvider('us', [bug])], auth: () => ({ tenant: 't' }) })
    const body = JSON.stringify(chatRequest({ model: 'us/x' }))
    const answer = await gateway.fetch('http://gateway/v1/chat/completions', { method: 'POST', body })
    expect(answer.status).toBe(500)
    const shown = JSON.stringify(consoleError.mock.calls)
    expect(shown).toContain('bug')
    expect(shown).toContain('caused by Error: deeper')
    expect(shown).not.toContain('sk-secret')
  })

  it('is shown no key and no password that a stack quotes', async () => {
    const consoleError = vi.spyOn(console, 'error').mockImplementation(() => {})
    const cause = new Error('connect redis://default:hunter2@10.0.0.1 failed')
    const bug = new TypeError('bad key sk-proj-4f9aB2c8D1e7F6', { cause })
    const onReport = () => {
      throw bug
    }
    await createGateway({ providers: [scriptedProvider('us', ['hi'])], onReport }).chat(chatRequest({ model: 'us/x' }))
    const shown = JSON.stringify(consoleError.mock.calls)
    expect(shown).toContain('connect redis://[redacted]@10.0.0.1 failed')
    expect(shown).not.toMatch(/hunter2|4f9aB2c8D1e7F6/)
  })

  it('is told of a cause only where that is an error', async () => {
    const consoleError = vi.spyOn(console, 'error').mockImplementation(() => {})
    const bug = new TypeError('bug', { cause: { status: 401 } })
    const gateway = createGateway({ providers: [scriptedProvider('us', [bug])], auth: () => ({ tenant: 't' }) })
    const body = JSON.stringify(chatRequest({ model: 'us/x' }))
    await gateway.fetch('http://gateway/v1/chat/completions', { method: 'POST', body })
    expect(consoleError).toHaveBeenCalledExactlyOnceWith('modelgate', expect.any(String), bug.stack)
  })
})

describe('close', () => {
  it('lets open calls end, then closes the providers and flushes the log', async () => {
    const gate = Promise.withResolvers<void>()
    const { flushed, requestLog } = log()
    const order: string[] = []
    const provider: Provider<'us'> = {
      ...scriptedProvider('us', [gate.promise, 'hi']),
      id: 'us',
      close: () => Promise.resolve(void order.push('provider')),
    }
    const gateway = createGateway({ providers: [provider], requestLog })
    const answer = gateway.chat(chatRequest({ model: 'us/x' })).then(() => order.push('answer'))
    const closed = gateway.close().then(() => order.push('closed'))
    await turns()
    expect(order).toEqual([])
    gate.resolve()
    await Promise.all([answer, closed])
    expect(order.toSorted()).toEqual(['answer', 'closed', 'provider'])
    expect(order.at(-1)).toBe('closed')
    expect(flushed).toEqual([1])
  })

  it('flushes the record of a call that it aborted', async () => {
    const { flushed, requestLog } = log()
    const gateway = createGateway({ providers: [scriptedProvider('us', ['a', never])], requestLog })
    const stream = gateway.stream(chatRequest({ model: 'us/x' }))
    const reading = rejection(stream.completion())
    await turns()
    await gateway.close({ graceMs: 0 })
    expect(await reading).toMatchObject({ code: 'shutting_down' })
    expect(flushed).toEqual([1])
  })

  it('flushes the record of a call that was rejected as the last one', async () => {
    const { flushed, requestLog } = log()
    const gate = Promise.withResolvers<void>()
    const gateway = createGateway({
      providers: [scriptedProvider('us', [gate.promise, new GatewayError('invalid_request', 'x')])],
      requestLog,
    })
    const answer = rejection(gateway.chat(chatRequest({ model: 'us/x' })))
    await turns()
    const closed = gateway.close()
    gate.resolve()
    await answer
    await closed
    expect(flushed).toEqual([1])
  })

  it('flushes the log even where a provider cannot be closed, and says so', async () => {
    const { flushed, requestLog } = log()
    const stuck: Provider<'us'> = {
      ...scriptedProvider('us'),
      id: 'us',
      close: () => Promise.reject(new Error('stuck')),
    }
    expect(await rejection(createGateway({ providers: [stuck], requestLog }).close())).toMatchObject({
      message: 'stuck',
    })
    expect(flushed).toEqual([0])
  })

  it('waits for the log no longer than it is told to', async () => {
    const flush = vi.fn(() => Promise.resolve())
    const requestLog = { write: () => undefined, flush }
    await createGateway({ providers: [scriptedProvider('us')], requestLog }).close({ flushMs: 120 })
    await createGateway({ providers: [scriptedProvider('us')], requestLog }).close()
    expect(flush.mock.calls).toEqual([[{ timeoutMs: 120, final: true }], [{ timeoutMs: 5_000, final: true }]])
  })

  it('happens at the end of `await using`', async () => {
    const { flushed, requestLog } = log()
    {
      await using gateway = createGateway({ providers: [scriptedProvider('us', ['hi'])], requestLog })
      await gateway.chat(chatRequest({ model: 'us/x' }))
    }
    expect(flushed).toEqual([1])
  })
})
