import { toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { functionUrlEvent, installLambdaShim, type LambdaShim } from '@modelgate/aws/lambda/testing'
import {
  apiKeys,
  createGateway,
  type Door,
  GatewayError,
  hashKey,
  memoryKeyStore,
  type RequestRecord,
} from '@modelgate/core'
import { type ScriptStep, scriptedProvider } from '@modelgate/core/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { chatRequest, readStory } from './chat-request.ts'

let shim: LambdaShim
beforeEach(() => {
  shim = installLambdaShim()
})
afterEach(() => {
  shim.uninstall()
  vi.restoreAllMocks()
})

function scriptedHandler(...script: readonly (readonly ScriptStep[])[]) {
  return toLambdaStreamHandler(createGateway({ providers: [scriptedProvider('scripted', ...script)], auth: 'none' }))
}

function handlerOf(handle: Door['handle']) {
  return toLambdaStreamHandler({ door: { serves: () => true, handle } })
}

describe('a streamed answer', () => {
  it('has its status and headers in the prelude and its events behind it', async () => {
    const call = shim.invoke(scriptedHandler(['Hel', 'lo']), functionUrlEvent(chatRequest()))
    const { statusCode, headers } = await call.prelude
    expect(statusCode).toBe(200)
    expect(headers['content-type']).toBe('text/event-stream; charset=utf-8')
    expect(headers['x-modelgate-provider']).toBe('scripted')
    expect(readStory(await call.text())).toEqual({ text: 'Hello', finishReason: 'stop', error: undefined, done: true })
    await call.returned
  })

  it('begins before the provider has said the rest', async () => {
    const rest = Promise.withResolvers<void>()
    const call = shim.invoke(scriptedHandler(['first', rest.promise, ' last']), functionUrlEvent(chatRequest()))
    const pieces = call.pieces()[Symbol.asyncIterator]()
    const first = new TextDecoder().decode((await pieces.next()).value as Uint8Array)
    expect(first).toContain('first')
    expect(first).not.toContain('last')
    rest.resolve()
    let body = first
    for (let step = await pieces.next(); !step.done; step = await pieces.next()) {
      body += new TextDecoder().decode(step.value)
    }
    expect(readStory(body)).toMatchObject({ text: 'first last', done: true })
  })

  it('that fails on the way ends with an error event and without [DONE]', async () => {
    const cut = new GatewayError('stream_interrupted', 'The upstream went away.')
    const call = shim.invoke(scriptedHandler(['Hel', cut]), functionUrlEvent(chatRequest()))
    expect((await call.prelude).statusCode).toBe(200)
    const story = readStory(await call.text())
    expect(story).toMatchObject({ text: 'Hel', finishReason: undefined, done: false })
    expect(story.error?.code).toBe('stream_interrupted')
    await call.returned
  })

  it('of a hundred invocations at once in one process is each its own', async () => {
    const gateway = createGateway({ providers: [scriptedProvider('scripted', ['a', 'b'])], auth: 'none' })
    const handler = toLambdaStreamHandler(gateway)
    const ids = Array.from({ length: 100 }, (_, index) => `call-${index}`)
    const answers = await Promise.all(
      ids.map(async awsRequestId => {
        const call = shim.invoke(handler, functionUrlEvent(chatRequest()), { awsRequestId })
        const [prelude, text] = await Promise.all([call.prelude, call.text(), call.returned])
        expect(readStory(text)).toMatchObject({ text: 'ab', done: true })
        return prelude.headers['x-request-id']
      }),
    )
    expect(answers).toEqual(ids)
  })
})

describe('a refusal before the stream', () => {
  it('has its true status, and the body OpenAI clients read', async () => {
    const full = new GatewayError('upstream_rate_limited', 'Too many.', { retryAfterMs: 1_500 })
    const call = shim.invoke(scriptedHandler([full]), functionUrlEvent(chatRequest()))
    const { statusCode, headers } = await call.prelude
    expect(statusCode).toBe(429)
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'retry-after': '2' })
    expect(JSON.parse(await call.text())).toMatchObject({ error: { code: 'upstream_rate_limited' } })
    await call.returned
  })

  it('is 401 without a known key, and a known key is let in', async () => {
    const gateway = createGateway({
      providers: [scriptedProvider('scripted', ['yes'])],
      auth: apiKeys(memoryKeyStore([{ keyHash: hashKey('the-key') }])),
    })
    const handler = toLambdaStreamHandler(gateway)
    const refused = shim.invoke(handler, functionUrlEvent(chatRequest()))
    expect((await refused.prelude).statusCode).toBe(401)
    expect(JSON.parse(await refused.text())).toMatchObject({ error: { code: 'unauthenticated' } })
    const headers = { Authorization: 'Bearer the-key' }
    const admitted = shim.invoke(handler, functionUrlEvent(chatRequest({}, { headers })))
    expect((await admitted.prelude).statusCode).toBe(200)
  })

  it('is a JSON 404 for a path the door does not serve, framed by Lambda and not by us', async () => {
    const call = shim.invoke(scriptedHandler([]), functionUrlEvent({ path: '/nowhere' }))
    const { statusCode, headers } = await call.prelude
    expect(statusCode).toBe(404)
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['connection']))
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['content-length']))
    expect(JSON.parse(await call.text())).toMatchObject({ error: { code: 'not_found' } })
  })

  it('is 413 for a body past the limit', async () => {
    const gateway = createGateway({ providers: [scriptedProvider('scripted')], auth: 'none', maxBodyBytes: 20 })
    const call = shim.invoke(toLambdaStreamHandler(gateway), functionUrlEvent(chatRequest()))
    expect((await call.prelude).statusCode).toBe(413)
  })

  it('is 400 for an event that holds no request, and shows no stack', async () => {
    for (const event of [{}, null, 'text', { source: 'aws.events' }]) {
      const call = shim.invoke(scriptedHandler([]), event)
      expect((await call.prelude).statusCode).toBe(400)
      expect(await call.text()).not.toContain('.ts:')
      await call.returned
    }
  })

  it('is a bare 500 when the host’s own login throws; the log has the cause', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const gateway = createGateway({ providers: [scriptedProvider('scripted')], auth: 'none' })
    const broken = new TypeError('no such claim')
    const handler = toLambdaStreamHandler(gateway, {
      principal: () => {
        throw broken
      },
    })
    const call = shim.invoke(handler, functionUrlEvent(chatRequest()), { awsRequestId: 'r-1' })
    expect((await call.prelude).statusCode).toBe(500)
    expect(await call.text()).not.toContain('claim')
    await call.returned
    expect(logged).toHaveBeenCalledWith('modelgate', 'r-1', broken.stack)
  })
})

describe('a door', () => {
  it('that answers with a head alone keeps its status', async () => {
    const handler = handlerOf((_, sink) => {
      sink.head(204, { 'x-a': 'b' })
      void sink.end()
      return Promise.resolve()
    })
    const call = shim.invoke(handler, functionUrlEvent({ path: '/v1/models' }))
    expect(await call.prelude).toEqual({ statusCode: 204, headers: { 'x-a': 'b' } })
    expect(await call.text()).toBe('')
  })

  it('that breaks half-way ends the answer; the runtime is told nothing, the log all', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const broken = new TypeError('a fault of ours')
    const handler = handlerOf((_, sink) => {
      sink.head(200, {})
      sink.write(new TextEncoder().encode('half'))
      return Promise.reject(broken)
    })
    const call = shim.invoke(handler, functionUrlEvent({ path: '/v1/models' }), { awsRequestId: 'r-3' })
    expect(await call.text()).toBe('half')
    await call.returned
    expect(logged).toHaveBeenCalledWith('modelgate', 'r-3', broken.stack)
  })
})

describe('the host', () => {
  it('says who calls, from what its authorizer put in the event', async () => {
    const records: RequestRecord[] = []
    const gateway = createGateway({
      providers: [scriptedProvider('scripted', ['yes'])],
      requestLog: { write: record => void records.push(record), flush: () => Promise.resolve() },
    })
    const handler = toLambdaStreamHandler(gateway, {
      principal: ({ requestContext }) => ({ tenant: String(requestContext?.authorizer) }),
    })
    const event = functionUrlEvent(chatRequest())
    const call = shim.invoke(handler, {
      ...event,
      requestContext: { ...event.requestContext, authorizer: 'acme' },
    })
    expect((await call.prelude).statusCode).toBe(200)
    await Promise.all([call.text(), call.returned])
    expect(records.map(({ tenant }) => tenant)).toEqual(['acme'])
  })

  it('is not returned to before the log is flushed', async () => {
    const order: string[] = []
    const flushed = Promise.withResolvers<void>()
    const gateway = createGateway({
      providers: [scriptedProvider('scripted', ['yes'])],
      auth: 'none',
      requestLog: {
        write: () => void order.push('written'),
        async flush() {
          await flushed.promise
          order.push('flushed')
        },
      },
    })
    const call = shim.invoke(toLambdaStreamHandler(gateway), functionUrlEvent(chatRequest()))
    const returned = call.returned.then(() => order.push('returned'))
    // The client has the whole answer while the function still works.
    expect(readStory(await call.text()).done).toBe(true)
    order.push('read')
    flushed.resolve()
    await returned
    expect(order).toEqual(['written', 'read', 'flushed', 'returned'])
  })

  it('learns of a log that could not be flushed, and its client does not', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const full = new Error('disk full')
    const gateway = createGateway({
      providers: [scriptedProvider('scripted', ['yes'])],
      auth: 'none',
      requestLog: { write: () => {}, flush: () => Promise.reject(full) },
    })
    const call = shim.invoke(toLambdaStreamHandler(gateway), functionUrlEvent(chatRequest()), { awsRequestId: 'r-2' })
    expect(readStory(await call.text()).done).toBe(true)
    await call.returned
    expect(logged).toHaveBeenCalledWith('modelgate', 'r-2', full.stack)
  })
})
