import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { abortError, GatewayError, type Transport, type UpstreamBody, type UpstreamRequest } from '@modelgate/core'
import { nodeTransport } from '@modelgate/core/node'
import { describe, expect, it, vi } from 'vitest'
import { type ApiRequest, type BedrockApi, createBedrockApi } from '../src/upstream/bedrock-api.ts'
import { resolveEndpoints } from '../src/upstream/endpoints.ts'

/** A body whose reads are given, and which then ends or breaks. */
function bodyOf(reads: readonly string[], broken = false): UpstreamBody {
  const rest = reads.map(read => Buffer.from(read))
  return {
    next() {
      const value = rest.shift()
      if (value) return Promise.resolve({ done: false, value })
      if (broken) return Promise.reject(new GatewayError('stream_interrupted', 'broke'))
      return Promise.resolve({ done: true, value: undefined })
    },
  }
}

function anApi(status: number, body: UpstreamBody, headers: Record<string, string> = {}) {
  const sent: UpstreamRequest[] = []
  const transport: Transport = {
    send(request) {
      sent.push(request)
      return Promise.resolve({ status, headers, body })
    },
    close: () => Promise.resolve(),
  }
  const api = apiOver(transport)
  return { sent, send: (signal?: AbortSignal) => api.send(aRequest(signal)), api }
}

function apiOver(transport: Transport, endpoint?: string): BedrockApi {
  return createBedrockApi({
    endpoints: resolveEndpoints({ region: 'eu-west-1', endpoint }, {}),
    transport,
    authorizer: { authorize: () => Promise.resolve({ kind: 'bearer', token: 't' }), forget: () => false },
    sign: () => {
      throw new Error('a bearer token is not signed')
    },
  })
}

function aRequest(signal: AbortSignal = new AbortController().signal): ApiRequest {
  const action = 'bedrock:InvokeModel'
  return { plane: 'runtime', method: 'POST', path: '/model/x/converse', body: { a: 1 }, action, signal }
}

describe('a request', () => {
  it('is JSON to the plane it names, with the query it names', async () => {
    const { api, sent } = anApi(200, bodyOf(['{}']))
    const { signal } = new AbortController()
    await api.send({
      plane: 'control',
      method: 'GET',
      path: '/inference-profiles',
      query: { nextToken: 'a/b=' },
      action: 'bedrock:ListInferenceProfiles',
      signal,
    })
    expect(sent[0]?.url.href).toBe('https://bedrock.eu-west-1.amazonaws.com/inference-profiles?nextToken=a%2Fb%3D')
    expect(sent[0]?.headers).toEqual({ accept: 'application/json', authorization: 'Bearer t' })
    expect(sent[0]?.body).toBeUndefined()
  })

  it('keeps the path of an endpoint that has one', async () => {
    const { sent, send } = anApi(200, bodyOf([]))
    await send()
    expect(sent[0]?.url.pathname).toBe('/model/x/converse')
    expect(Buffer.from(sent[0]?.body ?? []).toString()).toBe('{"a":1}')
    expect(sent[0]?.headers['content-type']).toBe('application/json')
  })
})

describe('an error', () => {
  const throttled = { 'x-amzn-errortype': 'ThrottlingException' }

  it('whose body breaks off is told by its status and name', async () => {
    const { send } = anApi(429, bodyOf(['{"mess'], true), throttled)
    await expect(send()).rejects.toMatchObject({ code: 'upstream_rate_limited', status: 429 })
  })

  it('whose body is endless is told by its status and name', async () => {
    const { send } = anApi(503, bodyOf(Array.from({ length: 20 }, () => 'x'.repeat(50_000))))
    await expect(send()).rejects.toMatchObject({ code: 'upstream_unavailable' })
  })

  it('whose body never ends is told by its status and name after 2 s, and its connection is closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const server = createServer((_request, response) => {
      response.writeHead(429, throttled)
      response.write('{"message":')
    })
    const asked = once(server, 'request')
    const transport = nodeTransport()
    try {
      await once(server.listen(0, '127.0.0.1'), 'listening')
      const { port } = server.address() as AddressInfo
      let answered = false
      const refused = apiOver(transport, `http://127.0.0.1:${port}`)
        .send(aRequest())
        .finally(() => {
          answered = true
        })
      const told = expect(refused).rejects.toMatchObject({ code: 'upstream_rate_limited', status: 429 })
      const [{ socket }] = (await asked) as [IncomingMessage]
      const closed = once(socket, 'close')
      for (let turn = 0; turn < 100_000 && !answered; turn += 1) {
        vi.advanceTimersByTime(100)
        await nextTurn()
      }
      await told
      await closed
    } finally {
      vi.useRealTimers()
      server.closeAllConnections()
      server.close()
      await transport.close()
    }
  })

  it('whose body is waited for when the caller leaves is the leaving', async () => {
    const controller = new AbortController()
    const body: UpstreamBody = {
      next() {
        controller.abort()
        return Promise.reject(abortError(controller.signal))
      },
    }
    const { send } = anApi(429, body, throttled)
    await expect(send(controller.signal)).rejects.toMatchObject({ code: 'cancelled' })
  })

  it.each([301, 304, 307])('a %i is no answer: redirects are not followed', async status => {
    const { sent, send } = anApi(status, bodyOf([]), { location: 'http://169.254.169.254/' })
    await expect(send()).rejects.toMatchObject({ code: 'upstream_bad_response', status: 502 })
    expect(sent).toHaveLength(1)
  })
})
