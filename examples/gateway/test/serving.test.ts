import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoKey, type ErrorAnswer, postChat } from './chat-over-http.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { type Running, runGateway } from './run-gateway.ts'

describe('the gateway app with nothing configured', () => {
  let gateway: Running
  beforeAll(async () => {
    gateway = await runGateway({ AWS_ACCESS_KEY_ID: 'AKIAREALLOOKING00000', AWS_SECRET_ACCESS_KEY: 'a-real-secret' })
  })
  afterAll(() => gateway[Symbol.asyncDispose]())

  it('says on the first line of standard output where it listens, and nothing more there', () => {
    expect(gateway.listening).toEqual({
      msg: 'listening',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/),
      mode: 'simulator',
      simulator: expect.stringMatching(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/),
    })
    expect(gateway.stdout().trim().split('\n')).toHaveLength(1)
  })

  it('tells people that it simulates, what it found, and how to call it', async () => {
    await expect.poll(gateway.stderr).toContain('for await')
    expect(gateway.stderr().split('\n')[0]).toMatch(
      /^Simulator: .*AWS credentials found: `UPSTREAM=live MODELGATE_API_KEY=… npx -y pnpm@12 start` uses them\.$/,
    )
    expect(gateway.stderr()).toContain(`curl ${gateway.url}/api/v1/completions`)
    expect(gateway.stderr()).toContain(`new OpenAI({ baseURL: '${gateway.url}/v1', apiKey: '${demoKey}' })`)
    expect(gateway.stderr()).not.toMatch(/AKIAREALLOOKING|a-real-secret/)
  })

  it.each(['/health', '/api/v1/health', '/v1/health', '/v1/api/v1/health'])(
    'is healthy at %s without a key',
    async path => {
      const answer = await fetch(gateway.url + path)
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({ status: 'ok' })
    },
  )

  it.each(['/api/v1/completions', '/v1/api/v1/completions', '/v1/chat/completions', '/v1/v1/chat/completions'])(
    'answers a plain curl at %s',
    async path => {
      const answer = await postChat(gateway.url + path)
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({ object: 'chat.completion', model: 'gpt-4' })
    },
  )

  it('answers for a model of Bedrock’s whose provider is named', async () => {
    const body = { model: 'anthropic.claude-3-sonnet-20240229-v1:0' }
    const answer = await postChat(`${gateway.url}/v1/chat/completions`, body, { 'x-provider': 'bedrock' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-modelgate-provider')).toBe('bedrock')
  })

  it('gives a request without a model the default one', async () => {
    const answer = await postChat(`${gateway.url}/v1/chat/completions`, { model: undefined })
    expect(await answer.json()).toMatchObject({ model: 'anthropic.claude-3-sonnet-20240229-v1:0' })
  })

  it('lists routes and what the providers serve', async () => {
    const headers = { Authorization: `Bearer ${demoKey}` }
    const list = (await (await fetch(`${gateway.url}/v1/models`, { headers })).json()) as { data: { id: string }[] }
    expect(list.data.map(({ id }) => id)).toEqual(expect.arrayContaining(['fast', 'gpt-4', 'amazon.nova-lite-v1:0']))
  })

  it.each([
    ['no key', {}],
    ['a wrong key', { 'X-API-Key': 'sk-wrong' }],
  ])('turns %s away', async (_name, headers) => {
    const answer = await fetch(`${gateway.url}/api/v1/completions`, { method: 'POST', headers, body: '{}' })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ error: { type: 'authentication_error', code: 'unauthenticated' } })
  })

  it.each([
    ['GET', '/', 404, 'not_found'],
    ['POST', '/v1/nothing', 404, 'not_found'],
    ['GET', '/v1/v1/v1/models', 404, 'not_found'],
    ['POST', '/health', 405, 'method_not_allowed'],
    ['GET', '/api/v1/completions', 405, 'method_not_allowed'],
  ])("answers %s %s with %i in OpenAI's shape", async (method, path, status, code) => {
    const answer = await fetch(gateway.url + path, { method })
    expect(answer.status).toBe(status)
    const { error } = (await answer.json()) as ErrorAnswer
    expect(error.code).toBe(code)
    expect(error.message).toContain(method)
  })

  it("names what there is, an operator's paths to who looks for one alone", async () => {
    const told = async (path: string) => ((await (await fetch(gateway.url + path)).json()) as ErrorAnswer).error.message
    expect(await told('/v1/files')).toMatch(
      /option `batches`.* serves \/v1\/chat\/completions, .*; GET \/openapi\.json/,
    )
    expect(await told('/v1/files')).not.toContain('/admin/')
    expect(await told('/api/v1/admin/nothing')).toContain('/api/v1/admin/keys')
  })

  it('keeps a connection longer than an ALB does', async () => {
    expect((await fetch(`${gateway.url}/health`)).headers.get('keep-alive')).toBe('timeout=65')
  })

  it('keeps it for as long as it is told, where the load balancer’s own time was raised', async () => {
    await using raised = await runGateway({ KEEP_ALIVE_TIMEOUT_MS: '605000' })
    expect((await fetch(`${raised.url}/health`)).headers.get('keep-alive')).toBe('timeout=605')
  })

  it.each([
    ['what is no HTTP', 'garbage\r\n\r\n', '400 Bad Request'],
    [
      'endless headers',
      `GET /health HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
      '431 Request Header Fields Too Large',
    ],
  ])('answers %s and closes', async (_name, bytes, status) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
    socket.write(bytes)
    const [head, body] = (await text(socket)).split('\r\n\r\n')
    expect(head).toContain(`HTTP/1.1 ${status}`)
    expect(JSON.parse(body ?? '')).toMatchObject({ error: { type: 'invalid_request_error' } })
  })
})
