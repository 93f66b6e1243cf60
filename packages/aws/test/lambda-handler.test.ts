import { Buffer } from 'node:buffer'
import { type ProxyResult, toLambdaHandler, toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { albEvent, functionUrlEvent, restApiEvent, type SentRequest } from '@modelgate/aws/lambda/testing'
import { type AuthRequest, createGateway } from '@modelgate/core'
import { type ScriptStep, scriptedProvider } from '@modelgate/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { bytesBeyond } from '../src/lambda/proxy-result.ts'
import { chatRequest, readStory } from './chat-request.ts'

const context = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => 30_000 }

/** Sends an event and tells what the door saw of it, and what it answered. */
async function send(event: unknown, { basePath, steps = ['yes'] }: Sent = {}) {
  const seen: AuthRequest[] = []
  const provider = scriptedProvider('scripted', steps)
  const gateway = createGateway({
    providers: [provider],
    auth: request => {
      seen.push(request)
      return request.headers.authorization === 'Bearer wrong' ? undefined : { tenant: 'acme' }
    },
  })
  const result = await toLambdaHandler(gateway, { basePath })(event, context)
  return { result, provider, seen: seen[0] }
}
interface Sent {
  readonly basePath?: string
  readonly steps?: readonly ScriptStep[]
}

/** The value of a header, in whichever form it came; all values are single. */
function header({ headers, multiValueHeaders }: ProxyResult, name: string): string | undefined {
  expect([headers, multiValueHeaders].filter(Boolean)).toHaveLength(1)
  return headers ? headers[name] : multiValueHeaders?.[name]?.join('|')
}

const multiValueAlb = (sent: SentRequest) => albEvent(sent, { multiValue: true })
const builders = {
  'payload 2.0': functionUrlEvent,
  'payload 1.0': restApiEvent,
  'a load balancer': (sent: SentRequest) => albEvent(sent),
  'a load balancer with multi-value headers': multiValueAlb,
}

describe.each(Object.entries(builders))('an event of %s', (kind, build) => {
  it('is answered with a completion, headers in the form it is taken in', async () => {
    const { result } = await send(build(chatRequest({ stream: false })))
    expect(result).toMatchObject({ statusCode: 200, isBase64Encoded: false })
    expect(JSON.parse(result.body)).toMatchObject({ choices: [{ message: { content: 'yes' } }] })
    expect(header(result, 'content-type')).toBe('application/json')
    expect(header(result, 'x-request-id')).toBe('r-1')
    expect(result.multiValueHeaders !== undefined).toBe(kind.includes('multi-value'))
  })

  it('is answered with a stream, whole', async () => {
    const { result } = await send(build(chatRequest()), { steps: ['Hel', 'lo'] })
    expect(header(result, 'content-type')).toBe('text/event-stream; charset=utf-8')
    expect(readStory(result.body)).toMatchObject({ text: 'Hello', done: true })
  })

  it('gives the door method, path, query, headers and the address AWS was called from', async () => {
    const headers = { 'X-Request-Id': 'mine', 'X-Custom': 'a, b', 'X-Forwarded-For': '10.9.9.9' }
    const path = '/v1/models?limit=2&limit=3&q=a%26b'
    const { seen } = await send(
      build({ path: kind.endsWith('balancer') ? '/v1/models?limit=3&q=a%26b' : path, headers }),
    )
    expect(seen).toMatchObject({ method: 'GET', address: '192.0.2.1' })
    expect(seen?.path).toBe(kind.endsWith('balancer') ? '/v1/models?limit=3&q=a%26b' : path)
    expect(seen?.headers).toMatchObject({ 'x-request-id': 'mine', 'x-custom': 'a, b' })
  })

  it('may carry its body as base64', async () => {
    const messages = [{ role: 'user', content: 'Grüße 👋' }]
    const { result, provider } = await send(build(chatRequest({ messages }, { base64: true })))
    expect(result.statusCode).toBe(200)
    expect(provider.calls[0]?.request.messages[0]?.content).toBe('Grüße 👋')
  })

  it('may come by a stage and by a base path', async () => {
    const sent = chatRequest({}, { path: '/llm/v1/chat/completions', stage: 'prod' })
    expect((await send(build(sent), { basePath: '/llm/' })).result.statusCode).toBe(200)
    expect((await send(build(sent))).result.statusCode).toBe(404)
    expect((await send(build(sent), { basePath: 'llm' })).result.statusCode).toBe(200)
    const { result } = await send(build(sent), { basePath: '/chats' })
    expect(result.statusCode).toBe(404)
    expect(result.body).toContain('The gateway is mounted under a base path: addresses begin with it.')
  })

  it('is refused in OpenAI’s form', async () => {
    const { result, provider } = await send(build(chatRequest({}, { headers: { Authorization: 'Bearer wrong' } })))
    expect([result.statusCode, header(result, 'www-authenticate')]).toEqual([401, 'Bearer'])
    expect(JSON.parse(result.body)).toMatchObject({ error: { code: 'unauthenticated' } })
    expect(provider.calls).toEqual([])
  })
})

describe('a load balancer', () => {
  const check = { path: '/', headers: { 'User-Agent': 'ELB-HealthChecker/2.0' } }

  it.each(Object.entries(builders).slice(2))(
    'has the health check of %s answered before anybody is asked for a key',
    async (_, build) => {
      const { result, seen } = await send(build(check))
      expect(result).toMatchObject({ statusCode: 200, body: '{"status":"ok"}' })
      expect(header(result, 'content-type')).toBe('application/json')
      expect(seen).toBeUndefined()
    },
  )

  it('has nothing else answered so, whatever its user agent: no other method, no other front', async () => {
    const post = albEvent(chatRequest({}, { headers: { ...check.headers, Authorization: 'Bearer wrong' } }))
    expect((await send(post)).result.statusCode).toBe(401)
    expect((await send(functionUrlEvent(check))).result.statusCode).toBe(404)
    expect((await send(restApiEvent(check))).result.statusCode).toBe(404)
  })

  it('appends who called it, with or without a port; what was there before is the caller’s word', async () => {
    for (const address of ['203.0.113.9', '203.0.113.9:4711']) {
      const { seen } = await send(albEvent({ path: '/v1/models', headers: { 'x-forwarded-for': '10.0.0.1' }, address }))
      expect(seen?.address).toBe('203.0.113.9')
    }
    const event = albEvent({ path: '/v1/models' })
    expect((await send({ ...event, headers: {} })).seen?.address).toBeUndefined()
  })

  it('that gives lists has its two Authorization headers refused: which was meant would be a guess', async () => {
    const event = multiValueAlb(chatRequest())
    const multiValueHeaders = { ...event.multiValueHeaders, authorization: ['Bearer a', 'Bearer b'] }
    expect((await send({ ...event, multiValueHeaders })).result.statusCode).toBe(401)
  })
})

describe('an answer that is too large for its taker', () => {
  const word = (bytes: number): string => 'w'.repeat(bytes)
  const jsonBytes = (result: ProxyResult): number => Buffer.byteLength(JSON.stringify(result))

  it.each([
    ['a load balancer', albEvent, 1_000_000],
    ['a load balancer with multi-value headers', multiValueAlb, 1_000_000],
    ['payload 1.0', restApiEvent, 6_291_556],
    ['payload 2.0', functionUrlEvent, 6_291_556],
  ])('such as %s is told so in its place', async (_, build, limit) => {
    const event = build(chatRequest({ stream: false }))
    const answer = async (bytes: number) => (await send(event, { steps: [word(bytes)] })).result
    // The head tells how long the call took: a few digits more or less.
    const roomy = limit - (jsonBytes(await answer(100_000)) - 100_000) - 20
    const fits = await answer(roomy)
    expect(fits.statusCode).toBe(200)
    expect(jsonBytes(fits)).toBeLessThanOrEqual(limit)

    const refused = await answer(roomy + 40)
    expect([refused.statusCode, header(refused, 'x-should-retry')]).toEqual([502, 'false'])
    expect(header(refused, 'content-type')).toBe('application/json')
    expect(header(refused, 'x-request-id')).toBe('r-1')
    const { error } = JSON.parse(refused.body) as { error: { code: string; message: string } }
    expect(error.code).toBe('answer_too_large')
    expect(Number(/The answer is (\d+) bytes\./.exec(error.message)?.[1])).toBeGreaterThan(limit)
    expect(error.message).toContain(String(limit))
  })

  it('is so to the byte', () => {
    const result = { statusCode: 200, headers: {}, body: 'ä'.repeat(30_000), isBase64Encoded: false }
    expect(bytesBeyond(result, jsonBytes(result))).toBeUndefined()
    expect(bytesBeyond(result, jsonBytes(result) - 1)).toBe(jsonBytes(result))
  })

  it('is told so of a stream, too, and never begins', async () => {
    const { result } = await send(albEvent(chatRequest()), { steps: [word(600_000), word(600_000)] })
    expect(result.statusCode).toBe(502)
    expect(JSON.parse(result.body)).toMatchObject({ error: { code: 'answer_too_large' } })
  })

  it('is measured with the escapes of its JSON', async () => {
    const { result } = await send(albEvent(chatRequest({ stream: false })), { steps: ['"'.repeat(300_000)] })
    expect(result.statusCode).toBe(502)
  })
})

it('what is no text goes out as base64', async () => {
  const bytes = new Uint8Array([0xff, 0xd8, 0x00, 0x80])
  const door = {
    serves: () => true,
    handle: async (
      _: unknown,
      sink: { head: (status: number, headers: Record<string, string>) => void; end: (bytes: Uint8Array) => void },
    ) => {
      sink.head(200, {})
      sink.end(bytes)
    },
  }
  const result = await toLambdaHandler({ door })(albEvent({ path: '/' }), context)
  expect(result.isBase64Encoded).toBe(true)
  expect(new Uint8Array(Buffer.from(result.body, 'base64'))).toEqual(bytes)
})

it('an event that holds no request, or holds it broken, is an answer and no rejection', async () => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
  for (const event of [{}, null, 'text', { source: 'aws.events' }, { requestContext: { elb: {} } }]) {
    expect((await send(event)).result.statusCode).toBe(400)
  }
  const { result } = await send({ ...albEvent(chatRequest()), multiValueHeaders: { a: 7 } })
  expect(result.statusCode).toBe(500)
  logged.mockRestore()
})

it('two parameters and no more: Node 24 on Lambda refuses a third', () => {
  expect(toLambdaHandler({ door: { serves: () => true, handle: async () => {} } })).toHaveLength(2)
  expect(() => Reflect.apply(toLambdaHandler, undefined, [])).toThrow('toLambdaHandler() takes a gateway, such as')
})

it.each([
  [{ basePath: 5 }, '`basePath` must be a string, got 5.'],
  [{ principal: { tenant: 'host' } }, '`principal` must be a function.'],
  [{ basepath: '/llm' }, 'has no option `basepath`'],
])('takes options of their kinds alone, which is found out before the first event: %j', (options, fault) => {
  const gateway = createGateway({ providers: [scriptedProvider('scripted', [])], auth: 'none' })
  for (const make of [toLambdaHandler, toLambdaStreamHandler])
    expect(() => make(gateway, options as never)).toThrow(fault)
})

it('a hundred invocations at once in one process are each its own', async () => {
  const gateway = createGateway({ providers: [scriptedProvider('scripted', ['a', 'b'])], auth: 'none' })
  const handler = toLambdaHandler(gateway)
  const kinds = Object.values(builders)
  const ids = Array.from({ length: 100 }, (_, index) => `call-${index}`)
  const answers = await Promise.all(
    ids.map((awsRequestId, index) => handler(kinds[index % 4]!(chatRequest()), { ...context, awsRequestId })),
  )
  expect(answers.map(answer => header(answer, 'x-request-id'))).toEqual(ids)
  expect(answers.every(({ body }) => readStory(body).done)).toBe(true)
})
