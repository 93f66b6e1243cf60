import { toLambdaStreamHandler } from '@modelgate/aws/lambda'
import {
  albEvent,
  functionUrlEvent,
  installLambdaShim,
  type LambdaShim,
  restApiEvent,
} from '@modelgate/aws/lambda/testing'
import { type AuthRequest, createGateway } from '@modelgate/core'
import { scriptedProvider } from '@modelgate/core/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { chatRequest } from './chat-request.ts'

let shim: LambdaShim
beforeEach(() => {
  shim = installLambdaShim()
})
afterEach(() => shim.uninstall())

/** Sends an event and tells what the door saw of it, and what it answered. */
async function send(event: unknown, basePath?: string) {
  const seen: AuthRequest[] = []
  const provider = scriptedProvider('scripted', ['yes'])
  const gateway = createGateway({
    providers: [provider],
    auth: request => {
      seen.push(request)
      return { tenant: 'acme' }
    },
  })
  const call = shim.invoke(toLambdaStreamHandler(gateway, { basePath }), event)
  const [{ statusCode }, body] = await Promise.all([call.prelude, call.text(), call.returned])
  return { statusCode, body, seen: seen[0], asked: provider.calls[0]?.request.messages[0]?.content }
}

const builders = { 'payload 2.0': functionUrlEvent, 'payload 1.0': restApiEvent }

describe.each(Object.entries(builders))('an event of %s', (_, build) => {
  it('may come by a stage, even by one called v1', async () => {
    for (const stage of ['prod', 'v1']) {
      const { statusCode, seen } = await send(build(chatRequest({}, { stage })))
      expect(statusCode).toBe(200)
      expect(seen?.path).toBe('/v1/chat/completions')
    }
  })

  it('may come by a base path, with and without a stage', async () => {
    for (const stage of ['$default', 'prod']) {
      const sent = chatRequest({}, { path: '/llm/v1/chat/completions', stage })
      expect((await send(build(sent), '/llm/')).statusCode).toBe(200)
      expect((await send(build(sent))).statusCode).toBe(404)
    }
  })

  it('is not served beside the base path', async () => {
    expect((await send(build(chatRequest()), '/llm')).statusCode).toBe(404)
  })

  it('whose body is no text, as of a test written by hand, is a 400 that says so', async () => {
    const { statusCode, body } = await send({ ...build(chatRequest()), body: { model: 'fast' } })
    expect([statusCode, body]).toEqual([400, expect.stringContaining('must be text')])
  })

  it('without a body is a 400 where one is needed', async () => {
    const { statusCode } = await send(build({ path: '/v1/chat/completions', method: 'POST' }))
    expect(statusCode).toBe(400)
  })
})

describe('an event of payload 1.0', () => {
  it('of an HTTP API, as Terraform makes it unless told, has a named stage in its path; it is taken off', async () => {
    for (const stage of ['prod', 'v1']) {
      const event = restApiEvent(chatRequest({}, { path: `/${stage}/v1/chat/completions`, stage }))
      const { statusCode, seen } = await send({ version: '1.0', ...event })
      expect([statusCode, seen?.path]).toEqual([200, '/v1/chat/completions'])
    }
  })
})

describe('an event of payload 2.0', () => {
  it('behind a domain of one’s own has no stage in its path', async () => {
    const event = functionUrlEvent(chatRequest())
    for (const stage of ['prod', 'v1']) {
      const { statusCode } = await send({ ...event, requestContext: { ...event.requestContext, stage } })
      expect(statusCode).toBe(200)
    }
  })

  it('may have its headers as the client wrote them, as `sam local` makes it', async () => {
    const event = {
      ...functionUrlEvent({ path: '/v1/models' }),
      headers: { 'X-Api-Key': 'good', 'X-Request-Id': 'mine' },
    }
    expect((await send(event)).seen?.headers).toMatchObject({ 'x-api-key': 'good', 'x-request-id': 'mine' })
    const twice = { ...event, headers: { Authorization: 'Bearer good', authorization: 'Bearer evil' } }
    expect((await send(twice)).statusCode).toBe(401)
  })

  it('has its cookies beside its headers; they are put back', async () => {
    const { seen } = await send({ ...functionUrlEvent({ path: '/v1/models' }), cookies: ['a=1', 'b=2'] })
    expect(seen?.headers.cookie).toBe('a=1; b=2')
  })
})

describe('an event of payload 1.0', () => {
  it('may have single values only', async () => {
    const event = restApiEvent(chatRequest({}, { path: '/v1/chat/completions?a=1', headers: { 'X-A': '1' } }))
    const { seen, statusCode } = await send({
      ...event,
      multiValueHeaders: null,
      multiValueQueryStringParameters: null,
    })
    expect(statusCode).toBe(200)
    expect(seen).toMatchObject({ path: '/v1/chat/completions?a=1', headers: { 'x-a': '1' } })
  })

  it('with two Authorization headers is refused: which was meant would be a guess', async () => {
    const event = restApiEvent(chatRequest())
    const multiValueHeaders = { Authorization: ['Bearer a'], authorization: ['Bearer b'] }
    expect((await send({ ...event, multiValueHeaders })).statusCode).toBe(401)
  })

  it('with two idempotency keys is refused by their name', async () => {
    const event = restApiEvent(chatRequest())
    const multiValueHeaders = { ...event.multiValueHeaders, 'Idempotency-Key': ['a', 'b'] }
    const { statusCode, body } = await send({ ...event, multiValueHeaders })
    expect([statusCode, JSON.parse(body)]).toMatchObject([400, { error: { param: 'Idempotency-Key' } }])
  })
})

it('an event of a load balancer, which could not read a streamed answer, is refused before it costs; the log says what to mount', async () => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
  const { statusCode, body, asked } = await send(albEvent(chatRequest()))
  expect([statusCode, asked]).toEqual([500, undefined])
  expect(JSON.parse(body)).toMatchObject({ error: { code: 'invalid_configuration' } })
  expect(logged.mock.calls.flat().join(' ')).toContain('toLambdaHandler()')
  logged.mockRestore()
})
