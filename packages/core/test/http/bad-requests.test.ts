import { describe, expect, it } from 'vitest'
import { chatRequest } from '../support/calls.ts'
import { fronts } from '../support/fronts.ts'
import { chat, deep, open, post, told } from '../support/story-gateway.ts'

describe.each(fronts)('over $name', front => {
  describe('a bad request', () => {
    it.each<[string, RequestInit, number, string, string | null, RegExp]>([
      ['malformed JSON', post('{"model": "fast", '), 400, 'invalid_request', null, /not valid JSON/],
      ['an empty body', post(''), 400, 'invalid_request', null, /empty/],
      ['a body that is no object', post('[1]'), 400, 'invalid_request', null, /must be a JSON object, not an array/],
      [
        'a body that is not UTF-8',
        { ...post(''), body: new Uint8Array([0x7b, 0xff, 0x7d]) },
        400,
        'invalid_request',
        null,
        /UTF-8/,
      ],
      [
        'a wish for context that is none',
        chat({}, { 'x-modelgate-context': 'false' }),
        400,
        'invalid_request',
        null,
        /^x-modelgate-context: must be 'on' or 'off', got "false"\.$/,
      ],
      ['no messages', post({ model: 'fast' }), 400, 'invalid_request', 'messages', /`messages` is missing/],
      [
        'empty messages',
        post({ model: 'fast', messages: [] }),
        400,
        'invalid_request',
        'messages',
        /must not be empty/,
      ],
      [
        'a wrong type',
        chat({ temperature: 'hot' }),
        400,
        'invalid_request',
        'temperature',
        /`temperature` must be a number.*"hot"/,
      ],
      [
        'a wrong role',
        chat({ messages: [{ role: 'robot', content: 'x' }] }),
        400,
        'invalid_request',
        'messages[0].role',
        /'robot' is not a role/,
      ],
      ['no model', post({ messages: chatRequest().messages }), 400, 'invalid_request', 'model', /no default/],
      ['10,000-deep JSON', post(deep(10_000)), 400, 'invalid_request', 'messages', /nested|deep/],
      [
        'a key __proto__',
        post('{"model":"fast","messages":[{"role":"user","content":"x"}],"__proto__":{"admin":true}}'),
        400,
        'invalid_request',
        null,
        /__proto__/,
      ],
      [
        'an unknown model',
        chat({ model: 'gpt-9' }),
        404,
        'model_not_found',
        'model',
        /'gpt-9' is not known here; use one of: fast, team\/smart/,
      ],
      ['__proto__ for a model', chat({ model: '__proto__' }), 404, 'model_not_found', 'model', /use one of/],
      ['a target behind the routes', chat({ model: 'us/nova' }), 404, 'model_not_found', 'model', /use one of/],
      [
        'an unknown pin',
        chat({}, { 'x-provider': 'ap' }),
        400,
        'invalid_request',
        null,
        /'ap' is not a provider here; use one of us/,
      ],
      [
        'a route that the key may not name',
        chat({}, { authorization: 'Bearer narrow' }),
        403,
        'permission_denied',
        'model',
        /may use: team\/smart/,
      ],
      [
        'a key without the scope',
        chat({}, { authorization: 'Bearer health' }),
        403,
        'permission_denied',
        null,
        /lacks the permission 'completions'/,
      ],
      [
        'an operation nobody serves',
        post({ model: 'fast', input: 'x' }),
        400,
        'invalid_request',
        'messages',
        /missing/,
      ],
    ])('with %s is told so, and the next one is served', async (_, init, status, code, param, message) => {
      const { ask, provider, onError } = await open(front, ['hello'])
      const { error, headers, ...answer } = await told(ask('/v1/chat/completions', init))
      expect(answer.status).toBe(status)
      expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
      if (param !== null) expect(error.param).toBe(param)
      expect(headers.get('x-should-retry')).toBe('false')
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
      expect(provider.calls).toHaveLength(0)
      expect((await ask('/v1/chat/completions', chat())).status).toBe(200)
      expect(onError).not.toHaveBeenCalled()
      expect(({} as { admin?: boolean }).admin).toBeUndefined()
    })

    it.each<[string, Record<string, string>, RegExp]>([
      ['no key', {}, /^No API key came/],
      ['a malformed key', { authorization: 'Bearer' }, /^No API key came/],
      ['a key of another scheme', { authorization: 'Basic Z29vZA==' }, /^No API key came/],
      ['a wrong key', { authorization: 'Bearer wrong' }, /^The API key that came/],
      ['a revoked key', { authorization: 'Bearer revoked' }, /^The API key that came/],
      ['a doubled X-API-Key', { 'x-api-key': 'good, good' }, /^The API key that came/],
      ['a doubled key in one header', { authorization: 'Bearer good, Bearer good' }, /^No API key came/],
    ])('with %s gets the one answer there is for it', async (_, headers, words) => {
      const { ask, provider } = await open(front, ['hello'])
      const { authorization: _key, ...rest } = chat().headers as Record<string, string>
      const answer = await told(ask('/v1/chat/completions', { ...chat(), headers: { ...rest, ...headers } }))
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      expect(answer.error).toEqual({
        message: expect.stringMatching(words),
        type: 'authentication_error',
        param: null,
        code: 'unauthenticated',
      })
      expect(provider.calls).toHaveLength(0)
    })

    it('with two different keys is told to send one', async () => {
      const { ask } = await open(front, ['hello'])
      const { status, error } = await told(ask('/v1/chat/completions', chat({}, { 'x-api-key': 'other' })))
      expect([status, error.code]).toEqual([401, 'unauthenticated'])
      expect(error.message).toContain('Two different API keys')
    })

    it('is refused while it is read once it is too large, declared or not', async () => {
      const { ask, provider } = await open(front, ['hello'], { maxBodyBytes: 1000 })
      const large = 'x'.repeat(1001)
      const declared = await told(ask('/v1/chat/completions', post(large)))
      const chunked = await told(
        ask('/v1/chat/completions', { ...post(''), body: new Blob([large]).stream(), duplex: 'half' } as RequestInit),
      )
      for (const { status, error, headers } of [declared, chunked]) {
        expect([status, error.code]).toEqual([413, 'request_too_large'])
        expect(error.message).toBe(
          'The request body is larger than the 1000 bytes this gateway reads; send less, or raise `maxBodyBytes`.',
        )
        expect(headers.get('connection')).toBe('close')
      }
      expect((await ask('/v1/chat/completions', chat())).status).toBe(200)
      expect(provider.calls).toHaveLength(1)
    })
  })

  describe('a request for what is not there', () => {
    it.each([
      ['GET', '/'],
      ['GET', '/v1/nothing'],
      ['POST', '/v1/chat/completions/'],
      ['POST', '/v1/chat'],
      ['GET', '/v1/models/'],
      ['DELETE', '/__proto__'],
    ])('%s %s is a 404 that says what there is', async (method, path) => {
      const { ask } = await open(front, ['hello'])
      const { status, error } = await told(ask(path, { method }))
      expect([status, error.code]).toEqual([404, 'not_found'])
      expect(error.message).toContain(
        'This door serves POST /v1/chat/completions, POST /v1/responses, POST /v1/embeddings, GET /v1/models',
      )
    })

    it.each([
      ['GET', '/v1/chat/completions', 'POST'],
      ['PUT', '/v1/chat/completions', 'POST'],
      ['OPTIONS', '/v1/chat/completions?x=1', 'POST'],
      ['DELETE', '/v1/embeddings', 'POST'],
      ['POST', '/v1/models', 'GET', 'GET, HEAD'],
      ['PATCH', '/v1/models/fast', 'GET', 'GET, HEAD'],
    ])(
      '%s %s is a 405 that names the method, in words and in Allow',
      async (method, path, allowed, allow = allowed) => {
        const { ask } = await open(front, ['hello'])
        const { status, error, headers } = await told(ask(path, { method }))
        expect([status, error.code]).toEqual([405, 'method_not_allowed'])
        expect(error.message).toBe(`${method} ${path.split('?')[0]} is not served; use ${allowed}.`)
        expect(headers.get('allow')).toBe(allow)
      },
    )

    it('by HEAD is a 405 too, where there is no GET', async () => {
      const { ask } = await open(front, ['hello'])
      expect((await ask('/v1/chat/completions', { method: 'HEAD' })).status).toBe(405)
    })
  })
})
