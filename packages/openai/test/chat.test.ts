import { GatewayError, holdUntilContent, type SourceBody } from '@modelgate/core'
import { describe, expect, test } from 'vitest'
import { openaiCompatible } from '../src/index.ts'
import { type Answer, answering, eventStream, json, text } from './support/answering-server.ts'
import { batchesOf, chat, chatRequest, passed } from './support/calls.ts'
import { answer, chunk, events, roleChunk, usage, usageChunk } from './support/sse.ts'

const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage,
}

async function server(...answers: Answer[]) {
  const upstream = await answering(...answers)
  const provider = openaiCompatible({ id: 'acme', baseURL: upstream.url, apiKey: 'sk-test' })
  return { upstream, provider, [Symbol.asyncDispose]: () => upstream[Symbol.asyncDispose]() }
}

describe('a completion', () => {
  test('comes back as the bytes it came as, and settles with what it cost', async () => {
    const body = `  ${JSON.stringify(completion, null, 1)}\n`
    await using at = await server(text(body, 200, { 'content-type': 'application/json' }))
    const result = await chat(at.provider)
    if (result.kind !== 'completion') throw new Error(result.kind)
    expect(Buffer.from(result.completion.bytes ?? []).toString()).toBe(body)
    expect(result.completion.value).toEqual(completion)
    expect(await result.settled).toMatchObject({
      status: 'completed',
      usage,
      usageSource: 'reported',
      finishReason: 'stop',
      responseModel: 'gpt-4o-mini-2024-07-18',
    })
  })

  test.each([
    ['nothing', text('')],
    ['a page', text('<html></html>', 200, { 'content-type': 'text/html' })],
    ['half of one', text('{"choices":[')],
    ['other JSON', json({ hello: 1 })],
    ['JSON that is no object', json(null)],
  ])('that is %s is a bad response', async (_, body) => {
    await using at = await server(body)
    await expect(chat(at.provider)).rejects.toMatchObject({ code: 'upstream_bad_response' })
  })

  test('is an error where it has no choice, as a stream without content is; what it used is counted', async () => {
    await using at = await server(json({ model: 'm', choices: [], usage }))
    await expect(chat(at.provider)).rejects.toMatchObject({ code: 'upstream_bad_response', usage })
  })

  test('that is an error in disguise is that error', async () => {
    await using at = await server(json({ error: { message: 'slow down', code: 429 } }))
    await expect(chat(at.provider)).rejects.toMatchObject({ code: 'upstream_rate_limited', message: 'slow down' })
  })

  test('without usage settles as estimated', async () => {
    await using at = await server(json({ ...completion, usage: undefined }))
    expect(await (await chat(at.provider)).settled).toMatchObject({ usage: undefined, usageSource: 'estimated' })
  })
})

describe('the request', () => {
  test('carries our headers and the bytes the client sent, spaces and unknown fields included', async () => {
    await using at = await server(json(completion))
    const bytes = Buffer.from('{ "model" : "gpt-4o-mini", "messages": [], "new_field": 1e2 }')
    const value = JSON.parse(bytes.toString()) as Record<string, unknown>
    const members = new Map([
      ['model', [12, 25] as const],
      ['messages', [39, 41] as const],
      ['new_field', [56, 59] as const],
    ])
    const request = value as typeof value & typeof chatRequest
    await chat(at.provider, request, { source: { bytes, length: bytes.length, value, members } })
    expect(at.upstream.seen[0]).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions',
      body: bytes.toString(),
      headers: {
        authorization: 'Bearer sk-test',
        'content-type': 'application/json',
        accept: 'application/json',
        'accept-encoding': 'identity',
        'x-client-request-id': 'call-1',
        'content-length': String(bytes.length),
      },
    })
  })
})

describe('what is changed of a request', () => {
  const text = '{"model":"fast", "messages":[] , "top_p":1.0,"seed":1e2}'
  const source: SourceBody = {
    bytes: Buffer.from(text),
    length: text.length,
    value: JSON.parse(text) as Record<string, unknown>,
    members: new Map([
      ['model', [9, 15]],
      ['messages', [28, 30]],
      ['top_p', [41, 44]],
      ['seed', [52, 55]],
    ]),
  }
  const messages = source.value.messages as []

  test('is the model, in place', async () => {
    await using at = await server(json(completion))
    await chat(at.provider, { messages, top_p: 1, seed: 100, model: 'gpt-4o-mini' }, { source })
    expect(at.upstream.seen[0]?.body).toBe('{"model":"gpt-4o-mini", "messages":[] , "top_p":1.0,"seed":1e2}')
  })

  test('is the wish for usage, behind the rest', async () => {
    await using at = await server(eventStream(answer('Hi')))
    const value = { ...source.value, stream: true }
    const bytes = Buffer.from(text.replace(/\}$/, ',"stream":true}'))
    const members = new Map([...(source.members ?? []), ['stream', [65, 69] as const]])
    const request = { messages, top_p: 1, seed: 100, model: 'm', stream: true }
    await chat(at.provider, request, { source: { bytes, length: bytes.length, value, members } })
    expect(at.upstream.seen[0]?.body).toBe(
      '{"model":"m", "messages":[] , "top_p":1.0,"seed":1e2,"stream":true,"stream_options":{"include_usage":true}}',
    )
  })
})

describe('a stream', () => {
  test('passes, is asked for its usage and keeps the chunk with it from the client', async () => {
    await using at = await server(eventStream(answer('Hel', 'lo')))
    const result = await chat(at.provider, { stream: true, stream_options: { include_obfuscation: false } })
    const all = await passed(batchesOf(result))
    expect(all).toMatchObject({ contents: 'Hello', error: undefined })
    expect(all.text).toBe(
      events(roleChunk, chunk({ content: 'Hel' }), chunk({ content: 'lo' }), chunk({ finish: 'stop' })),
    )
    expect(await result.settled).toMatchObject({
      status: 'completed',
      usage,
      finishReason: 'stop',
      usageSource: 'reported',
    })
    const seen = at.upstream.seen[0]
    expect(JSON.parse(seen?.body ?? '')).toEqual({
      ...chatRequest,
      stream: true,
      stream_options: { include_obfuscation: false, include_usage: true },
    })
    expect(seen?.headers.accept).toBe('text/event-stream')
  })

  test('keeps the usage chunk where the client asked for it', async () => {
    await using at = await server(eventStream(answer('Hi')))
    const result = await chat(at.provider, { stream: true, stream_options: { include_usage: true } })
    expect((await passed(batchesOf(result))).text).toContain(events(usageChunk))
    expect((await result.settled).usage).toEqual(usage)
  })

  test('is not asked for its usage where that is off', async () => {
    await using upstream = await answering(eventStream(answer('Hi')))
    const provider = openaiCompatible({ id: 'acme', baseURL: upstream.url, streamUsage: false })
    await passed(batchesOf(await chat(provider, { stream: true })))
    expect(JSON.parse(upstream.seen[0]?.body ?? '')).not.toHaveProperty('stream_options')
  })

  test('reuses its connection once it was read to [DONE]', async () => {
    const ports = new Set<number | undefined>()
    await using at = await server(response => {
      ports.add(response.socket?.remotePort)
      eventStream(answer('Hi'))(response, {
        method: '',
        path: '',
        headers: {},
        body: '',
        closed: Promise.resolve('finished'),
      })
    })
    for (let call = 0; call < 3; call++) {
      const result = await chat(at.provider, { stream: true })
      await passed(batchesOf(result))
      await at.upstream.seen[call]?.closed
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(ports.size).toBe(1)
  })
})

describe('a server that refuses stream_options', () => {
  const refusal = json({ error: { message: 'Unrecognized argument: stream_options', param: null } }, 400)

  test('is asked again once without, and remembered by model', async () => {
    const at = await server(refusal, eventStream(answer('Hi')))
    await using _ = at
    const results = [await chat(at.provider, { stream: true })]
    results.push(await chat(at.provider, { stream: true }))
    for (const result of results) expect((await passed(batchesOf(result))).contents).toBe('Hi')
    expect(at.upstream.seen.map(({ body }) => 'stream_options' in (JSON.parse(body) as object))).toEqual([
      true,
      false,
      false,
    ])
    await chat(at.provider, { stream: true, model: 'another' })
    expect(at.upstream.seen[3]?.body).toContain('include_usage')
  })

  test('is named by FastAPI in its own way', async () => {
    const detail = [{ type: 'extra_forbidden', loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' }]
    await using at = await server(json({ detail }, 422), eventStream(answer('Hi')))
    expect((await passed(batchesOf(await chat(at.provider, { stream: true })))).contents).toBe('Hi')
  })

  test('is not remembered when the call fails without, too: the fault is the client’s', async () => {
    await using at = await server(refusal, refusal, eventStream(answer('Hi')))
    await expect(chat(at.provider, { stream: true })).rejects.toMatchObject({ code: 'invalid_request' })
    await chat(at.provider, { stream: true })
    expect(at.upstream.seen).toHaveLength(3)
    expect(at.upstream.seen[2]?.body).toContain('include_usage')
  })

  test('gets no second call when the client asked itself', async () => {
    await using at = await server(refusal)
    const request = { stream: true, stream_options: { include_usage: true } }
    await expect(chat(at.provider, request)).rejects.toMatchObject({ code: 'invalid_request' })
    expect(at.upstream.seen).toHaveLength(1)
  })

  test('for another reason is not asked again', async () => {
    await using at = await server(json({ error: { message: 'bad temperature', param: 'temperature' } }, 400))
    await expect(chat(at.provider, { stream: true })).rejects.toMatchObject({ param: 'temperature' })
    expect(at.upstream.seen).toHaveLength(1)
  })
})

describe('a stream that fails', () => {
  test.each([
    ['a page', text('<html></html>', 200, { 'content-type': 'text/html' }), 'upstream_bad_response'],
    ['a completion', json(completion), 'upstream_bad_response'],
    ['an error as JSON', json({ error: { message: 'x', type: 'rate_limit_error' } }), 'upstream_rate_limited'],
    ['a status', json({ error: { message: 'x' } }, 500), 'upstream_unavailable'],
  ])('as %s rejects at once', async (_, body, code) => {
    await using at = await server(body)
    await expect(chat(at.provider, { stream: true })).rejects.toMatchObject({ code })
  })

  test('as JSON that never ends rejects all the same', async () => {
    await using at = await server(response => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('x'.repeat(70_000))
    })
    await expect(chat(at.provider, { stream: true })).rejects.toMatchObject({
      code: 'upstream_bad_response',
      message: "The upstream 'acme' answered with application/json where a stream was asked for.",
    })
    expect(await at.upstream.seen[0]?.closed).toBe('aborted')
  })

  test('by repeating the key it was sent does not make it known', async () => {
    const said = { message: 'no such user: acme-0815', type: 'invalid_request_error', param: 'acme-0815' }
    const at = await answering(
      json({ error: said }, 400),
      json({ error: said }),
      eventStream(events(chunk({ content: 'a' }), { error: said })),
      json({}, 200, { 'content-type': 'text/html; acme-0815' }),
    )
    await using _ = at
    for (const provider of [
      openaiCompatible({ id: 'acme', baseURL: at.url, apiKey: () => Promise.resolve('acme-0815') }),
      openaiCompatible({ id: 'acme', baseURL: at.url, headers: { 'Api-Key': 'acme-0815' } }),
      openaiCompatible({ id: 'acme', baseURL: at.url, headers: { authorization: 'Basic acme-0815' } }),
    ]) {
      at.seen.length = 0
      const errors: unknown[] = []
      for (let call = 0; call < 4; call++) {
        const error = await chat(provider, { stream: true, stream_options: { include_usage: true } })
          .then(async result => (await passed(batchesOf(result))).error)
          .catch((thrown: unknown) => thrown)
        errors.push(error)
      }
      expect(errors.slice(0, 3)).toMatchObject(Array(3).fill({ message: 'no such user: [masked]', param: undefined }))
      for (const error of errors) expect(JSON.stringify(error) + String(error)).not.toContain('0815')
    }
  })

  test('with an error event before content rejects where the router holds it', async () => {
    await using at = await server(eventStream(events(roleChunk, { error: { message: 'x', type: 'server_error' } })))
    const result = await chat(at.provider, { stream: true })
    await expect(holdUntilContent(result)).rejects.toMatchObject({ code: 'upstream_unavailable' })
    expect((await result.settled).status).toBe('failed')
  })

  test.each([
    ['cleanly', (body: string): Answer => eventStream(body)],
    [
      'in the middle of a chunk',
      (body: string): Answer =>
        response => {
          response.writeHead(200, { 'content-type': 'text/event-stream' })
          response.write(body, () => response.socket?.end())
        },
    ],
  ])('by ending too early, %s, is interrupted', async (_, make) => {
    await using at = await server(make(events(roleChunk, chunk({ content: 'Hel' }))))
    const result = await chat(at.provider, { stream: true })
    expect(await passed(batchesOf(result))).toMatchObject({ contents: 'Hel', error: { code: 'stream_interrupted' } })
    expect(await result.settled).toMatchObject({ status: 'failed', finishReason: undefined })
  })

  test('with an event past 16 MB is a bad response', async () => {
    await using at = await server(eventStream(`data: "${'x'.repeat(17 * 1024 * 1024)}"\n\n`))
    const result = await chat(at.provider, { stream: true })
    expect((await passed(batchesOf(result))).error).toMatchObject({ code: 'upstream_bad_response' })
  })
})

describe('an answer compressed although that was not asked for', () => {
  test.each([true, false])('is a bad response that says so (stream: %s)', async stream => {
    await using at = await server(
      text('\u001f…', 200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' }),
    )
    await expect(chat(at.provider, { stream })).rejects.toMatchObject({
      code: 'upstream_bad_response',
      message: expect.stringContaining('content-encoding gzip'),
    })
  })

  test('is none where the encoding is named identity', async () => {
    await using at = await server(json(completion, 200, { 'content-encoding': 'identity' }))
    expect((await (await chat(at.provider)).settled).status).toBe('completed')
  })
})

describe('after its finish a stream', () => {
  const finished = events(roleChunk, chunk({ content: 'Hi' }), chunk({ finish: 'stop' }))

  test('is completed although the upstream resets its connection', async () => {
    await using at = await server(response => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(finished, () => setTimeout(() => response.socket?.resetAndDestroy(), 20))
    })
    const result = await chat(at.provider, { stream: true })
    expect(await passed(batchesOf(result))).toMatchObject({ contents: 'Hi', error: undefined })
    expect(await result.settled).toMatchObject({ status: 'completed', finishReason: 'stop' })
  })

  test('is failed by an error event', async () => {
    await using at = await server(eventStream(finished + events({ error: { message: 'x', type: 'server_error' } })))
    const result = await chat(at.provider, { stream: true })
    expect((await passed(batchesOf(result))).error).toMatchObject({ code: 'upstream_unavailable' })
    expect((await result.settled).status).toBe('failed')
  })
})

describe('an abort', () => {
  const silent: Answer = response => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(events(roleChunk, chunk({ content: 'Hel' })))
  }

  test('of the call closes the upstream and throws its reason', async () => {
    await using at = await server(silent)
    const caller = new AbortController()
    const result = await chat(at.provider, { stream: true }, { signal: caller.signal })
    const reading = passed(batchesOf(result))
    caller.abort(new GatewayError('timeout_total', 'too long'))
    expect(await reading).toMatchObject({ error: { code: 'timeout_total' } })
    expect(await at.upstream.seen[0]?.closed).toBe('aborted')
  })

  test('before the head rejects', async () => {
    await using at = await server(() => {})
    const caller = new AbortController()
    const call = chat(at.provider, { stream: true }, { signal: caller.signal })
    setTimeout(() => caller.abort(), 20)
    await expect(call).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('by a reader who leaves closes the upstream', async () => {
    await using at = await server(silent)
    const result = await chat(at.provider, { stream: true })
    for await (const _ of batchesOf(result)) break
    expect(await result.settled).toMatchObject({ status: 'cancelled' })
    expect(await at.upstream.seen[0]?.closed).toBe('aborted')
  })
})
