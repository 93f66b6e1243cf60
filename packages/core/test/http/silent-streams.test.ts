import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  type CallReport,
  createGateway,
  GatewayError,
  type GatewayOptions,
  type Middleware,
  type Provider,
} from '../../src/index.ts'
import { toNodeHandler } from '../../src/node.ts'
import { type ScriptStep, scriptedProvider } from '../../src/testing/index.ts'
import { chatRequest, turns } from '../support/calls.ts'
import { type Front, fronts, serve } from '../support/fronts.ts'

// Silences are measured by these two alone; sockets keep their own clocks.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const second = 1_000
const never = new Promise<never>(() => {})
const comment = ': keep-alive\n\n'

async function pass(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms)
  await turns(20)
}

interface Rig {
  readonly front: Front
  readonly scripts: readonly (readonly ScriptStep[])[]
  /** Targets that are tried first. */
  readonly before?: readonly Provider[]
  readonly options?: Partial<GatewayOptions>
}

/** A streamed call on a route with one target for each script. */
async function open({ front, scripts, before = [], options }: Rig) {
  const providers = scripts.map((script, index) => scriptedProvider(`p${index}`, script))
  const reports: CallReport[] = []
  const onError = vi.fn()
  const gateway = createGateway({
    providers: [...before, ...providers],
    routes: { fast: [...before, ...providers].map(({ id }) => `${id}/nova` as const) },
    auth: () => ({ tenant: 'test' }),
    onReport: report => reports.push(report),
    onError,
    ...options,
  })
  const ask = await front.open(gateway)
  const leave = new AbortController()
  onTestFinished(() => leave.abort())
  const body = JSON.stringify(chatRequest({ stream: true }))
  const asked = ask('/v1/chat/completions', { method: 'POST', body, signal: leave.signal })
  const seen: { status?: number } = {}
  asked.then(
    ({ status }) => {
      seen.status = status
    },
    () => {},
  )
  // Until the call has reached its target: the time begins with it.
  while (scripts.length > 0 && !providers.some(({ calls }) => calls.length > 0)) await turns(1)
  return { asked, seen, providers, reports, onError, gateway, leave }
}

function gate() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { promise, open: () => resolve() }
}

/** What a reader has so far, beside the reading. */
function reading(answer: Response) {
  const told = { text: '', over: false, error: undefined as unknown }
  const decoder = new TextDecoder()
  const read = async (): Promise<void> => {
    try {
      for await (const bytes of answer.body ?? []) told.text += decoder.decode(bytes as Uint8Array, { stream: true })
    } catch (error) {
      told.error = error
    }
    told.over = true
  }
  return { told, done: read() }
}

describe.each(fronts)('over $name, a streamed answer', front => {
  it('that is silent has its head after 10 s and a comment every 15 s, and is whole in the end', async () => {
    const thought = gate()
    const { asked, seen } = await open({ front, scripts: [[thought.promise, 'hello']] })
    await pass(9 * second)
    expect(seen.status).toBeUndefined()
    await pass(1 * second)
    const answer = await asked
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(answer.headers.get('x-modelgate-route')).toBe('fast')
    // Which target answers, after how many attempts, is not known yet.
    for (const name of ['provider', 'model', 'attempts']) expect(answer.headers.has(`x-modelgate-${name}`)).toBe(false)
    const { told, done } = reading(answer)
    await pass(0)
    expect(told.text).toBe(comment)
    await pass(14 * second)
    expect(told.text).toBe(comment)
    await pass(1 * second)
    expect(told.text).toBe(comment.repeat(2))
    await pass(15 * second)
    expect(told.text).toBe(comment.repeat(3))
    thought.open()
    await done
    expect(told.text).toMatch(
      /^(: keep-alive\n\n){3}data: .*"content":"hello".*\n\ndata: .*"stop".*\n\ndata: \[DONE\]\n\n$/,
    )
  })

  it('that comes in time has its head with its content, and comments in the silences within', async () => {
    const [first, second_] = [gate(), gate()]
    const { asked, seen } = await open({ front, scripts: [[first.promise, 'hel', second_.promise, 'lo']] })
    await pass(9 * second)
    first.open()
    const answer = await asked
    expect(seen.status).toBe(200)
    expect(answer.headers.get('x-modelgate-attempts')).toMatch(/^p0\/nova;200;/)
    const { told, done } = reading(answer)
    await pass(14 * second)
    expect(told.text).not.toContain(comment)
    await pass(18 * second)
    expect(told.text).toMatch(/^data: .*"hel".*\n\n(: keep-alive\n\n){2}$/)
    second_.open()
    await done
    expect(told.text.match(/: keep-alive\n\n/g)).toHaveLength(2)
    expect(told.text).toMatch(/"lo".*\n\ndata: .*"stop".*\n\ndata: \[DONE\]\n\n$/)
  })

  it('that is silent has its head although a header that a layer gave is none', async () => {
    const thought = gate()
    const noting: Middleware = (call, next) => {
      call.context.answerHeaders['x-note'] = 'a \u2014 b'
      return next(call)
    }
    const { asked, onError } = await open({ front, scripts: [[thought.promise, 'hello']], options: { use: [noting] } })
    await pass(10 * second)
    const answer = await asked
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(answer.headers.get('x-request-id')).not.toBeNull()
    thought.open()
    expect(await answer.text()).toMatch(/^: keep-alive\n\ndata: .*"hello".*\n\ndata: .*"stop".*\n\ndata: \[DONE\]\n\n$/)
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.any(TypeError), expect.any(String))
  })

  it('fails over unseen after its head went out', async () => {
    const thought = gate()
    const dead = new GatewayError('upstream_unavailable', 'The upstream is gone.')
    const { asked } = await open({ front, scripts: [[thought.promise, dead], ['hello']] })
    await pass(11 * second)
    const answer = await asked
    thought.open()
    const text = await answer.text()
    expect(text).toMatch(/^: keep-alive\n\ndata: .*"hello".*\n\ndata: .*"stop".*\n\ndata: \[DONE\]\n\n$/)
  })

  it('whose targets all die after its head is one error event and no [DONE]', async () => {
    const thought = gate()
    const dead = new GatewayError('upstream_unavailable', 'The upstream is gone.')
    const { asked, reports, onError } = await open({ front, scripts: [[thought.promise, dead], [dead]] })
    await pass(11 * second)
    const answer = await asked
    expect(answer.status).toBe(200)
    thought.open()
    const [head, event, ...rest] = (await answer.text()).split('\n\n')
    expect(`${head}\n\n`).toBe(comment)
    expect(JSON.parse(event!.slice('data: '.length))).toMatchObject({ error: { code: 'upstream_unavailable' } })
    expect(rest).toEqual([''])
    await turns()
    expect(reports).toMatchObject([{ status: 'failed', errorCode: 'upstream_unavailable' }])
    expect(onError).not.toHaveBeenCalled()
  })

  it('whose targets all die before its head has its true status', async () => {
    const thought = gate()
    const throttled = new GatewayError('upstream_rate_limited', 'Slow down.')
    const { asked } = await open({ front, scripts: [[thought.promise, throttled]] })
    await pass(9 * second)
    thought.open()
    const answer = await asked
    expect(answer.status).toBe(429)
    await pass(60 * second)
    expect(await answer.text()).toMatch(/^\{"error":/)
  })

  it('that its reader does not read is cut after 60 s, its upstream stopped, its call settled as cancelled', async () => {
    const words = Array.from({ length: 3_000 }, () => 'word '.repeat(2_000))
    const { asked, providers, reports } = await open({ front, scripts: [words] })
    const answer = await asked
    const reader = answer.body!.getReader()
    // Until all buffers on the way are full.
    await turns(200)
    await pass(59 * second)
    expect(providers[0]!.closed).toBe(0)
    await pass(2 * second)
    expect(providers[0]!.closed).toBe(1)
    await turns(50)
    expect(reports).toMatchObject([{ status: 'cancelled', errorCode: 'reader_stalled', usageSource: 'reported' }])
    const read = async (): Promise<void> => {
      while (!(await reader.read()).done);
    }
    await expect(read()).rejects.toThrow()
  })

  it('does not tell in an early head what failed attempts have cost so far', async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }
    const refusing: Provider = {
      id: 'refusing',
      name: 'refusing',
      priceOf: () => ({ input: 1, output: 1, source: 'the test', asOf: '2026-11-20' }),
      handlers: { chat: () => Promise.reject(new GatewayError('upstream_bad_response', 'No sense.', { usage })) },
    }
    const chat = vi.fn(() => never)
    const hanging: Provider = { id: 'hanging', name: 'hanging', handlers: { chat } }
    const { asked } = await open({ front, scripts: [], before: [refusing, hanging] })
    while (chat.mock.calls.length === 0) await turns(1)
    await pass(10 * second)
    const { headers } = await asked
    expect(headers.get('x-modelgate-route')).toBe('fast')
    expect(headers.has('x-modelgate-cost-usd')).toBe(false)
  })

  it('of a call that is no chat is none, whatever its request says', async () => {
    const vectors = Promise.withResolvers<never>()
    const asked = vi.fn(() => vectors.promise)
    const gateway = createGateway({
      providers: [{ id: 'us', name: 'embedding', handlers: { embeddings: asked } }],
      auth: () => ({ tenant: 'test' }),
    })
    const ask = await front.open(gateway)
    const body = JSON.stringify({ model: 'us/embed', input: 'hi', stream: true })
    const answer = ask('/v1/embeddings', { method: 'POST', body })
    while (asked.mock.calls.length === 0) await turns(1)
    await pass(11 * second)
    vectors.reject(new GatewayError('upstream_unavailable', 'The upstream is gone.'))
    expect((await answer).status).toBe(503)
  })

  it('leaves no timer behind', async () => {
    const { asked } = await open({ front, scripts: [['hello']] })
    await (await asked).text()
    await pass(2 * second)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('waits as long as its options say', async () => {
    const thought = gate()
    const streams = { commitAfterMs: 1_000, keepAliveMs: 2_000 }
    const { asked, seen } = await open({ front, scripts: [[thought.promise, 'hello']], options: { streams } })
    await pass(900)
    expect(seen.status).toBeUndefined()
    await pass(100)
    const { told } = reading(await asked)
    await pass(1_900)
    expect(told.text).toBe(comment)
    await pass(100)
    expect(told.text).toBe(comment.repeat(2))
    thought.open()
  })
})

it('an answer that the host has ended meanwhile, as a time-out of its own does, stops the upstream and nothing else', async () => {
  const provider = scriptedProvider('us', [never])
  const onError = vi.fn()
  const gateway = createGateway({ providers: [provider], auth: () => ({ tenant: 'test' }), onError })
  const handler = toNodeHandler(gateway)
  const server = await serve((request, response) => handler(request, response))
  const body = JSON.stringify(chatRequest({ model: 'us/nova', stream: true }))
  const asked = fetch(`${server.url}/v1/chat/completions`, { method: 'POST', body })
  while (provider.calls.length === 0) await turns(1)
  server.exchanges[0]!.response.writeHead(503).end('too slow')
  expect(await (await asked).text()).toBe('too slow')
  await pass(11 * second)
  expect(provider.calls[0]!.signal.aborted).toBe(true)
  expect(onError).toHaveBeenCalledOnce()
})

it.each([
  ['ends', ['hi']],
  ['breaks', ['hi', new GatewayError('stream_interrupted', 'broken')]],
])('an answer that %s leaves no timer behind', async (_, script: readonly ScriptStep[]) => {
  const gateway = createGateway({ providers: [scriptedProvider('us', script)], auth: () => ({ tenant: 'test' }) })
  const body = JSON.stringify(chatRequest({ model: 'us/nova', stream: true }))
  await (await gateway.fetch('http://gateway.test/v1/chat/completions', { method: 'POST', body })).text()
  expect(vi.getTimerCount()).toBeGreaterThan(0)
  await pass(2 * second)
  expect(vi.getTimerCount()).toBe(0)
  await gateway.close()
})
