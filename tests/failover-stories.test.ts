import { type CircuitBreakerOptions, createGateway, type Gateway, type GatewayOptions } from '@modelgate/core'
import { manualClock } from '@modelgate/core/testing'
import { openai } from '@modelgate/openai'
import { type Fault, type Simulator, startSimulator } from '@modelgate/simulator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const [first, second] = ['gpt-4o-mini', 'gpt-4o']
const dead: Fault = { kind: 'status', status: 500 }

let simulator: Simulator
let gateways: Gateway[]

beforeEach(async () => {
  simulator = await startSimulator()
  gateways = []
})
afterEach(async () => {
  await Promise.all(gateways.map(gateway => gateway.close({ graceMs: 0 })))
  await simulator.close()
})

/** Over `models` of one simulator, in order. */
function open(models: readonly string[], options: Partial<GatewayOptions> = {}): Gateway {
  const gateway = createGateway({
    providers: [openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey })],
    routes: { fast: models.map(model => `openai/${model}` as const) },
    auth: 'none',
    retry: { baseDelayMs: 1 },
    onError: () => undefined,
    ...options,
  })
  gateways.push(gateway)
  return gateway
}

/** Its status, once it was read to its end. */
async function ask(gateway: Gateway, stream = false): Promise<Response> {
  const answer = await gateway.fetch('http://gateway.test/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'fast', stream, messages: [{ role: 'user', content: 'hi' }] }),
  })
  await answer.text()
  return answer
}

function kill(...models: string[]): void {
  simulator.setFaults(models.map(model => ({ match: { model }, fault: dead })))
}

const touched = (model?: string): number =>
  simulator.requests().filter(request => model === undefined || request.model === model).length

async function inBatches(count: number, size: number, run: () => Promise<Response>): Promise<number[]> {
  const statuses: number[] = []
  for (let done = 0; done < count; done += size) {
    const answers = await Promise.all(Array.from({ length: Math.min(size, count - done) }, run))
    statuses.push(...answers.map(({ status }) => status))
  }
  return statuses
}

describe.each([false, true])('when upstreams fail, stream: %s', stream => {
  it('one target, breaker off, 1,000 calls of pure 500s: at most a tenth more upstream calls, and three', async () => {
    kill(first!)
    const gateway = open([first!], { circuitBreaker: { enabled: false } })
    const statuses = await inBatches(1_000, 32, () => ask(gateway, stream))
    expect(new Set(statuses)).toEqual(new Set([502]))
    expect(touched()).toBeGreaterThan(1_000)
    expect(touched()).toBeLessThanOrEqual(1_103)
  })

  it('two targets, both dead, 32 at a time: no more than breakers and what was under way let through', async () => {
    kill(first!, second!)
    const gateway = open([first!, second!])
    await inBatches(320, 32, () => ask(gateway, stream))
    expect(touched()).toBeLessThanOrEqual(2 * (5 + 32))
    expect(gateway.targets().map(({ state }) => state)).toEqual(['open', 'open'])
    const refused = await ask(gateway, stream)
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(25)
    expect(refused.headers.get('x-modelgate-attempts')).toMatch(/gpt-4o;circuit_open;\d+ms$/)
  })

  it('first target dead, second healthy, one after another: all are answered, the first is touched five times', async () => {
    kill(first!)
    const gateway = open([first!, second!])
    const statuses = await inBatches(50, 1, () => ask(gateway, stream))
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect([touched(first), touched(second)]).toEqual([5, 50])
  })

  it.each([1, 3])(
    'half-open with a hundred calls at once: exactly %i probes, and nobody waits for them',
    async probes => {
      const { now, advance } = manualClock()
      const circuitBreaker: CircuitBreakerOptions = { now, permittedNumberOfCallsInHalfOpenState: probes }
      const gateway = open([first!, second!], { circuitBreaker })
      kill(first!)
      await inBatches(5, 1, () => ask(gateway, stream))
      simulator.setFaults([{ match: { model: first! }, fault: { kind: 'delay', ms: 300 } }])
      const before = touched(first)
      advance(40_000)
      const statuses = await inBatches(100, 100, () => ask(gateway, stream))
      expect(new Set(statuses)).toEqual(new Set([200]))
      expect(touched(first) - before).toBe(probes)
      expect(gateway.targets().find(({ target }) => target.endsWith(first!))?.state).toBe('closed')
    },
  )
})

describe('what opens no breaker', () => {
  it('a gateway that is asked for more than its bulkhead holds', async () => {
    const gateway = open([first!], { bulkhead: { maxConcurrentCalls: 2 } })
    const statuses = await inBatches(200, 50, () => ask(gateway))
    expect(statuses.filter(status => status === 503).length).toBeGreaterThan(100)
    expect(gateway.targets()).toMatchObject([{ state: 'closed', failures: 0 }])
    expect((await ask(gateway)).status).toBe(200)
  })

  it('a call whose time is over in the queue, which is told where it stood', async () => {
    simulator.setFaults([{ match: { times: 1 }, fault: { kind: 'stall', afterFrames: 1 } }])
    const gateway = open([first!], { bulkhead: { maxConcurrentCalls: 1, maxQueuedCalls: 1, maxWaitMs: 60_000 } })
    const busy = gateway.stream({ model: 'fast', messages: [{ role: 'user', content: 'hi' }] })
    await busy[Symbol.asyncIterator]().next()
    const error: unknown = await gateway
      .chat({ model: 'fast', messages: [{ role: 'user', content: 'hi' }] }, { deadlineMs: 30 })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'timeout_total',
      attempts: [{ target: 'openai/gpt-4o-mini', code: 'bulkhead_full' }],
    })
    busy.abort()
    await busy.report
    expect((await ask(gateway)).status).toBe(200)
  })

  it('callers who leave', async () => {
    simulator.setFaults([{ fault: { kind: 'slow-first-content', ms: 60_000 } }])
    const gateway = open([first!])
    for (let call = 0; call < 10; call += 1) {
      const stream = gateway.stream({ model: 'fast', messages: [{ role: 'user', content: 'hi' }] })
      await simulator.waitFor(({ outcome }) => outcome === 'open')
      stream.abort()
      await stream.report
      await simulator.waitFor(({ outcome }) => outcome === 'closed-by-client')
    }
    expect(gateway.targets().filter(({ state }) => state !== 'closed')).toEqual([])
  })
})

describe('a target that throttles', () => {
  it('is left alone for as long as it asked, while the other answers', async () => {
    const { now, advance } = manualClock()
    simulator.setFaults([
      { match: { model: first! }, fault: { kind: 'status', status: 429, headers: { 'retry-after': '7' } } },
    ])
    const gateway = open([first!, second!], { coolDown: { now } })
    await inBatches(10, 1, () => ask(gateway))
    expect([touched(first), touched(second)]).toEqual([1, 10])
    expect(gateway.targets()).toMatchObject([
      { target: 'openai/gpt-4o', state: 'closed' },
      { target: 'openai/gpt-4o-mini', coolingForMs: 7_000, state: 'closed' },
    ])
    advance(7_000)
    await ask(gateway)
    expect(touched(first)).toBe(2)
  })

  it.each(['0', 'Fri, 20 Nov 2020 10:00:00 GMT'])(
    'with a Retry-After of %s is left alone as one that names no time, and its callers are told one',
    async after => {
      const { now } = manualClock()
      const fault: Fault = { kind: 'status', status: 429, headers: { 'retry-after': after } }
      simulator.setFaults([{ match: { model: first! }, fault }])
      const gateway = open([first!], { coolDown: { now }, retry: { enabled: false } })
      const answers = [await ask(gateway), await ask(gateway)]
      expect(answers.map(({ status, headers }) => `${status} ${headers.get('retry-after')}`)).toEqual([
        '429 1',
        '429 1',
      ])
      expect([touched(), gateway.targets()[0]?.coolingForMs]).toEqual([1, 1_000])
    },
  )

  it('makes the call end with 429 and the smallest Retry-After where all do', async () => {
    simulator.setFaults(
      [first!, second!].map((model, place) => ({
        match: { model },
        fault: { kind: 'status', status: 429, headers: { 'retry-after': place === 0 ? '9' : '40' } },
      })),
    )
    const gateway = open([first!, second!])
    const answers = [await ask(gateway), await ask(gateway)]
    expect(answers.map(({ status, headers }) => `${status} ${headers.get('retry-after')}`)).toEqual(['429 9', '429 9'])
    expect(touched()).toBe(2)
  })

  it('is asked again by the same call where it asks for a moment only', async () => {
    simulator.setFaults([
      { match: { times: 1 }, fault: { kind: 'status', status: 429, headers: { 'retry-after-ms': '20' } } },
    ])
    const answer = await ask(open([first!]))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-modelgate-attempts')).toMatch(/upstream_rate_limited;\d+ms, openai\/gpt-4o-mini;200/)
  })

  it('is asked again by calls whose time others have lengthened meanwhile', async () => {
    const throttled = (ms: string): Fault => ({ kind: 'status', status: 429, headers: { 'retry-after-ms': ms } })
    simulator.setFaults([
      { match: { times: 1 }, fault: throttled('60') },
      { match: { times: 1 }, fault: throttled('200') },
    ])
    const gateway = open([first!])
    const answers = await Promise.all([ask(gateway), ask(gateway)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(touched()).toBe(4)
  })

  it('is asked again by the same call where its time passed while another was waited for', async () => {
    simulator.setFaults([
      {
        match: { model: first!, times: 1 },
        fault: { kind: 'status', status: 429, headers: { 'retry-after-ms': '60' } },
      },
      { match: { model: second! }, fault: { kind: 'stall', afterFrames: 0 } },
    ])
    const gateway = open([first!, second!], { timeouts: { firstFrameMs: 100 }, retry: { maxDelayMs: 20 } })
    const answer = await ask(gateway, true)
    expect(answer.headers.get('x-modelgate-attempts')).toMatch(
      /^openai\/gpt-4o-mini;upstream_rate_limited;\d+ms, openai\/gpt-4o;timeout_first_frame;\d+ms, openai\/gpt-4o-mini;200;/,
    )
  })
})

it('a target that refuses the gateway’s key is passed over while there is another, and asked where there is none', async () => {
  simulator.setFaults([{ match: { model: first! }, fault: { kind: 'status', status: 401 } }])
  const gateway = open([first!, second!])
  await inBatches(5, 1, () => ask(gateway))
  expect([touched(first), touched(second)]).toEqual([1, 5])
  // Its key is good again, and the other one is down.
  kill(second!)
  expect((await ask(gateway)).status).toBe(200)
  expect([touched(first), touched(second)]).toEqual([2, 6])
})

it('a model that was retired is told of, though the next target answers; one that a caller made up is not', async () => {
  simulator.setFaults([{ match: { model: first! }, fault: { kind: 'status', status: 404 } }])
  const told: unknown[] = []
  const gateway = open([first!, second!], { exposeModels: 'all', onError: error => told.push(error) })
  await inBatches(5, 1, () => ask(gateway))
  expect(told).toMatchObject([{ message: expect.stringMatching(/^openai\/gpt-4o-mini: /) }])
  const call = gateway.chat({ model: 'openai/gpt-99', messages: [{ role: 'user', content: 'hi' }] })
  await expect(call).rejects.toMatchObject({ code: 'model_not_found' })
  expect(told).toHaveLength(1)
})

it('an upstream whose base URL is wrong, which allows no POST there, is not asked again; the other target is', async () => {
  simulator.setFaults([{ match: { model: first! }, fault: { kind: 'status', status: 405 } }])
  const answer = await ask(open([first!]))
  expect([answer.status, answer.headers.get('x-should-retry'), touched()]).toEqual([502, 'false', 1])
  expect((await ask(open([first!, second!]))).status).toBe(200)
})

it('an upstream that says it will fail again is not asked again, and its caller is told so; the other target is asked', async () => {
  const final: Fault = { kind: 'status', status: 500, headers: { 'x-should-retry': 'false' } }
  simulator.setFaults([{ match: { model: first! }, fault: final }])
  const answer = await ask(open([first!]))
  expect([answer.status, answer.headers.get('x-should-retry'), touched()]).toEqual([502, 'false', 1])
  expect((await ask(open([first!, second!]))).status).toBe(200)
})

const slow: readonly [string, Fault][] = [
  ['no head', { kind: 'delay', ms: 60_000 }],
  ['no content', { kind: 'slow-first-content', ms: 60_000 }],
]

describe('an upstream that hangs', () => {
  it.each(slow)('with %s is closed, and the next target answers', async (_, fault) => {
    simulator.setFaults([{ match: { model: first! }, fault }])
    const answer = await ask(open([first!, second!], { timeouts: { firstFrameMs: 100 } }), true)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-modelgate-attempts')).toMatch(/timeout_first_frame;\d+ms, openai\/gpt-4o;200/)
    await simulator.waitFor(({ model, outcome }) => model === first && outcome === 'closed-by-client')
  })

  it.each([
    ['no head', { kind: 'delay', ms: 60_000 }],
    ['half of its answer', { kind: 'stall', afterFrames: 0 }],
  ] as const)(
    'with %s where a whole answer is asked for is closed likewise, and its breaker is told',
    async (_, fault) => {
      simulator.setFaults([{ match: { model: first! }, fault }])
      const gateway = open([first!, second!], { timeouts: { answerMs: 150, totalMs: 20_000 } })
      const answer = await ask(gateway)
      expect(answer.headers.get('x-modelgate-attempts')).toMatch(
        /^openai\/gpt-4o-mini;timeout_first_frame;\d+ms, openai\/gpt-4o;200;/,
      )
      await simulator.waitFor(({ model, outcome }) => model === first && outcome === 'closed-by-client')
      expect(gateway.targets()).toMatchObject([{ failures: 0 }, { failures: 1, inFlight: 0 }])
    },
  )

  it('in the middle of its answer is closed, and its breaker is told', async () => {
    simulator.setFaults([{ fault: { kind: 'stall', afterFrames: 1 } }])
    const gateway = open([first!], { timeouts: { idleMs: 100 } })
    const answer = await gateway.fetch('http://gateway.test/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'fast', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
    })
    const text = await answer.text()
    expect(text).toMatch(/data: \{"error":.*"timeout_idle"/)
    expect(text).not.toContain('[DONE]')
    await simulator.waitFor(({ outcome }) => outcome === 'closed-by-client')
    expect(gateway.targets()).toMatchObject([{ failures: 1 }])
  })

  it.each([false, true])('is given up when its caller wants, and no breaker is told, stream: %s', async stream => {
    simulator.setFaults([{ fault: { kind: 'delay', ms: 60_000 } }])
    const gateway = open([first!])
    const send = (ms: string) =>
      gateway.fetch('http://gateway.test/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-request-timeout-ms': ms },
        body: JSON.stringify({ model: 'fast', stream, messages: [{ role: 'user', content: 'hi' }] }),
      })
    const answer = await send('100')
    expect([answer.status, await answer.json()]).toMatchObject([504, { error: { code: 'timeout_total' } }])
    await simulator.waitFor(({ outcome }) => outcome === 'closed-by-client')
    expect(gateway.targets()).toEqual([])
    for (const wrong of ['0', '-5', 'soon', '1.5']) {
      const refused = await send(wrong)
      const message = expect.stringContaining(`from 1 on, got "${wrong}"`)
      expect([refused.status, await refused.json()]).toMatchObject([400, { error: { message } }])
    }
  })
})

describe('a stream that has begun', () => {
  const countsOf = async (gateway: Gateway, leaves: boolean) => {
    const stream = gateway.stream({ model: 'fast', messages: [{ role: 'user', content: 'hi' }] })
    const reader = stream[Symbol.asyncIterator]()
    await reader.next()
    if (leaves) stream.abort()
    else while (!(await reader.next().catch(() => ({ done: true }))).done);
    await stream.report
    return gateway.metrics()?.attempts.map(({ code, attempts }) => [code, attempts])
  }

  it.each([
    ['cut', { kind: 'reset', afterFrames: 1 }, 'stream_interrupted'],
    ['silent', { kind: 'stall', afterFrames: 1 }, 'timeout_idle'],
  ] as const)('and is then %s is counted as how it ended', async (_, fault, code) => {
    simulator.setFaults([{ fault }])
    const gateway = open([first!], { metrics: true, timeouts: { idleMs: 100 } })
    expect(await countsOf(gateway, false)).toEqual([[code, 1]])
  })

  it('and is not done when its call has had its time is counted as out of time', async () => {
    simulator.setFaults([{ fault: { kind: 'stall', afterFrames: 1 } }])
    const gateway = open([first!], { metrics: true, timeouts: { totalMs: 400 } })
    expect(await countsOf(gateway, false)).toEqual([['timeout_total', 1]])
  })

  it('and whose caller leaves is counted as answered', async () => {
    simulator.setFaults([{ fault: { kind: 'stall', afterFrames: 1 } }])
    expect(await countsOf(open([first!], { metrics: true }), true)).toEqual([['200', 1]])
  })
})

it('a kept connection that is lost costs an attempt that everybody sees, and is no failure of its target', async () => {
  const gateway = open([first!])
  await ask(gateway)
  simulator.setFaults([{ match: { times: 1 }, fault: { kind: 'reset-before-head' } }])
  const answer = await ask(gateway)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('x-modelgate-attempts')).toMatch(/mini;upstream_unavailable;\d+ms, openai\/gpt-4o-mini;200/)
  expect(gateway.targets()).toMatchObject([{ calls: 2, failures: 0 }])
})
