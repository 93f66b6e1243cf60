import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createGateway, GatewayError, metricsSince, type Principal, prometheusText } from '../../src/index.ts'
import { scriptedProvider } from '../../src/testing/index.ts'
import { rejection, turns } from '../support/calls.ts'
import { asked, key, openInstances } from './idempotency-rig.ts'

const replayed = 'x-modelgate-idempotent-replay'

describe.each([{ stream: false }, { stream: true }])('with one key, stream $stream', ({ stream }) => {
  it('a repeat gets the same bytes from the same instance, and from another, at no cost', async () => {
    const { us, open, post, reports } = openInstances([['Hello, ', 'you.']])
    const [here, there] = [open(), open()]
    const first = await post(here, { stream })
    const repeats = [await post(here, { stream }), await post(there, { stream })]
    const text = await first.text()
    for (const repeat of repeats) {
      expect(await repeat.text()).toBe(text)
      expect(repeat.headers.get(replayed)).toBe('true')
      expect(repeat.headers.get('x-modelgate-model')).toBe('nova')
      expect(repeat.headers.get('x-modelgate-attempts')).toBeNull()
      expect(repeat.headers.get('x-modelgate-cost-usd')).toBe(stream ? null : '0')
    }
    expect(first.headers.get(replayed)).toBeNull()
    await turns()
    expect(us.calls).toHaveLength(1)
    expect(reports.map(({ costUsd, idempotentReplay, status }) => ({ costUsd, idempotentReplay, status }))).toEqual([
      { costUsd: 0.000_007, idempotentReplay: undefined, status: 'completed' },
      { costUsd: 0, idempotentReplay: true, status: 'completed' },
      { costUsd: 0, idempotentReplay: true, status: 'completed' },
    ])
    expect(reports[1]).toMatchObject({
      usage: undefined,
      target: 'us/nova',
      attempts: [],
      responseModel: reports[0]?.responseModel,
    })
  })

  it('the first call goes on though its client leaves, and pays; who repeats it gets its answer', async () => {
    const { promise: said, resolve: say } = Promise.withResolvers<void>()
    const { us, open, post, reports } = openInstances([['Hello, ', said, 'you.']])
    const gateway = open()
    const leaving = new AbortController()
    const left = post(gateway, { stream, signal: leaving.signal })
    left.then(
      answer => answer.text().catch(() => {}),
      () => {},
    )
    await turns()
    leaving.abort()
    await turns()
    expect(us.calls[0]?.signal.aborted).toBe(false)
    const repeat = post(gateway, { stream })
    await turns()
    say()
    expect(await (await repeat).text()).toContain('you.')
    await turns()
    expect(us.calls).toHaveLength(1)
    expect(new Set(reports.map(({ costUsd }) => costUsd))).toEqual(new Set([0, 0.000_007]))
    expect(reports).toHaveLength(2)
  })

  it('a call whose client has left keeps a gateway from closing, which ends it in the end', async () => {
    const { us, open, post, reports } = openInstances([['Hello, ', new Promise(() => {})]])
    const gateway = open()
    const leaving = new AbortController()
    post(gateway, { stream, signal: leaving.signal }).then(
      answer => answer.text().catch(() => {}),
      () => {},
    )
    await turns()
    leaving.abort()
    await turns()
    expect(reports).toEqual([])
    await gateway.close({ graceMs: 0 })
    await turns()
    expect(us.calls[0]?.signal.aborted).toBe(true)
    expect(reports).toMatchObject([{ status: 'failed', errorCode: 'shutting_down' }])
  })

  it('what failed before its content is asked anew', async () => {
    const down = new GatewayError('upstream_unavailable', 'It is down.')
    const { us, open, post } = openInstances([[down], ['Hello.']], { retry: { enabled: false } })
    const gateway = open()
    expect((await post(gateway, { stream })).status).toBe(503)
    const repeat = await post(gateway, { stream })
    expect([repeat.status, repeat.headers.get(replayed)]).toEqual([200, null])
    expect(us.calls).toHaveLength(2)
  })

  it('another request is refused, here and elsewhere, while the first is under way and after it', async () => {
    const { promise: said, resolve: say } = Promise.withResolvers<void>()
    const { us, open, post } = openInstances([[said, 'Hello.']])
    const [here, there] = [open(), open()]
    const first = post(here, { stream })
    await turns()
    const others = [post(here, { stream, user: 'u' }), post(there, { stream, user: 'u' })]
    say()
    await (await first).text()
    others.push(post(here, { stream: !stream }), post(there, { stream, user: 'u' }))
    for (const other of await Promise.all(others)) {
      expect(other.status).toBe(422)
      expect(other.headers.get('x-should-retry')).toBe('false')
      expect(await other.json()).toMatchObject({
        error: { code: 'idempotency_key_reused', param: 'Idempotency-Key', message: expect.stringMatching(/own\.$/) },
      })
    }
    expect(us.calls).toHaveLength(1)
  })

  it('one that wants no context is another request', async () => {
    const { us, open, post } = openInstances([['Hello.'], ['Hello again.']])
    const gateway = open()
    await (await post(gateway, { stream })).text()
    expect((await post(gateway, { stream, headers: { 'x-modelgate-context': 'Off' } })).status).toBe(422)
    const own = { stream, idempotencyKey: 'own', headers: { 'x-modelgate-context': 'off' } }
    expect([(await post(gateway, own)).status, (await post(gateway, own)).headers.get(replayed)]).toEqual([200, 'true'])
    expect(us.calls).toHaveLength(2)
  })
})

it('a stream that broke after its content is not asked, and paid for, again without a word', async () => {
  const { us, open, post, reports } = openInstances([['Hello, ', new GatewayError('stream_interrupted', 'Cut.')]])
  const [here, there] = [open(), open()]
  expect(await (await post(here, { stream: true })).text()).toContain('stream_interrupted')
  for (const gateway of [here, there]) {
    const repeat = await post(gateway, { stream: true })
    expect([repeat.status, repeat.headers.get('x-should-retry')]).toEqual([409, 'false'])
    const { error } = (await repeat.json()) as { error: { message: string } }
    expect(error).toMatchObject({ code: 'idempotent_answer_lost' })
    expect(error.message).toMatch(/broke off after its first part \(stream_interrupted\).*another key/)
  }
  expect(us.calls).toHaveLength(1)
  expect(reports.map(({ errorCode }) => errorCode)).toEqual([
    'stream_interrupted',
    'idempotent_answer_lost',
    'idempotent_answer_lost',
  ])
})

it.each([false, true])('an answer that is too long to be kept is said to be, stream %s', async stream => {
  const { us, open, post } = openInstances([['x'.repeat(900)]], { idempotency: { maxAnswerBytes: 1_000 } })
  const gateway = open()
  expect(await (await post(gateway, { stream })).text()).toContain('xxx')
  const repeat = await post(gateway, { stream })
  expect(repeat.status).toBe(409)
  expect(await repeat.text()).toMatch(/too long to be kept/)
  expect(us.calls).toHaveLength(1)
})

it('a stream that is already too long is joined by nobody, whose repeat is told so at its end', async () => {
  const { promise: said, resolve: say } = Promise.withResolvers<void>()
  const { us, open, post } = openInstances([['x'.repeat(900), 'y', said, 'z']], {
    idempotency: { maxAnswerBytes: 1_000 },
  })
  const gateway = open()
  const first = post(gateway, { stream: true }).then(answer => answer.text())
  await turns()
  const repeat = post(gateway, { stream: true })
  await turns()
  say()
  expect(await first).toMatch(/"z".*\[DONE\]/s)
  expect((await repeat).status).toBe(409)
  expect(us.calls).toHaveLength(1)
})

it.each([false, true])(
  'who waits for what a host must keep alive waits for the answer to be kept, stream %s',
  async stream => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { promise: said, resolve: say } = Promise.withResolvers<void>()
    const { open, post, store } = openInstances([['Hello, ', said, 'you.']])
    const gateway = open()
    const leaving = new AbortController()
    const work: Promise<unknown>[] = []
    post(gateway, { stream, signal: leaving.signal, waitUntil: each => work.push(each) }).then(
      answer => answer.text().catch(() => {}),
      () => {},
    )
    await turns()
    leaving.abort()
    await turns()
    expect(work).toHaveLength(1)
    let isOver = false
    void Promise.all(work).then(() => {
      isOver = true
    })
    // As long as a call may take, and longer than a flush may.
    await vi.advanceTimersByTimeAsync(60_000)
    await turns()
    const before = store.bytes
    expect(isOver).toBe(false)
    say()
    await Promise.all(work)
    expect(store.bytes).toBeGreaterThan(before)
    expect(await (await post(gateway, { stream })).text()).toContain('you.')
  },
)

describe('a key', () => {
  it.each([
    ['too long', 'x'.repeat(256), /has 256 characters; send 1 to 255/],
    ['empty', '', /is empty/],
    ['of spaces', '  ', /is empty/],
    ['no ASCII', 'schlüssel', /no printable ASCII/],
  ])('that is %s is refused', async (_, idempotencyKey, message) => {
    const { us, open } = openInstances([['Hello.']])
    const error = await rejection(open().chat(asked, { idempotencyKey }))
    expect(error).toMatchObject({ code: 'invalid_request', status: 400, message: expect.stringMatching(message) })
    expect(us.calls).toEqual([])
  })

  it('of 255 characters is one', async () => {
    const { us, open } = openInstances([['Hello.']])
    const gateway = open()
    const chat = () => gateway.chat(asked, { idempotencyKey: 'x'.repeat(255) })
    expect(await chat()).toEqual(await chat())
    expect(us.calls).toHaveLength(1)
  })

  it.each<[string, Principal | undefined, Principal | undefined]>([
    ['another tenant', { tenant: 'acme' }, { tenant: 'evil' }],
    ['a tenant named as a member of all objects', { tenant: 'acme' }, { tenant: '__proto__' }],
    ['nobody', { tenant: 'acme' }, undefined],
  ])('of %s is another', async (_, one, other) => {
    const { us, open } = openInstances([['Hello.']])
    const gateway = open()
    await gateway.chat(asked, { idempotencyKey: key, principal: one })
    await gateway.chat(asked, { idempotencyKey: key, principal: other })
    expect(us.calls).toHaveLength(2)
  })

  it('of the host itself is not one of the door without keys', async () => {
    const { us, open, post } = openInstances([['Hello.']], { auth: 'none' })
    const gateway = open()
    await gateway.chat(asked, { idempotencyKey: key })
    await (await post(gateway)).text()
    expect(us.calls).toHaveLength(2)
  })

  it('is one whatever the order of the members', async () => {
    const { us, open } = openInstances([['Hello.']])
    const gateway = open()
    const { model, messages } = asked
    await gateway.chat({ model, messages, user: 'u' }, { idempotencyKey: key })
    await gateway.chat({ user: 'u', messages, model }, { idempotencyKey: key })
    expect(us.calls).toHaveLength(1)
  })

  it('means nothing where `idempotency` is false, and nothing is kept of calls without one', async () => {
    const { us, open, post, store } = openInstances([['Hello.']])
    const [off, on] = [open({ idempotency: false }), open()]
    await Promise.all([post(off), post(off), on.chat(asked), on.chat(asked)])
    expect([us.calls.length, store.bytes]).toEqual([4, 0])
  })
})

it('repeats are counted', async () => {
  const { open, post } = openInstances([['Hello.']], { metrics: true })
  const gateway = open()
  const repliesOf = () => gateway.metrics()?.calls.map(({ idempotentReplays, calls }) => [calls, idempotentReplays])
  await post(gateway)
  const before = gateway.metrics()!
  expect(repliesOf()).toEqual([[1, undefined]])
  expect(prometheusText(before)).not.toContain('replays')
  await post(gateway)
  await post(gateway)
  const after = gateway.metrics()!
  expect(repliesOf()).toEqual([[3, 2]])
  expect(metricsSince(after, before).calls).toMatchObject([{ calls: 2, idempotentReplays: 2, costUsd: 0 }])
  expect(prometheusText(after)).toMatch(/modelgate_idempotent_replays_total\{[^}]*\} 2\n/)
})

it('a repeat that waits for a call which fails is told of as that call is, and was not turned away', async () => {
  const { promise: asked, resolve: answer } = Promise.withResolvers<void>()
  const down = new GatewayError('upstream_unavailable', 'It is down.')
  const { open, post, reports } = openInstances([[asked, down]], { metrics: true, retry: { enabled: false } })
  const gateway = open()
  const answers = [post(gateway), post(gateway)]
  await turns()
  answer()
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([503, 503])
  expect(new Set(reports.map(({ attempts }) => attempts.length))).toEqual(new Set([0, 1]))
  for (const { route, target } of reports) expect([route, target]).toEqual(['us/nova', 'us/nova'])
  expect(gateway.metrics()).toMatchObject({ refusals: {} })
})

describe('a repeat', () => {
  it('is let in by key and permissions as any call is', async () => {
    let principal: Principal | undefined = { tenant: 'acme' }
    const { open, post } = openInstances([['Hello.']], { auth: () => principal })
    const gateway = open()
    await (await post(gateway)).text()
    principal = { tenant: 'acme', allowedRoutes: ['us/other'] }
    expect((await post(gateway)).status).toBe(403)
    principal = undefined
    expect((await post(gateway)).status).toBe(401)
  })

  it('takes nothing of limits', async () => {
    const rateLimit = { requestsPerMinute: 1, maxConcurrentCalls: 1 }
    const { open, post } = openInstances([['Hello.']], { auth: () => ({ tenant: 'acme', keyId: 'k', rateLimit }) })
    const gateway = open()
    const answers = await Promise.all([post(gateway), post(gateway), post(gateway)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await post(gateway, { idempotencyKey: 'another' })).status).toBe(429)
  })

  it('that gives up waiting leaves the others where they are', async () => {
    const { promise: said, resolve: say } = Promise.withResolvers<void>()
    const { us, open, post } = openInstances([[said, 'Hello.']])
    const gateway = open()
    const first = post(gateway)
    await turns()
    const leaving = new AbortController()
    const impatient = rejection(post(gateway, { signal: leaving.signal }))
    const patient = post(gateway)
    await turns()
    leaving.abort()
    await impatient
    say()
    expect([(await first).status, (await patient).status, us.calls.length]).toEqual([200, 200, 1])
  })

  it('of embeddings is one, too', async () => {
    const { us, open } = openInstances([['Hello.']])
    let asks = 0
    const embeddings = { object: 'list' as const, model: 'e', data: [], usage: { prompt_tokens: 1, total_tokens: 1 } }
    const answering = {
      ...us,
      handlers: {
        embeddings: async () => {
          asks += 1
          return {
            kind: 'embeddings' as const,
            embeddings: { value: embeddings },
            settled: Promise.resolve({ status: 'completed' as const, usageSource: 'reported' as const, costUsd: 0 }),
          }
        },
      },
    }
    const [here, there] = [open({ providers: [answering] }), open({ providers: [answering] })]
    const request = { model: 'us/e', input: 'hi' }
    const first = await here.embed(request, { idempotencyKey: key })
    expect(await there.embed(request, { idempotencyKey: key })).toEqual(first)
    expect(asks).toBe(1)
    expect(await rejection(there.embed({ ...request, input: 'ho' }, { idempotencyKey: key }))).toMatchObject({
      code: 'idempotency_key_reused',
    })
  })

  it('in process gets the stream as it was', async () => {
    const { us, open } = openInstances([['Hello, ', 'you.']])
    const gateway = open()
    const { model, messages } = asked
    const texts: string[] = []
    for (const stream of [1, 2].map(() => gateway.stream({ model, messages }, { idempotencyKey: key }))) {
      const completion = await stream.completion()
      texts.push(completion.choices[0]?.message.content ?? '')
      await stream.report
    }
    expect([texts, us.calls.length]).toEqual([['Hello, you.', 'Hello, you.'], 1])
  })
})

it.each([
  [undefined, 1],
  [false, 2],
] as const)(
  'a gateway whose `idempotency` is %s makes a call that is repeated with its key %i times',
  async (idempotency, calls) => {
    const us = scriptedProvider('us', ['Hello.'], ['Hello again.'])
    const gateway = createGateway({ providers: [us], idempotency })
    for (let time = 0; time < 2; time += 1) await gateway.chat(asked, { idempotencyKey: key })
    expect(us.calls).toHaveLength(calls)
  },
)
