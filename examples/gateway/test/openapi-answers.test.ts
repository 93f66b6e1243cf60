import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openApiDocument } from '../src/openapi/openapi-document.ts'
import { documentedRoutes } from '../src/server/app-routes.ts'
import { type App, startApp } from '../src/start-app.ts'
import { demoKey, postChat, setFaults } from './chat-over-http.ts'
import { type AnswerHead, DocumentedAnswers } from './documented-answers.ts'
import { documentedFetch } from './documented-fetch.ts'
import { temporaryFile } from './run-gateway.ts'

/** Statuses and codes that the stories of failures ended with. */
const told = new Set<string>()
const hello = [{ role: 'user', content: 'Say exactly: hello' }]

const config = JSON.stringify({
  keys: [
    { key: demoKey },
    { key: 'sk-free', tier: 'free' },
    { key: 'sk-health', permissions: ['health'] },
    { key: 'sk-counting-tokens', rateLimit: { tokensPerMinute: 100_000 } },
  ],
  routes: { fast: ['openai/gpt-4o-mini'], think: ['bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0'] },
  exposeModels: 'all',
  maxAttempts: 1,
})

/** In this process: one for each story of a failure, so that no target cools down from the one before. */
function startStory(): Promise<App> {
  const environment = { PORT: '0', SHUTDOWN_GRACE_MS: '0', MODELGATE_CONFIG: temporaryFile('modelgate.json', config) }
  return startApp(environment, () => undefined)
}

function chat({ url }: Pick<App, 'url'>, body: object, headers?: Readonly<Record<string, string>>): Promise<Response> {
  return postChat(`${url}/v1/chat/completions`, { model: 'fast', messages: hello, ...body }, headers)
}

describe('every answer', () => {
  let gateway: App
  beforeAll(async () => {
    gateway = await startStory()
  })
  afterAll(() => gateway.close())

  it.each<[string, object]>([
    ['a whole answer', {}],
    ['two choices', { n: 2 }],
    ['one with log probabilities', { logprobs: true, top_logprobs: 2 }],
    ['reasoning', { model: 'think', reasoning_effort: 'low' }],
    [
      'a tool call',
      {
        messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
        tools: [
          { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } },
        ],
      },
    ],
  ])('is as the document says: %s, whole and streamed', async (_name, body) => {
    for (const stream of [false, true]) {
      const answer = await chat(gateway, {
        ...body,
        ...(stream && { stream, stream_options: { include_usage: true } }),
      })
      expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('"choices"')])
    }
  })

  it.each<[string, object, Readonly<Record<string, string>>, number]>([
    ['no JSON', { messages: 3 }, {}, 400],
    ['a wrong key', {}, { 'X-API-Key': 'sk-wrong' }, 401],
    ['a key without the scope', {}, { 'X-API-Key': 'sk-health' }, 403],
    ['an unknown model', { model: 'nothing' }, {}, 404],
    ['a compressed body', {}, { 'content-encoding': 'gzip' }, 415],
    ['tokens that are counted', {}, { 'X-API-Key': 'sk-counting-tokens' }, 200],
    ['the report as a comment', { stream: true }, { 'x-modelgate-report': 'comment' }, 200],
  ])('is as the document says: %s', async (_name, body, headers, status) => {
    const answer = await chat(gateway, body, headers)
    await answer.text()
    expect(answer.status).toBe(status)
  })

  it('is as the document says: too many requests', async () => {
    const statuses: number[] = []
    for (let index = 0; index < 11; index++) {
      const answer = await chat(gateway, {}, { 'X-API-Key': 'sk-free' })
      await answer.text()
      statuses.push(answer.status)
    }
    expect(new Set(statuses)).toEqual(new Set([200, 429]))
  })

  it.each<object>([
    ...[400, 401, 403, 404, 408, 409, 422, 424, 429, 500, 503, 529].map(status => ({ kind: 'status', status })),
    { kind: 'reset-before-head' },
    { kind: 'stall', afterFrames: 0 },
    { kind: 'html' },
    { kind: 'garbage' },
    { kind: 'exception', exceptionType: 'throttlingException', afterFrames: 2 },
    { kind: 'end-without-terminal' },
    { kind: 'reset', afterFrames: 2 },
    { kind: 'unknown-event' },
  ])('is as the document says when the upstream fails: %o, whole and streamed, on both lanes', async fault => {
    for (const [model, stream] of [
      ['fast', false],
      ['fast', true],
      ['think', false],
      ['think', true],
    ] as const) {
      const app = await startStory()
      await setFaults(app.simulator, [{ fault }])
      const answer = await chat(app, { model, stream }, { 'x-request-timeout-ms': '400' })
      const { code } = /"code":"(?<code>\w+)"/.exec(await answer.text())?.groups ?? {}
      told.add(`${answer.status} ${code}`)
      await app.close()
    }
  })

  it('is looked at in failures of many kinds', () => {
    expect([...told]).toEqual(
      expect.arrayContaining([
        '200 stream_interrupted',
        '200 upstream_rate_limited',
        '400 invalid_request',
        '404 model_not_found',
        '422 invalid_request',
        '429 upstream_rate_limited',
        '502 upstream_auth_failed',
        '502 upstream_bad_response',
        '503 upstream_unavailable',
        '504 timeout_total',
      ]),
    )
  })

  it('is as the document says: models, vectors, health, the document, and what is not there', async () => {
    const headers = { 'X-API-Key': demoKey }
    const post = {
      method: 'POST',
      headers,
      body: JSON.stringify({ model: 'text-embedding-3-small', input: ['a', 'b'] }),
    }
    const base64 = {
      ...post,
      body: JSON.stringify({ model: 'text-embedding-3-small', input: 'a', encoding_format: 'base64' }),
    }
    const asked: [string, RequestInit, number][] = [
      ['/v1/models', { headers }, 200],
      ['/v1/models/fast', { headers }, 200],
      ['/v1/models/no/such', { headers }, 404],
      ['/v1/models', {}, 401],
      ['/v1/models', { headers, method: 'HEAD' }, 200],
      ['/v1/models/no/such', { headers, method: 'HEAD' }, 404],
      ['/v1/embeddings', post, 200],
      ['/v1/embeddings', base64, 200],
      ['/v1/embeddings', { ...post, body: '{}' }, 400],
      ['/v1/responses', { ...post, body: '{}' }, 400],
      ['/v1/responses', { headers }, 405],
      ['/v1/responses/resp_1', { headers }, 404],
      ['/health', {}, 200],
      ['/health', { method: 'HEAD' }, 200],
      ['/api/v1/health', {}, 200],
      ['/v1/health', {}, 200],
      ['/openapi.json', {}, 200],
      ['/nothing', {}, 404],
      ['/health', { method: 'POST' }, 405],
    ]
    for (const [path, init, status] of asked) {
      const answer = await documentedFetch(gateway.url + path, init)
      await answer.text()
      expect(answer.status, path).toBe(status)
    }
  })

  it('serves the document that stands in the repository', async () => {
    const answer = await documentedFetch(`${gateway.url}/openapi.json`)
    expect(await answer.json()).toEqual(JSON.parse(JSON.stringify(openApiDocument(documentedRoutes))))
  })
})

describe('an answer that is not as the document says', () => {
  const answers = new DocumentedAnswers(openApiDocument(documentedRoutes))
  const headers = { 'content-type': 'application/json', 'x-request-id': 'id-1' }
  const head: AnswerHead = { method: 'POST', path: '/v1/chat/completions', status: 200, headers: new Headers(headers) }
  const choice = {
    index: 0,
    message: { role: 'assistant', content: 'x', refusal: null },
    finish_reason: 'stop',
    logprobs: null,
  }
  const completion = { id: 'a', object: 'chat.completion', created: 1, model: 'm', choices: [choice] }
  const chunk = {
    ...completion,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: {}, finish_reason: null }],
  }
  const error = { error: { message: 'm', type: 't', param: null, code: 'c' } }

  function take(changed: Partial<AnswerHead>, text: string): void {
    const check = answers.check({ ...head, ...changed })
    check.take(text)
    check.end()
  }

  it('is told from one that is', () => {
    expect(() => take({}, JSON.stringify(completion))).not.toThrow()
    expect(() => take({ status: 400 }, JSON.stringify(error))).not.toThrow()
  })

  it.each<[string, Partial<AnswerHead>, unknown]>([
    ['a member that is missing', {}, { ...completion, model: undefined }],
    ['a member of another type', {}, { ...completion, created: 'now' }],
    ['a word that is none of the known', {}, { ...completion, choices: [{ ...choice, finish_reason: 'done' }] }],
    ['an error with a stack', { status: 400 }, { error: { ...error.error, stack: 'at …' } }],
    ['an answer where an error was due', { status: 400 }, completion],
    ['another media type', { headers: new Headers({ ...headers, 'content-type': 'text/html' }) }, completion],
    ['a status that is not told', { path: '/health', method: 'GET', status: 418 }, error],
    ['a path that is not told', { path: '/v2/x' }, completion],
    ['a header that is not told', { headers: new Headers({ ...headers, 'x-modelgate-secret': '1' }) }, completion],
    ['a header that is missing', { headers: new Headers({ 'content-type': 'application/json' }) }, completion],
  ])('is caught: %s', (_name, changed, value) => {
    expect(() => take(changed, JSON.stringify(value))).toThrow()
  })

  it('is caught within a stream', () => {
    const stream = { headers: new Headers({ ...headers, 'content-type': 'text/event-stream; charset=utf-8' }) }
    const events = (...values: unknown[]): string => values.map(value => `data: ${JSON.stringify(value)}\n\n`).join('')
    expect(() => take(stream, `: keep-alive\n\n${events(chunk, error)}data: [DONE]\n\n`)).not.toThrow()
    expect(() => take(stream, events(chunk, { ...chunk, choices: 'none' }))).toThrow()
    expect(() => take(stream, events({ ...chunk, object: 'chat.completion' }))).toThrow()
  })
})

/** The one that does, and one that forwards answers in order to lie about them. */
const exempt: readonly string[] = ['documented-fetch.ts', 'lying-front.ts']

it('holds every answer of the tests of this app against the document', () => {
  for (const name of readdirSync(import.meta.dirname)) {
    const text = readFileSync(join(import.meta.dirname, name), 'utf8')
    if (/(?<![\w.])fetch\(/.test(text) && !exempt.includes(name) && !/setFaults\(simulator/.test(text)) {
      expect(text, name).toContain("import { documentedFetch as fetch } from './documented-fetch.ts'")
    }
  }
})
