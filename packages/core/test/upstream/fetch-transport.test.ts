import { getEventListeners } from 'node:events'
import net from 'node:net'
import { Agent, fetch as undiciFetch } from 'undici'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { GatewayError } from '../../src/errors.ts'
import { fromFetchResponse } from '../../src/upstream/fetch-response.ts'
import { fetchTransport, toFetchError } from '../../src/upstream/fetch-transport.ts'
import { readBody } from '../../src/upstream/read-body.ts'
import { rejection, turns } from '../support/calls.ts'
import { listen, serve } from './socket-server.ts'
import { decode, exchange, get } from './transport-cases.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

const never = new AbortController().signal
const failed = (cause: unknown): TypeError => new TypeError('fetch failed', { cause })
const coded = (code: string): Error => Object.assign(new Error(code), { code })

describe('fetchTransport(), besides what every transport keeps', () => {
  it('asks for a body that is not compressed, where the request does not say how it wants it', async () => {
    const asked: (string | undefined)[] = []
    await using server = await serve((request, response) => {
      asked.push(request.headers['accept-encoding'])
      response.end('ok')
    })
    await exchange(fetchTransport(), get(server.url))
    await exchange(fetchTransport(), get(server.url, { headers: { 'accept-encoding': 'br' } }))
    expect(asked).toEqual(['identity', 'br'])
  })

  it('calls the fetch it was given, else the platform’s as it is at the call', async () => {
    const answering = (text: string) => () => Promise.resolve(new Response(text))
    const [own, platform] = [fetchTransport({ fetch: answering('own') }), fetchTransport({ fetch: undefined })]
    vi.stubGlobal('fetch', answering('wrapped later'))
    const url = new URL('http://upstream.example/')
    expect([await exchange(own, get(url)), await exchange(platform, get(url))]).toEqual(['own', 'wrapped later'])
  })

  it('leaves it to who called to send again what a kept connection lost', async () => {
    let asked = 0
    await using server = await serve((request, response) => {
      asked += 1
      if (asked === 1) response.end('ok')
      else request.socket.destroy()
    })
    await exchange(fetchTransport(), get(server.url))
    const request = get(server.url, { method: 'POST', body: Buffer.from('{}') })
    expect(await rejection(fetchTransport().send(request))).toMatchObject({
      code: 'upstream_unavailable',
      retryable: true,
    })
    await turns(20)
    expect(asked).toBe(2)
  })

  it('tells a connection that is not there in time by the code of undici', async () => {
    // TLS that never answers: the connection is open, the handshake is not done.
    await using silent = await listen(net.createServer(() => {}))
    const url = new URL(silent.url.href.replace('http:', 'https:'))
    const dispatcher = new Agent({ connect: { timeout: 1 } })
    const impatient = (...[input, init]: Parameters<typeof undiciFetch>) => undiciFetch(input, { ...init, dispatcher })
    const transport = fetchTransport({ fetch: impatient as typeof globalThis.fetch })
    expect(await rejection(transport.send(get(url)))).toMatchObject({
      code: 'timeout_connect',
      message: `No connection to ${url.host} in time.`,
    })
    await dispatcher.close()
  })

  it('does not call fetch for a signal that has aborted already', async () => {
    const fetch = vi.fn(() => Promise.resolve(new Response()))
    const request = get(new URL('http://upstream.example/'), { signal: AbortSignal.abort() })
    expect(await rejection(fetchTransport({ fetch }).send(request))).toMatchObject({ code: 'cancelled' })
    expect(fetch).not.toHaveBeenCalled()
  })

  it('rejects with the reason of a signal that its fetch did not mind', async () => {
    const caller = new AbortController()
    const reason = new GatewayError('timeout_total', 'Too late.')
    const fetch = () => {
      caller.abort(reason)
      return Promise.reject(failed(coded('ECONNRESET')))
    }
    const request = get(new URL('http://upstream.example/'), { signal: caller.signal })
    expect(await rejection(fetchTransport({ fetch }).send(request))).toBe(reason)
  })
})

describe('toFetchError()', () => {
  it.each([
    [
      'the error’s own code',
      coded('ECONNREFUSED'),
      'it refuses connections; check that it runs, and its port (ECONNREFUSED)',
    ],
    [
      'the cause’s',
      failed(coded('ENOTFOUND')),
      'its name does not resolve; check the region or the base URL (ENOTFOUND)',
    ],
    [
      'a cause’s far below',
      new Error('Connection error.', { cause: failed(coded('EPIPE')) }),
      'it closed the connection (EPIPE)',
    ],
    ['no code', failed(new Error('bad port')), 'the connection failed'],
    ['no error at all', 'gone', 'the connection failed'],
  ])('says what %s means', (_, error, why) => {
    expect(toFetchError(error, 'api.example')).toMatchObject({
      code: 'upstream_unavailable',
      message: `The upstream api.example gave no answer: ${why}.`,
      cause: error,
    })
  })

  it('comes to an end with an error that is its own cause', () => {
    const error = new Error('round')
    error.cause = error
    expect(toFetchError(error, 'api.example').code).toBe('upstream_unavailable')
  })
})

describe('fromFetchResponse()', () => {
  const encoded = (encoding: string) => {
    const headers = { 'Content-Encoding': encoding, 'content-length': '2', 'X-Id': 'r1' }
    return fromFetchResponse(new Response('ok', { headers }), never).headers
  }

  it.each(['gzip', 'GZIP', 'x-gzip', 'deflate', 'br', 'gzip, br'])(
    'drops %s and the length of the encoded bytes, for the body is decoded',
    encoding => {
      expect(encoded(encoding)).toMatchObject({ 'x-id': 'r1' })
      expect(encoded(encoding)).not.toHaveProperty('content-encoding')
      expect(encoded(encoding)).not.toHaveProperty('content-length')
    },
  )

  it.each(['zstd', 'gzip, zstd', 'aws-chunked', 'identity'])(
    'keeps %s, which not every fetch decodes: a provider refuses what it cannot read',
    encoding => {
      expect(encoded(encoding)).toMatchObject({ 'content-encoding': encoding, 'content-length': '2' })
    },
  )

  it.each(['before the first read', 'while a read waits'])(
    'closes the body at an abort %s, although its stream never heard of the signal',
    async when => {
      const caller = new AbortController()
      const cancelled = Promise.withResolvers<unknown>()
      const silent = new ReadableStream<Uint8Array>({ cancel: cancelled.resolve })
      const { body } = fromFetchResponse(new Response(silent), caller.signal)
      const reason = new GatewayError('timeout_idle', 'Silence.')
      if (when === 'before the first read') caller.abort(reason)
      const reading = rejection(body.next())
      caller.abort(reason)
      expect(await reading).toBe(reason)
      expect(await rejection(body.next())).toBe(reason)
      await cancelled.promise
    },
  )

  it('of a call that was aborted meanwhile is closed unread', async () => {
    const cancelled = Promise.withResolvers<unknown>()
    const response = new Response(new ReadableStream({ cancel: cancelled.resolve }))
    const { body } = fromFetchResponse(response, AbortSignal.abort())
    await cancelled.promise
    expect(await rejection(body.next())).toMatchObject({ code: 'cancelled' })
  })

  it('lets the signal go at the end, and closing again does nothing', async () => {
    const caller = new AbortController()
    const { body } = fromFetchResponse(new Response('whole'), caller.signal)
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(1)
    expect(decode(await readBody(body))).toBe('whole')
    expect(getEventListeners(caller.signal, 'abort')).toEqual([])
    caller.abort()
    expect(await body.return?.()).toEqual({ done: true, value: undefined })
    expect(await body.next()).toEqual({ done: true, value: undefined })
  })

  it('lets the signal go when its reader leaves', async () => {
    const caller = new AbortController()
    const { body } = fromFetchResponse(new Response('whole'), caller.signal)
    await body.return?.()
    expect(getEventListeners(caller.signal, 'abort')).toEqual([])
  })

  it('closes a body that broke without a word', async () => {
    const broken = new ReadableStream({ pull: controller => controller.error(new Error('terminated')) })
    const { body } = fromFetchResponse(new Response(broken), never)
    expect(await rejection(body.next())).toMatchObject({ code: 'stream_interrupted' })
    expect(await body.return?.()).toEqual({ done: true, value: undefined })
  })
})
