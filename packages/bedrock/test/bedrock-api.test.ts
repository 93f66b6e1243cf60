import { GatewayError, type Transport, type UpstreamBody, type UpstreamRequest } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { createBedrockApi } from '../src/bedrock-api.ts'
import { resolveEndpoints } from '../src/endpoints.ts'

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
  const api = createBedrockApi({
    endpoints: resolveEndpoints({ region: 'eu-west-1' }, {}),
    transport,
    authorizer: { authorize: () => Promise.resolve({ kind: 'bearer', token: 't' }), forget: () => {} },
    sign: () => {
      throw new Error('a bearer token is not signed')
    },
  })
  const action = 'bedrock:InvokeModel'
  const request = { plane: 'runtime', method: 'POST', path: '/model/x/converse', body: { a: 1 }, action } as const
  return { sent, send: (signal = new AbortController().signal) => api.send({ ...request, signal }), api }
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

  it('whose body is waited for when the caller leaves is the leaving', async () => {
    const controller = new AbortController()
    const body: UpstreamBody = {
      next() {
        controller.abort()
        return Promise.reject(new Error('closed'))
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
