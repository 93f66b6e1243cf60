import { GatewayError, type UpstreamResponse } from '@modelgate/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventError, throwUpstreamError } from '../src/errors.ts'
import { bodyOf } from './support/sse.ts'

const upstream = { id: 'acme', secrets: ['my-own-key'] }
const now = Date.parse('2026-11-20T10:00:00Z')

async function errorOf(
  status: number,
  body: object | string = {},
  headers: UpstreamResponse['headers'] = {},
): Promise<unknown> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return throwUpstreamError({ status, headers, body: bodyOf(text) }, upstream, now).catch((error: unknown) => error)
}

const saying = (message: string, rest: object = {}): object => ({ error: { message, ...rest } })

describe('every status has its row', () => {
  test.each([
    [400, 'invalid_request', 400, false],
    [401, 'upstream_auth_failed', 502, false],
    [402, 'upstream_rate_limited', 429, false],
    [403, 'upstream_auth_failed', 502, false],
    [404, 'model_not_found', 404, false],
    [405, 'upstream_bad_response', 502, false],
    [408, 'upstream_unavailable', 504, true],
    [409, 'upstream_unavailable', 503, true],
    [410, 'model_not_found', 404, false],
    [413, 'request_too_large', 413, false],
    [415, 'invalid_request', 415, false],
    [422, 'invalid_request', 422, false],
    [424, 'upstream_bad_response', 502, true],
    [425, 'upstream_unavailable', 503, true],
    [429, 'upstream_rate_limited', 429, true],
    [500, 'upstream_unavailable', 502, true],
    [502, 'upstream_unavailable', 502, true],
    [503, 'upstream_unavailable', 503, true],
    [504, 'upstream_unavailable', 504, true],
    [529, 'upstream_unavailable', 502, true],
    [301, 'upstream_bad_response', 502, true],
    [304, 'upstream_bad_response', 502, true],
  ])('%i → %s', async (status, code, ours, retryable) => {
    expect(await errorOf(status, saying('why'))).toMatchObject({ code, status: ours, retryable })
  })
})

describe('the upstream says it better than its status', () => {
  test.each([
    [400, saying('x', { code: 'context_length_exceeded' }), 'context_length_exceeded'],
    [400, saying("This model's maximum context length is 8192 tokens."), 'context_length_exceeded'],
    [400, saying('prompt is too long: 9 tokens > 8 maximum'), 'context_length_exceeded'],
    [400, saying('x', { code: 'content_filter' }), 'content_filtered'],
    [400, saying('x', { code: 'content_policy_violation' }), 'content_filtered'],
    [400, saying('x', { code: 'invalid_prompt' }), 'content_filtered'],
    [403, saying('no access', { code: 'model_not_found' }), 'model_not_found'],
    [400, saying('x', { code: 'constructor' }), 'invalid_request'],
  ])('%i %j', async (status, body, code) => {
    expect(await errorOf(status, body)).toMatchObject({ code })
  })

  test('an empty account is not worth a retry, although it is a 429', async () => {
    const error = await errorOf(429, saying('You exceeded your quota.', { code: 'insufficient_quota' }))
    expect(error).toMatchObject({ code: 'upstream_rate_limited', status: 429, retryable: false })
  })

  test('but a 5xx stays one', async () => {
    expect(await errorOf(500, saying('x', { code: 'content_filter' }))).toMatchObject({ code: 'upstream_unavailable' })
  })
})

describe('what callers are told', () => {
  test('the upstream message and param of a 4xx, on one line and without secrets', async () => {
    const body = saying("Unknown model\n'gpt-9' for sk-abcdefghijkl", { param: 'model' })
    expect(await errorOf(404, body)).toMatchObject({ message: "Unknown model 'gpt-9' for [masked]", param: 'model' })
  })

  test('of a path that is not there names the base URL, which is wrong then', async () => {
    const saidOf = async (message: string) => errorOf(404, saying(message, {}))
    expect(await saidOf('Invalid URL (POST /chat/completions)')).toMatchObject({
      message: "The upstream 'acme' said: Invalid URL (POST /chat/completions); check its base URL.",
    })
    for (const message of ['No such File object: file-1', 'Not a chat model; use the endpoint v1/completions'])
      expect(await saidOf(message)).toMatchObject({ message })
  })

  test('of a method that is not allowed the same, whatever it says', async () => {
    for (const body of ['', saying('Method Not Allowed')]) {
      expect(await errorOf(405, body)).toMatchObject({
        message: "The upstream 'acme' answered with status 405; check its base URL.",
      })
    }
  })

  test.each([401, 403])('nothing of what a %i says but its code', async status => {
    const error = await errorOf(status, saying('Incorrect API key provided: my-own-key', { code: 'invalid_api_key' }))
    expect(error).toMatchObject({ message: expect.stringContaining(`(${status}, invalid_api_key)`) })
    expect(JSON.stringify(error) + String(error)).not.toContain('my-own-key')
  })

  test('nothing of a 5xx body', async () => {
    const error = await errorOf(500, saying('stack trace at /srv/app.py', { type: 'server_error' }))
    expect(String(error)).toBe("GatewayError: The upstream 'acme' failed (500).")
  })

  test('that a page is no answer', async () => {
    const error = await errorOf(404, '<html>nginx</html>', { 'content-type': 'text/html; charset=utf-8' })
    expect(error).toMatchObject({ message: expect.stringContaining('text/html instead of a JSON error') })
    expect(String(error)).not.toContain('nginx')
  })

  test('plain text as it is', async () => {
    expect(await errorOf(400, 'no such thing', { 'content-type': 'text/plain' })).toMatchObject({
      message: 'no such thing',
    })
  })

  test('that an empty 4xx said nothing', async () => {
    expect(await errorOf(400, '')).toMatchObject({
      message: "The upstream 'acme' refused the request (400) without saying why.",
    })
  })

  test('the key in use nowhere, whatever its shape', async () => {
    const body = saying('bad my-own-key given', { code: 'my-own-key', type: 'my-own-key', param: 'my-own-key' })
    for (const error of [await errorOf(400, body, { 'x-request-id': 'my-own-key' }), await errorOf(500, body)]) {
      if (!(error instanceof GatewayError)) throw error
      expect(String(error) + JSON.stringify(error.toBody()) + JSON.stringify(error.cause)).not.toContain('my-own-key')
    }
    const event = eventError(saying('bad my-own-key given', { code: 400 }), upstream)
    expect(event).toMatchObject({ message: 'bad [masked] given' })
  })

  test.each([
    ['messages[0].content', 'messages[0].content'],
    ['größe', 'größe'],
    ['x'.repeat(200), 'x'.repeat(200)],
    ['x'.repeat(201), undefined],
    ['a\nb', undefined],
    ['a\u202eb', undefined],
    ['sk-abcdefghijkl', undefined],
  ])('a param only where it can be one: %j', async (param, expected) => {
    expect(await errorOf(400, saying('x', { param }))).toMatchObject({ param: expected })
  })

  test.each(['<b>', 'x'.repeat(65), 'a b', 'sk-abcdefghijkl'])('a code only where it is one: %j', async code => {
    expect(await errorOf(400, saying('x', { code }))).toMatchObject({ cause: { code: undefined } })
  })

  test('a code that is no word is not repeated', async () => {
    expect(String(await errorOf(500, saying('', { code: '<script>' })))).not.toContain('script')
  })
})

test('Retry-After is carried over, on 429 and on 503', async () => {
  expect(await errorOf(429, {}, { 'retry-after': '2' })).toMatchObject({ retryAfterMs: 2_000 })
  expect(await errorOf(503, {}, { 'retry-after-ms': '40' })).toMatchObject({ retryAfterMs: 40 })
  expect(await errorOf(429)).toMatchObject({ retryAfterMs: undefined })
})

describe('an x-should-retry', () => {
  const told = (status: number, word: string): Promise<unknown> =>
    errorOf(status, saying('why'), { 'x-should-retry': word })

  test.each([408, 409, 424, 500, 503])('of false is obeyed, on %i', async status => {
    expect(await told(status, 'false')).toMatchObject({ retryable: false })
    expect(await told(status, 'true')).toMatchObject({ retryable: true })
    expect(await told(status, '0')).toMatchObject({ retryable: true })
  })

  test('makes no fault of the request’s one that may pass, and no throttle an empty account', async () => {
    expect(await told(400, 'true')).toMatchObject({ retryable: false })
    expect(await told(429, 'false')).toMatchObject({ retryable: true })
  })
})

test('the cause holds what a log needs, and no body', async () => {
  const error = await errorOf(500, saying('secret', { type: 'server_error' }), { 'x-request-id': 'req_1' })
  expect(error).toMatchObject({ cause: { status: 500, type: 'server_error', requestId: 'req_1' } })
  expect(error instanceof GatewayError && JSON.stringify(error.cause)).not.toContain('secret')
})

describe('the body', () => {
  const broken = (cause: Error): UpstreamResponse => ({
    status: 503,
    headers: {},
    body: { next: () => Promise.reject(cause) },
  })

  test('that breaks leaves the status', async () => {
    const cut = new GatewayError('stream_interrupted', 'cut')
    await expect(throwUpstreamError(broken(cut), upstream, now)).rejects.toMatchObject({ code: 'upstream_unavailable' })
  })

  test('that is endless leaves the status', async () => {
    expect(await errorOf(400, 'x'.repeat(100_000))).toMatchObject({ code: 'invalid_request' })
  })

  test('that is compressed is not read', async () => {
    const error = await errorOf(400, saying('x'), { 'content-encoding': 'gzip', 'content-type': 'application/json' })
    expect(error).toMatchObject({ message: "The upstream 'acme' refused the request (400) without saying why." })
  })

  test('whose reading is aborted throws the abort', async () => {
    const cancelled = new GatewayError('cancelled', 'left')
    await expect(throwUpstreamError(broken(cancelled), upstream, now)).rejects.toBe(cancelled)
  })
})

describe('an error event', () => {
  test.each<[object, string, number?]>([
    [saying('x', { type: 'server_error' }), 'upstream_unavailable', 502],
    [saying('x', { code: 503 }), 'upstream_unavailable', 503],
    [saying('x', { code: 504 }), 'upstream_unavailable', 504],
    [saying('x', { code: '429' }), 'upstream_rate_limited'],
    [saying('x', { type: 'rate_limit_error' }), 'upstream_rate_limited'],
    [saying('x', { code: 'rate_limit_exceeded' }), 'upstream_rate_limited'],
    [saying('x', { type: 'tokens', code: 'rate_limit_exceeded' }), 'upstream_rate_limited'],
    [saying('x', { type: 'invalid_request_error' }), 'invalid_request'],
    [saying('x', { code: 'context_length_exceeded' }), 'context_length_exceeded'],
    [saying('x', { code: 'content_filter' }), 'content_filtered'],
    [saying('x', { code: 'insufficient_quota' }), 'upstream_rate_limited'],
    [{ object: 'error', message: 'x', code: 400 }, 'invalid_request'],
    [{ error: 'boom' }, 'upstream_unavailable'],
  ])('%j is %s', (event, code, status?: number) => {
    expect(eventError(event, upstream)).toMatchObject({ code, ...(status !== undefined && { status }) })
  })

  test('is none where the error is null', () => {
    expect(eventError({ error: null, choices: [] }, upstream)).toBeUndefined()
  })
})

test('whatever an upstream answers, the error is ours: one line, no key, a status a door can send', async () => {
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ error: fc.jsonValue() }).map(value => JSON.stringify(value)),
  )
  const status = fc.oneof(fc.integer({ min: 300, max: 599 }), fc.constantFrom(400, 401, 404, 422, 429))
  await fc.assert(
    fc.asyncProperty(status, body, async (code, text) => {
      const error = await errorOf(code, text.replaceAll('a', ' sk-secretsecret '))
      if (!(error instanceof GatewayError)) throw error
      expect(error.status).toBeGreaterThanOrEqual(400)
      expect(error.message).toMatch(/^.{1,1000}$/u)
      expect(error.message).not.toContain('sk-secret')
    }),
  )
})
