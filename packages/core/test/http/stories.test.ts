import { describe, expect, it } from 'vitest'
import { createGateway, GatewayError, type Provider } from '../../src/index.ts'
import { scriptedProvider } from '../../src/testing/index.ts'
import { atRest, chatRequest, turns } from '../support/calls.ts'
import { fronts } from '../support/fronts.ts'
import { endlessProvider } from '../support/sources.ts'
import { chat, key, never, open, told } from '../support/story-gateway.ts'

describe.each(fronts)('over $name', front => {
  describe('an answer', () => {
    it('is the completion, and tells how it came about', async () => {
      const { ask, reports } = await open(front, ['Hello'])
      const answer = await ask('/v1/chat/completions', chat({}, { 'x-request-id': 'order-66_a.b' }))
      expect(await answer.json()).toMatchObject({ model: 'nova', choices: [{ message: { content: 'Hello' } }] })
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'application/json',
        'x-request-id': 'order-66_a.b',
        'x-modelgate-route': 'fast',
        'x-modelgate-provider': 'us',
        'x-modelgate-model': 'nova',
        'x-modelgate-attempts': expect.stringMatching(/^us\/nova;200;\d+ms$/),
      })
      expect(answer.headers.get('connection')).not.toBe('close')
      await turns()
      expect(reports).toMatchObject([{ callId: 'order-66_a.b', status: 'completed', tenant: 'key-1' }])
    })

    it.each(['bad id', 'x'.repeat(129), 'a,b', 'ä', ''])(
      'replaces the request id %j, which is not fit for a log',
      async id => {
        const { ask } = await open(front, ['Hello'])
        const answer = await ask('/v1/models', { headers: { ...key, 'x-request-id': id } })
        expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
      },
    )

    it('names what could not be told to the upstream, and survives names that no header may hold', async () => {
      const dropping: Provider = {
        ...scriptedProvider('us', ['hi']),
        handlers: {
          chat(call) {
            call.context.droppedParams.add('logit_bias').add('a\r\nset-cookie: x').add('🚀')
            return scriptedProvider('us', ['hi']).handlers.chat!(call)
          },
        },
      }
      const { ask } = await open(front, dropping)
      const { headers } = await ask('/v1/chat/completions', chat())
      expect(headers.get('x-modelgate-dropped-params')).toBe('logit_bias, a%0D%0Aset-cookie: x, %F0%9F%9A%80')
      expect(headers.get('set-cookie')).toBeNull()
    })

    it.each([
      ['upstream_rate_limited', { retryAfterMs: 1200 }, 429, 'true', '2'],
      ['upstream_unavailable', { retryAfterMs: 0 }, 503, 'true', '1'],
      ['upstream_unavailable', { status: 529 }, 529, 'true', null],
      ['upstream_auth_failed', {}, 502, 'false', null],
      ['context_length_exceeded', {}, 400, 'false', null],
    ] as const)(
      'of an upstream that failed with %s has its status and advice',
      async (code, options, status, retry, after) => {
        const { ask } = await open(front, [new GatewayError(code, 'What it said; try again.', options)])
        const answer = await told(ask('/v1/chat/completions', chat()))
        expect(answer.status).toBe(status)
        expect(answer.error).toMatchObject({ code, message: 'What it said; try again.' })
        expect(answer.headers.get('x-should-retry')).toBe(retry)
        expect(answer.headers.get('retry-after')).toBe(after)
        expect(answer.headers.get('x-modelgate-attempts')).toMatch(new RegExp(`^us/nova;${code};\\d+ms$`))
        expect(answer.headers.get('connection')).not.toBe('close')
      },
    )

    it('of a bug says nothing of it, and tells the owner', async () => {
      const bug = new TypeError('secret.path is undefined')
      const { ask, onError } = await open(front, [bug])
      const { status, error, headers } = await told(ask('/v1/chat/completions', chat()))
      expect([status, error.code]).toEqual([500, 'internal'])
      expect(JSON.stringify(error)).not.toContain('secret')
      expect(onError).toHaveBeenCalledExactlyOnceWith(bug, headers.get('x-request-id'))
    })

    it('comes even where a provider says `cancelled` although the client is still there', async () => {
      const { ask } = await open(front, [new GatewayError('cancelled', 'A layer gave up.')])
      expect((await told(ask('/v1/chat/completions', chat()))).status).toBe(499)
    })
  })

  describe('a stream', () => {
    it('is events, closed by [DONE]', async () => {
      const { ask, reports } = await open(front, ['Hel', 'lo'])
      const answer = await ask('/v1/chat/completions', chat({ stream: true }))
      expect(answer.status).toBe(200)
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
        'x-modelgate-attempts': expect.stringMatching(/^us\/nova;200;/),
      })
      const events = (await answer.text()).split('\n\n')
      expect(events.slice(-2)).toEqual(['data: [DONE]', ''])
      const chunks = events.slice(0, -2).map(event => JSON.parse(event.slice('data: '.length)))
      expect(chunks.map(({ choices }) => choices[0].delta.content ?? choices[0].finish_reason)).toEqual([
        'Hel',
        'lo',
        'stop',
      ])
      await turns()
      expect(reports).toMatchObject([{ status: 'completed', stream: true }])
    })

    it('that fails before its first content has the true status', async () => {
      const { ask } = await open(front, [new GatewayError('upstream_rate_limited', 'Slow down.')])
      expect(await told(ask('/v1/chat/completions', chat({ stream: true })))).toMatchObject({
        status: 429,
        error: { code: 'upstream_rate_limited' },
      })
    })

    it('that fails after it has the error as its last event: no finish_reason, no [DONE]', async () => {
      const { ask, reports } = await open(front, ['Hel', new GatewayError('stream_interrupted', 'Cut.')])
      const answer = await ask('/v1/chat/completions', chat({ stream: true }))
      expect(answer.status).toBe(200)
      const body = await answer.text()
      expect(body).toMatch(
        /data: {"error":{"message":"Cut\. Try again\.","type":"upstream_error","param":null,"code":"stream_interrupted"}}\n\n$/,
      )
      expect(body).not.toContain('[DONE]')
      expect(body).not.toContain('"finish_reason":"')
      await turns()
      expect(reports).toMatchObject([{ status: 'failed', errorCode: 'stream_interrupted' }])
    })

    it.each<[string, Error]>([
      ['a bug', new TypeError('secret')],
      ['a layer that gave up', new GatewayError('cancelled', 'Gave up.')],
    ])('that %s ends is told so in band: to the client it must not look whole', async (_, error) => {
      const { ask } = await open(front, ['Hel', error])
      const body = await (await ask('/v1/chat/completions', chat({ stream: true }))).text()
      expect(body).toContain('data: {"error":')
      expect(body).not.toMatch(/secret|\[DONE\]/)
    })

    it('whose client leaves closes the source, and is cancelled', async () => {
      const { ask, provider, reports } = await open(front, ['Hel', never])
      const client = new AbortController()
      const answer = await ask('/v1/chat/completions', { ...chat({ stream: true }), signal: client.signal })
      const reader = answer.body!.getReader()
      await reader.read()
      client.abort()
      expect(await provider.outcomes[0]).toMatchObject({ status: 'cancelled' })
      expect(provider.closed).toBe(1)
      await expect(reader.read()).rejects.toThrow()
      await turns()
      expect(reports).toMatchObject([{ status: 'cancelled', errorCode: 'cancelled' }])
    })

    it('whose body is cancelled closes the source as well', async () => {
      const { ask, provider } = await open(front, ['Hel', never])
      const answer = await ask('/v1/chat/completions', chat({ stream: true }))
      await answer.body!.cancel()
      expect(await provider.outcomes[0]).toMatchObject({ status: 'cancelled' })
      expect(provider.closed).toBe(1)
    })

    it('whose client leaves before its first content is given up at once', async () => {
      const { ask, provider } = await open(front, [never])
      const client = new AbortController()
      const answer = ask('/v1/chat/completions', { ...chat({ stream: true }), signal: client.signal })
      answer.catch(() => {})
      while (provider.outcomes.length === 0) await turns(1)
      client.abort()
      expect(await provider.outcomes[0]).toMatchObject({ status: 'cancelled' })
      await expect(answer).rejects.toThrow()
    })

    it('that nobody reads is not read from the upstream, and goes on when somebody does', async () => {
      const provider = endlessProvider()
      const { ask } = await open(front, provider)
      const answer = await ask('/v1/chat/completions', chat({ stream: true }))
      const held = await atRest(() => provider.reads)
      const reader = answer.body!.getReader()
      while (provider.reads < held + 50) await reader.read()
      await reader.cancel()
      while (provider.closed === 0) await turns(1)
      const after = await atRest(() => provider.reads)
      expect(await atRest(() => provider.reads)).toBe(after)
    })
  })

  describe('the models', () => {
    it('are the routes, for those who may name them', async () => {
      const { ask } = await open(front, ['hi'])
      const list = async (headers: Record<string, string>) =>
        ((await (await ask('/v1/models', { headers })).json()) as { data: { id: string }[] }).data.map(({ id }) => id)
      expect(await list(key)).toEqual(['fast', 'team/smart'])
      expect(await list({ 'x-api-key': 'narrow' })).toEqual(['team/smart'])
      expect((await told(ask('/v1/models'))).status).toBe(401)
      expect((await told(ask('/v1/models', { headers: { 'x-api-key': 'health' } }))).status).toBe(403)
    })

    it.each(['/v1/models/team/smart', '/v1/models/team%2Fsmart', '/v1/models/team%2fsmart?x=1'])(
      '%s is one of them',
      async path => {
        const { ask } = await open(front, ['hi'])
        const answer = await ask(path, { headers: key })
        expect(await answer.json()).toMatchObject({ id: 'team/smart', object: 'model', owned_by: 'modelgate' })
      },
    )

    it.each(['gpt-9', '__proto__', '%', '%E0%A4', 'x'.repeat(5000)])('there is none called %s', async id => {
      const { ask } = await open(front, ['hi'])
      const { status, error } = await told(ask(`/v1/models/${id}`, { headers: key }))
      expect([status, error.code, error.param]).toEqual([404, 'model_not_found', 'model'])
      expect(error.message.length).toBeLessThan(300)
    })
  })

  it('a gateway without `auth` keeps its door shut and says why', async () => {
    const ask = await front.open(createGateway({ providers: [scriptedProvider('us', ['hi'])] }))
    const { status, error } = await told(ask('/v1/chat/completions', chat()))
    expect(status).toBe(401)
    expect(error.message).toContain('no authentication configured')
  })

  it("a gateway with auth 'none' asks nobody, and everything can be named where there are no routes", async () => {
    const ask = await front.open(createGateway({ providers: [scriptedProvider('us', ['hi'])], auth: 'none' }))
    const send = (type: string) =>
      ask('/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': type },
        body: JSON.stringify(chatRequest({ model: 'us/nova' })),
      })
    expect((await send('application/json; charset=utf-8')).status).toBe(200)
    // Any web page may send these to any address, without asking: it must not spend money.
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const { status, error } = await told(send(type))
      expect([status, error.code]).toEqual([415, 'unsupported_media_type'])
      expect(error.message).toContain(type)
    }
  })

  it('a compressed body is called what it is', async () => {
    const ask = await front.open(
      createGateway({ providers: [scriptedProvider('us', ['hi'])], auth: () => ({ tenant: 't' }) }),
    )
    const { headers, ...rest } = chat({ model: 'us/x' })
    const sent = { ...rest, headers: { ...Object.fromEntries(new Headers(headers)), 'content-encoding': 'gzip' } }
    const { status, error } = await told(ask('/v1/chat/completions', sent))
    expect([status, error.code]).toEqual([415, 'unsupported_media_type'])
    expect(error.message).toBe("content-encoding: 'gzip' is not read here; send the body uncompressed.")
  })

  it.each<[string, () => never | undefined, number]>([
    ['nobody', () => undefined, 401],
    [
      'an error of ours',
      () => {
        throw new GatewayError('permission_denied', 'Not on Sundays.')
      },
      403,
    ],
    [
      'a bug',
      () => {
        throw new TypeError('x')
      },
      500,
    ],
  ])("a host's own login that answers with %s lets nobody in", async (_, auth, status) => {
    const ask = await front.open(
      createGateway({ providers: [scriptedProvider('us', ['hi'])], auth, onError: () => {} }),
    )
    expect((await told(ask('/v1/chat/completions', chat()))).status).toBe(status)
  })

  it('a gateway that is closing sends callers to another instance', async () => {
    const gateway = createGateway({ providers: [scriptedProvider('us', ['hi'])], auth: 'none' })
    const ask = await front.open(gateway)
    await gateway.close()
    const { status, headers } = await told(ask('/v1/chat/completions', chat({ model: 'us/x' })))
    expect([status, headers.get('x-should-retry')]).toEqual([503, 'true'])
  })
})
