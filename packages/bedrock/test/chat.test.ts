import type { ChatCompletionRequest } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { aChat, aRig, chunksOf, completionOf, fileRig, haiku } from './a-call.ts'
import { closesWhenAborted, closesWhenLeft } from './left-streams.ts'

const rig = await fileRig()

const weather = {
  type: 'function',
  function: {
    name: 'weather/lookup',
    description: 'Looks up the weather in a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
} as const
const asksForWeather: Partial<ChatCompletionRequest> = {
  messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
  tools: [weather],
}

describe('a completion', () => {
  it('is answered under the target model and the request id of AWS, and settles as completed with its usage', async () => {
    const result = await rig.chat(aChat({}))
    const completion = completionOf(result)
    expect(completion).toMatchObject({ object: 'chat.completion', model: haiku, choices: [{ finish_reason: 'stop' }] })
    expect(completion.id).toMatch(/^chatcmpl-[0-9a-f-]{36}$/)
    expect(completion.created).toBeGreaterThan(1_600_000_000)
    expect(completion.choices[0]?.message.content).toContain('Hello there')
    expect(await result.settled).toMatchObject({
      status: 'completed',
      usage: completion.usage,
      usageSource: 'reported',
      finishReason: 'stop',
      responseModel: haiku,
    })
  })

  it('is one signed POST with the model as one path segment', async () => {
    await rig.chat(aChat({}))
    const [request] = rig.simulator.requests()
    expect(request?.path).toBe('/model/us.anthropic.claude-3-5-haiku-20241022-v1%3A0/converse')
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      host: new URL(rig.simulator.url).host,
    })
    expect(request?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIA.*\/us-east-1\/bedrock\/aws4_request/,
    )
    expect(request?.json).toEqual({ messages: [{ role: 'user', content: [{ text: 'Hello there' }] }] })
  })

  it('reaches an inference profile by its ARN', async () => {
    const model = `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${haiku}`
    const completion = completionOf(await rig.chat(aChat({ model })))
    expect(completion.model).toBe(model)
    expect(rig.simulator.requests()[0]?.path).toContain('inference-profile%2Fus.anthropic')
  })

  it('calls a tool under the name the caller gave it, and takes its result', async () => {
    const first = completionOf(await rig.chat(aChat(asksForWeather))).choices[0]
    const call = first?.message.tool_calls?.[0]
    expect(first?.finish_reason).toBe('tool_calls')
    expect(call).toMatchObject({ type: 'function', function: { name: 'weather/lookup' } })
    if (!first || !call || call.type !== 'function') throw new Error('no call')
    expect(JSON.parse(call.function.arguments)).toEqual({ city: 'Paris' })
    const { role, content, tool_calls = [] } = first.message
    const messages: ChatCompletionRequest['messages'] = [
      { role: 'user', content: 'What is the weather in Paris?' },
      { role, content, tool_calls },
      { role: 'tool', tool_call_id: call.id, content: 'sunny' },
    ]
    const second = completionOf(await rig.chat(aChat({ messages, tools: [weather] }))).choices[0]
    expect(second).toMatchObject({ finish_reason: 'stop', message: { role: 'assistant' } })
    expect(second?.message.content).toContain('sunny')
  })

  it('goes on from a tool history although no tools are offered any more', async () => {
    const messages: ChatCompletionRequest['messages'] = [
      { role: 'user', content: 'What is the weather?' },
      { role: 'assistant', tool_calls: [{ id: 'x', type: 'function', function: { name: 'weather', arguments: '' } }] },
      { role: 'tool', tool_call_id: 'x', content: 'sunny' },
      { role: 'user', content: 'Thanks. Say that shorter.' },
    ]
    for (const more of [{}, { tools: [weather], tool_choice: 'none' as const }]) {
      expect(completionOf(await rig.chat(aChat({ messages, ...more }))).choices[0]?.message.tool_calls).toBeUndefined()
    }
  })

  it('keeps reasoning apart, and Claude takes its thinking blocks back', async () => {
    const model = 'us.anthropic.claude-sonnet-4-20250514-v1:0'
    const request = { ...asksForWeather, model, reasoning_effort: 'low' } as const
    const { message } = completionOf(await rig.chat(aChat(request))).choices[0] ?? {}
    expect(message?.reasoning_content).toBeTruthy()
    expect(message?.thinking_blocks?.[0]).toMatchObject({ type: 'thinking', signature: expect.any(String) as string })
    const call = message?.tool_calls?.[0]
    if (!message || !call) throw new Error('no call')
    const messages: ChatCompletionRequest['messages'] = [
      ...(asksForWeather.messages ?? []),
      { role: 'assistant', tool_calls: [call], thinking_blocks: message.thinking_blocks ?? [] },
      { role: 'tool', tool_call_id: call.id, content: 'sunny' },
    ]
    const context = aChat({ ...request, messages })
    expect(completionOf(await rig.chat(context)).choices[0]?.finish_reason).toBe('stop')
    expect(context.context.droppedParams).toEqual(new Set())
  })

  it('says what it dropped', async () => {
    const call = aChat({ temperature: 1.5, logit_bias: { 5: 1 }, store: true })
    await rig.chat(call)
    expect(call.context.droppedParams).toEqual(new Set(['temperature>1', 'logit_bias', 'store']))
  })

  it.each(['', '.', '..', '\ud800'])('of the model %j never leaves its path', async model => {
    await expect(rig.chat(aChat({ model }))).rejects.toMatchObject({ code: 'model_not_found' })
    expect(rig.simulator.requests()).toHaveLength(0)
  })

  it('closes the upstream when its caller leaves', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'delay', ms: 10_000 } }])
    const controller = new AbortController()
    const pending = rig.chat(aChat({}, controller.signal))
    await rig.simulator.waitFor(request => request.outcome === 'open')
    controller.abort()
    await expect(pending).rejects.toMatchObject({ code: 'cancelled' })
    await rig.simulator.waitFor(request => request.outcome === 'closed-by-client')
  })
})

describe('a stream', () => {
  it('says what the completion says', async () => {
    const completion = completionOf(await rig.chat(aChat({})))
    const result = await rig.chat(aChat({ stream: true, stream_options: { include_usage: true } }))
    const chunks = await chunksOf(result)
    expect(chunks.map(chunk => chunk.choices[0]?.delta.content ?? '').join('')).toBe(
      completion.choices[0]?.message.content,
    )
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop')
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: completion.usage })
    expect(await result.settled).toMatchObject({ status: 'completed', usage: completion.usage, finishReason: 'stop' })
  })

  it('settles with its usage although the client did not ask for it', async () => {
    const result = await rig.chat(aChat({ stream: true }))
    const chunks = await chunksOf(result)
    expect(chunks.some(chunk => chunk.choices.length === 0)).toBe(false)
    expect((await result.settled).usage?.completion_tokens).toBeGreaterThan(0)
  })

  it('has parallel tool calls numbered from 0', async () => {
    const messages = [{ role: 'user' as const, content: 'Compare the weather in Paris and in Rome.' }]
    const chunks = await chunksOf(await rig.chat(aChat({ ...asksForWeather, messages, stream: true })))
    const calls = chunks.flatMap(chunk => chunk.choices[0]?.delta.tool_calls ?? [])
    const opened = calls.filter(call => call.id)
    expect(opened.map(call => [call.index, call.function?.name])).toEqual([
      [0, 'weather/lookup'],
      [1, 'weather/lookup'],
    ])
    const cities = [0, 1].map(index => {
      const json = calls
        .filter(call => call.index === index)
        .map(call => call.function?.arguments ?? '')
        .join('')
      return (JSON.parse(json) as { city: string }).city
    })
    expect(cities).toEqual(['Paris', 'Rome'])
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls')
  })

  it.each(['whole', 'bytes', 'random'] as const)('is the same when it comes in pieces: %s', async chunking => {
    await using other = await aRig({}, { chunking })
    const chunks = await chunksOf(await other.chat(aChat({ stream: true })))
    expect(chunks.map(chunk => chunk.choices[0]?.delta.content ?? '').join('')).toContain('Hello there')
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop')
  })

  it('is made of a whole answer where the model cannot stream tools', async () => {
    const model = 'us.meta.llama3-1-8b-instruct-v1:0'
    const result = await rig.chat(aChat({ ...asksForWeather, model, stream: true }))
    const chunks = await chunksOf(result)
    expect(rig.simulator.requests()[0]?.operation).toBe('converse')
    expect(chunks.flatMap(chunk => chunk.choices[0]?.delta.tool_calls ?? [])[0]?.function?.name).toBe('weather/lookup')
    expect(await result.settled).toMatchObject({ status: 'completed', finishReason: 'tool_calls' })
    await chunksOf(await rig.chat(aChat({ model, stream: true })))
    expect(rig.simulator.requests()[1]?.operation).toBe('converse-stream')
  })

  it('skips events that AWS adds later', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'unknown-event' } }])
    const result = await rig.chat(aChat({ stream: true }))
    await chunksOf(result)
    expect(await result.settled).toMatchObject({ status: 'completed' })
  })

  it('closes the upstream when its caller aborts', () => closesWhenAborted(rig))

  it.each([0, 1])('closes the upstream when its reader leaves after %i batches', batches =>
    closesWhenLeft(rig, batches),
  )
})

it('keeps one connection for calls that follow each other', async () => {
  await using other = await aRig()
  for (let count = 0; count < 5; count++) completionOf(await other.chat(aChat({})))
  expect(other.simulator.openConnections()).toBe(1)
})
