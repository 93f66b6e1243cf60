import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aChat, aRig, chunksOf, completionOf, cutOf, type Rig } from './a-call.ts'
import { cannedUpstream } from './exact/canned-upstream.ts'

const plain = 'openai.gpt-oss-20b-1:0'
const quirky = 'openai.gpt-oss-120b-1:0'
const lanes = { 'openai.gpt-oss': 'openai' } as const
const tools = [
  {
    type: 'function' as const,
    function: {
      name: 'get_weather',
      description: 'The weather in a city',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
]
const cities = [{ role: 'user' as const, content: 'Compare the weather in Paris and in Rome.' }]

let rig: Rig
beforeAll(async () => {
  rig = await aRig({ lanes }, { chunking: 'random', seed: 7 })
})
beforeEach(() => rig.simulator.reset())
afterAll(() => rig[Symbol.asyncDispose]())

describe('the OpenAI-compatible endpoint', () => {
  it('is sent a signed request of the caller’s own bytes', async () => {
    const bytes = Buffer.from(
      `{ "model": "${plain}",\n "messages": [{"role":"user","content":"Gr\\u00fc\\u00dfe"}], "x_new": 1.0 }`,
    )
    const value = JSON.parse(bytes.toString()) as { model: string; messages: [] }
    const call = aChat(value)
    // The request is the parsed body itself, as the door hands it over where nothing was changed.
    const source = { bytes, value: call.request as never, members: undefined }
    await rig.chat({ ...call, context: Object.assign(call.context, { source }) })
    const [request] = rig.simulator.requests()
    expect(request?.path).toBe('/openai/v1/chat/completions')
    expect(request?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=.*\/us-east-1\/bedrock\/aws4_request/)
    expect(request?.headers['accept-encoding']).toBe('identity')
    expect(request?.headers['x-client-request-id']).toBe(call.context.callId)
    expect(request?.json).toEqual(value)
    expect(Number(request?.headers['content-length'])).toBe(bytes.length)
  })

  it('takes an API key of Bedrock', async () => {
    await using other = await aRig({ lanes, bearerToken: 'simulator-bedrock-key', credentials: undefined })
    expect(completionOf(await other.chat(aChat({ model: plain }))).choices[0]?.finish_reason).toBe('stop')
  })

  it('is told the guardrail in headers', async () => {
    const guardrail = { guardrailIdentifier: 'gr-1', guardrailVersion: '2', trace: 'enabled_full' }
    const guarded = { model: plain, guardrail_config: guardrail }
    await rig.chat(aChat(guarded))
    expect(rig.simulator.requests()[0]?.headers).toMatchObject({
      'x-amzn-bedrock-guardrailidentifier': 'gr-1',
      'x-amzn-bedrock-guardrailversion': '2',
      'x-amzn-bedrock-trace': 'ENABLED_FULL',
    })
  })

  it('fails as Bedrock does where its credentials are called expired', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'status', status: 403, errorType: 'ExpiredTokenException' } }])
    await expect(rig.chat(aChat({ model: plain }))).rejects.toMatchObject({
      code: 'upstream_auth_failed',
      message: expect.stringContaining('their session has expired') as string,
    })
  })

  it.each([plain, quirky])('%s: parallel calls are counted from 0, each with an id of its own', async model => {
    const result = await rig.chat(aChat({ model, messages: cities, tools, stream: true }))
    const calls = (await chunksOf(result))
      .flatMap(chunk => chunk.choices)
      .flatMap(({ delta }) => delta.tool_calls ?? [])
    expect([...new Set(calls.map(({ index }) => index))]).toEqual([0, 1])
    expect(new Set(calls.flatMap(({ id }) => id ?? [])).size).toBe(2)
    const whole = completionOf(await rig.chat(aChat({ model, messages: cities, tools }))).choices[0]?.message
    expect(new Set(whole?.tool_calls?.map(({ id }) => id)).size).toBe(2)
    for (const index of [0, 1]) {
      const own = calls.filter(call => call.index === index)
      const call = whole?.tool_calls?.[index]
      if (call?.type !== 'function') throw new Error('expected a function')
      expect(own.map(piece => piece.function?.arguments ?? '').join('')).toBe(call.function.arguments)
    }
  })

  it('tells thoughts under reasoning_content, whole and streamed', async () => {
    const whole = completionOf(await rig.chat(aChat({ model: quirky }))).choices[0]?.message
    const result = await rig.chat(aChat({ model: quirky, stream: true }))
    const deltas = (await chunksOf(result)).flatMap(chunk => chunk.choices.map(({ delta }) => delta))
    expect(whole?.reasoning_content).toMatch(/I will/)
    expect(deltas.map(delta => delta.reasoning_content ?? '').join('')).toBe(whole?.reasoning_content)
    expect(deltas.map(delta => delta.content ?? '').join('')).toBe(whole?.content)
    expect(deltas.filter(delta => 'reasoning' in delta)).toEqual([])
    expect(await result.settled).toMatchObject({ status: 'completed', usageSource: 'reported', responseModel: quirky })
  })

  it.each([false, true])('tells the thoughts of gpt-oss apart from its answer (streamed: %s)', async stream => {
    const said = { model: plain, messages: [{ role: 'user' as const, content: 'Say exactly: hi' }], stream }
    const result = await rig.chat(aChat(said))
    const parts = stream
      ? (await chunksOf(result)).flatMap(({ choices }) => choices.map(({ delta }) => delta))
      : completionOf(result).choices.map(({ message }) => message)
    expect(parts.map(({ content }) => content ?? '').join('')).toBe('hi')
    expect(parts.map(({ reasoning_content: thought }) => thought ?? '').join('')).toMatch(/^[^<]+$/)
  })

  it('keeps a stream of text as the bytes it came as', async () => {
    const result = await rig.chat(aChat({ model: plain, stream: true }))
    if (result.kind !== 'stream') throw new Error('expected a stream')
    let text = ''
    for await (const batch of result.batches) text += Buffer.from(batch.bytes).toString()
    // Only the upstream writes these: what was parsed and written again would lose their order at the least.
    expect(text).toMatch(
      /^(data: \{"id":"chatcmpl-\w+","object":"chat\.completion\.chunk",.*"obfuscation":"\w+"\}\n\n)+$/,
    )
  })

  it('asks no second time for usage that a model refused', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'stream-options-refused' } }])
    for (const _time of [1, 2]) await chunksOf(await rig.chat(aChat({ model: plain, stream: true })))
    expect(rig.simulator.requests()).toHaveLength(3)
  })

  it('fails a stream in which an event to be mended does not parse', async () => {
    await using upstream = await cannedUpstream()
    const good = 'data: {"choices":[{"index":0,"delta":{"content":"Hi."},"finish_reason":null}]}'
    const headers = { 'content-type': 'text/event-stream' }
    upstream.answer = { headers, body: `${good}\n\ndata: {"choices":[{"delta":{"reasoning":"H\n\ndata: [DONE]\n\n` }
    await using other = await aRig({ lanes, endpoint: upstream.url })
    const result = await other.chat(aChat({ model: plain, stream: true }))
    expect((await cutOf(result)).error).toMatchObject({ code: 'upstream_bad_response' })
    expect(await result.settled).toMatchObject({ status: 'failed' })
  })

  it('is left when its reader leaves', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'stall' } }])
    const result = await rig.chat(aChat({ model: quirky, stream: true }))
    if (result.kind !== 'stream') throw new Error('expected a stream')
    for await (const batch of result.batches) if (batch.hasContent) break
    await rig.simulator.waitFor(request => request.outcome === 'closed-by-client')
    expect(await result.settled).toMatchObject({ status: 'cancelled' })
  })
})
