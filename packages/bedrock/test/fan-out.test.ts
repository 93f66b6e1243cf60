import {
  batchOfChunks,
  type CallReport,
  type ChatCompletion,
  type ChatCompletionChunk,
  completedOutcome,
  createAccumulator,
  createGateway,
  estimateBasis,
  type FrameBatch,
  GatewayError,
  type Handler,
} from '@modelgate/core'
import { scriptedProvider } from '@modelgate/core/testing'
import type { Fault } from '@modelgate/simulator'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { turns } from '../../core/test/support/calls.ts'
import { createFanOut } from '../src/fan-out/fan-out.ts'
import { aChat, aRig, chunksOf, completionOf, cutOf, type Rig } from './a-call.ts'
import { aClientRig } from './a-client.ts'
import { cannedUpstream } from './exact/canned-upstream.ts'
import { eventFrame, joined } from './frames.ts'

let rig: Rig
const warnings: string[] = []
const onWarning = (warning: Error) => warnings.push(warning.message)
beforeAll(async () => {
  process.on('warning', onWarning)
  rig = await aRig({}, { chunking: 'random', seed: 11 })
})
beforeEach(() => rig.simulator.reset())
afterAll(async () => {
  process.off('warning', onWarning)
  await rig[Symbol.asyncDispose]()
})

const outcomes = () => rig.simulator.requests().map(request => request.outcome)
const withUsage = { stream: true, stream_options: { include_usage: true } } as const
const weather = {
  messages: [{ role: 'user' as const, content: 'What is the weather in Paris?' }],
  tools: [
    {
      type: 'function' as const,
      function: {
        name: 'weather',
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      },
    },
  ],
}

function fold(chunks: readonly ChatCompletionChunk[]) {
  const accumulator = createAccumulator()
  for (const chunk of chunks) accumulator.add(chunk)
  return accumulator.completion()
}

describe('several answers', () => {
  it('are choices of one completion, whose usage is that of all', async () => {
    const single = completionOf(await rig.chat(aChat({})))
    rig.simulator.reset()
    const result = await rig.chat(aChat({ n: 3 }))
    const completion = completionOf(result)
    expect(rig.simulator.requests().map(request => request.operation)).toEqual(['converse', 'converse', 'converse'])
    expect(completion.choices.map(choice => choice.index)).toEqual([0, 1, 2])
    expect(completion.choices.every(choice => choice.message.content && choice.finish_reason === 'stop')).toBe(true)
    expect(completion.usage?.prompt_tokens).toBe(3 * (single.usage?.prompt_tokens ?? 0))
    expect(await result.settled).toMatchObject({
      status: 'completed',
      usage: completion.usage,
      usageSource: 'reported',
      finishReason: 'stop',
      responseModel: completion.model,
    })
  })

  it('are all asked for the same, and for one each', async () => {
    await rig.chat(aChat({ n: 2, temperature: 0.5, user: 'u' }))
    const [first, second] = rig.simulator.requests()
    expect(first?.body).toBe(second?.body)
    expect(first?.body).not.toContain('"n"')
  })

  it('may be more than are asked for at a time', async () => {
    const completion = completionOf(await rig.chat(aChat({ n: 40 })))
    expect(completion.choices.map(choice => choice.index)).toEqual([...Array(40).keys()])
  })

  it.each([0, 129, 1.5, -1])('cannot be %d', async n => {
    for (const stream of [false, true]) {
      await expect(rig.chat(aChat({ n, stream }))).rejects.toMatchObject({ code: 'invalid_request', param: 'n' })
    }
    expect(rig.simulator.requests()).toHaveLength(0)
  })

  it('are refused before any is asked for, where one would be', async () => {
    for (const stream of [false, true]) {
      const call = aChat({ n: 5, stream, logprobs: true })
      await expect(rig.chat(call)).rejects.toMatchObject({ param: 'logprobs' })
    }
    expect(rig.simulator.requests()).toHaveLength(0)
  })

  it('fail all when one fails, which aborts the others', async () => {
    rig.simulator.setFaults([
      { match: { times: 1 }, fault: { kind: 'status', status: 429 } },
      { fault: { kind: 'delay', ms: 60_000 } },
    ])
    await expect(rig.chat(aChat({ n: 4 }))).rejects.toMatchObject({ code: 'upstream_rate_limited' })
    await rig.simulator.settled()
    expect(outcomes().filter(outcome => outcome === 'closed-by-client').length).toBeGreaterThan(0)
    expect(outcomes()).not.toContain('open')
  })

  it('are all aborted with their call', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'delay', ms: 60_000 } }])
    const controller = new AbortController()
    const pending = rig.chat(aChat({ n: 3 }, controller.signal))
    await rig.simulator.waitFor(request => request.outcome === 'open')
    controller.abort()
    await expect(pending).rejects.toMatchObject({ code: 'cancelled' })
    await rig.simulator.settled()
    expect(new Set(outcomes())).toEqual(new Set(['closed-by-client']))
  })
})

describe('several answers in one stream', () => {
  it('say what the completion says, each under its index', async () => {
    const completion = completionOf(await rig.chat(aChat({ n: 3 })))
    const result = await rig.chat(aChat({ n: 3, ...withUsage }))
    const chunks = await chunksOf(result)
    const { choices, usage } = fold(chunks)
    expect(choices.map(({ index, message }) => [index, message.content])).toEqual(
      completion.choices.map(({ index, message }) => [index, message.content]),
    )
    expect(usage).toEqual(completion.usage)
    expect(await result.settled).toMatchObject({ status: 'completed', usage, finishReason: 'stop' })
  })

  it('have one role chunk and one finish each, one id, and one usage chunk at the end', async () => {
    const chunks = await chunksOf(await rig.chat(aChat({ n: 3, ...withUsage })))
    const all = chunks.flatMap(chunk => chunk.choices)
    for (const index of [0, 1, 2]) {
      const own = all.filter(choice => choice.index === index)
      expect(own.filter(choice => choice.delta.role)).toHaveLength(1)
      expect(own[0]?.delta.role).toBe('assistant')
      expect(own.filter(choice => choice.finish_reason)).toHaveLength(1)
      expect(own.at(-1)?.finish_reason).toBe('stop')
    }
    expect(new Set(chunks.map(({ id, created, model }) => `${id} ${created} ${model}`)).size).toBe(1)
    expect(chunks.filter(chunk => chunk.choices.length === 0)).toHaveLength(1)
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) as number } })
    expect(chunks.slice(0, -1).every(chunk => chunk.usage === null)).toBe(true)
  })

  it('have no usage chunk where none was asked for, and settle with the usage', async () => {
    const result = await rig.chat(aChat({ n: 2, stream: true }))
    const chunks = await chunksOf(result)
    expect(chunks.some(chunk => chunk.choices.length === 0 || 'usage' in chunk)).toBe(false)
    expect((await result.settled).usage?.total_tokens).toBeGreaterThan(0)
  })

  it('interleave: the slow one does not hold up the others', async () => {
    rig.simulator.setFaults([{ match: { times: 1 }, fault: { kind: 'stall', afterFrames: 1 } }])
    const controller = new AbortController()
    const result = await rig.chat(aChat({ n: 3, stream: true }, controller.signal))
    if (result.kind !== 'stream') throw new Error('expected a stream')
    let finished = 0
    await expect(async () => {
      for await (const { frames } of result.batches) {
        finished += frames.flatMap(chunk => chunk.choices).filter(choice => choice.finish_reason).length
        if (finished === 2) controller.abort()
      }
    }).rejects.toMatchObject({ code: 'cancelled' })
    expect(finished).toBe(2)
    await rig.simulator.settled()
  })

  it('call tools, each numbered from 0', async () => {
    const chunks = await chunksOf(await rig.chat(aChat({ ...weather, n: 2, stream: true })))
    const { choices } = fold(chunks)
    expect(choices.map(({ index, finish_reason }) => [index, finish_reason])).toEqual([
      [0, 'tool_calls'],
      [1, 'tool_calls'],
    ])
    for (const { message } of choices) expect(message.tool_calls).toHaveLength(1)
  })

  it('are made of whole answers where the model cannot stream tools', async () => {
    const model = 'us.meta.llama3-1-8b-instruct-v1:0'
    const chunks = await chunksOf(await rig.chat(aChat({ ...weather, model, n: 2, ...withUsage })))
    expect(rig.simulator.requests().map(request => request.operation)).toEqual(['converse', 'converse'])
    expect(fold(chunks).choices).toHaveLength(2)
    expect(chunks.at(-1)?.usage?.total_tokens).toBeGreaterThan(0)
  })

  it('may be more than are under way at a time, without a warning', async () => {
    const chunks = await chunksOf(await rig.chat(aChat({ n: 40, ...withUsage })))
    const { choices } = fold(chunks)
    expect(choices.map(choice => choice.index)).toEqual([...Array(40).keys()])
    expect(choices.every(choice => choice.message.content)).toBe(true)
    expect(rig.simulator.requests()).toHaveLength(40)
    expect(warnings).toEqual([])
  })

  it('fail with their status when one cannot be opened', async () => {
    rig.simulator.setFaults([
      { match: { times: 1 }, fault: { kind: 'status', status: 429 } },
      { fault: { kind: 'stall' } },
    ])
    await expect(rig.chat(aChat({ n: 4, stream: true }))).rejects.toMatchObject({ code: 'upstream_rate_limited' })
    await rig.simulator.settled()
    expect(outcomes().filter(outcome => outcome === 'sent')).toHaveLength(1)
  })

  it.each<[string, Fault, string]>([
    ['throws', { kind: 'exception', exceptionType: 'throttlingException', afterFrames: 1 }, 'upstream_rate_limited'],
    ['is cut', { kind: 'end-without-terminal' }, 'stream_interrupted'],
    ['is reset', { kind: 'reset' }, 'stream_interrupted'],
  ])('all fail when one %s, and the others are closed', async (_name, fault, code) => {
    const stall = { kind: 'stall', afterFrames: 1 } as const
    rig.simulator.setFaults([{ match: { times: 1 }, fault }, { fault: stall }])
    const result = await rig.chat(aChat({ n: 3, ...withUsage }))
    const { chunks, error } = await cutOf(result)
    expect(error).toMatchObject({ code })
    expect(chunks.some(chunk => chunk.choices.length === 0)).toBe(false)
    expect(await result.settled).toMatchObject({ status: 'failed', error: { code }, usageSource: 'estimated' })
    await rig.simulator.settled()
    expect(outcomes().filter(outcome => outcome === 'closed-by-client')).toHaveLength(2)
  })

  it('fail when one that was opened later fails', async () => {
    rig.simulator.setFaults([
      ...Array.from({ length: 17 }, () => ({ match: { times: 1 }, fault: { kind: 'unknown-event' } as const })),
      { fault: { kind: 'status', status: 503 } },
    ])
    const result = await rig.chat(aChat({ n: 20, stream: true }))
    expect((await cutOf(result)).error).toMatchObject({ code: 'upstream_unavailable' })
    await rig.simulator.settled()
    expect(outcomes()).not.toContain('open')
  })

  it.each([0, 1, 3])('are all closed when their reader leaves after %i batches', async batches => {
    rig.simulator.setFaults([{ fault: { kind: 'stall', afterFrames: 2 } }])
    const result = await rig.chat(aChat({ n: 3, stream: true }))
    if (result.kind !== 'stream') throw new Error('expected a stream')
    const iterator = result.batches[Symbol.asyncIterator]()
    for (let read = 0; read < batches; read++) await iterator.next()
    await iterator.return?.()
    expect(await result.settled).toMatchObject({ status: 'cancelled' })
    await rig.simulator.settled()
    expect(new Set(outcomes())).toEqual(new Set(['closed-by-client']))
  })

  it('are all closed with their call, read or not', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'stall' } }])
    const controller = new AbortController()
    const result = await rig.chat(aChat({ n: 3, stream: true }, controller.signal))
    controller.abort()
    expect(await result.settled).toMatchObject({ status: 'cancelled' })
    await rig.simulator.settled()
    expect(new Set(outcomes())).toEqual(new Set(['closed-by-client']))
  })
})

it('several answers are those of the model that a prompt router chose, whole and streamed', async () => {
  await using upstream = await cannedUpstream()
  await using routed = await aRig({ endpoint: upstream.url })
  const trace = {
    promptRouter: { invokedModelId: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0' },
  }
  const usage = { inputTokens: 1, outputTokens: 1 }
  const output = { message: { role: 'assistant', content: [{ text: 'Hi.' }] } }
  upstream.answer = { body: JSON.stringify({ output, stopReason: 'end_turn', usage, trace }) }
  const whole = await routed.chat(aChat({ n: 2 }))
  expect((await whole.settled).responseModel).toBe('amazon.nova-lite-v1:0')
  upstream.answer = {
    headers: { 'content-type': 'application/vnd.amazon.eventstream' },
    body: joined([
      eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hi.' } }),
      eventFrame('messageStop', { stopReason: 'end_turn' }),
      eventFrame('metadata', { usage, trace }),
    ]),
  }
  const streamed = await routed.chat(aChat({ n: 2, ...withUsage }))
  expect(fold(await chunksOf(streamed)).trace).toEqual(completionOf(whole).trace)
  expect((await streamed.settled).responseModel).toBe('amazon.nova-lite-v1:0')
})

describe('over a client of the SDK', () => {
  it('several answers are the same, and raise no warning', async () => {
    await using over = await aClientRig('http1')
    const completion = completionOf(await over.chat(aChat({ n: 12 })))
    const { choices, usage } = fold(await chunksOf(await over.chat(aChat({ n: 12, ...withUsage }))))
    expect(choices.map(choice => choice.message.content)).toEqual(
      completion.choices.map(choice => choice.message.content),
    )
    expect(usage).toEqual(completion.usage)
    expect(warnings).toEqual([])
  })
})

describe('through a gateway', () => {
  it('several answers are one attempt, whole and streamed', async () => {
    await using gateway = createGateway({ providers: [rig.provider] })
    const request = { model: `bedrock/${aChat({}).request.model}`, messages: aChat({}).request.messages, n: 2 }
    const whole = await gateway.chat(request)
    const stream = gateway.stream({ ...request, stream_options: { include_usage: true } })
    const streamed = await stream.completion()
    expect(streamed.choices.map(choice => choice.message.content)).toEqual(
      whole.choices.map(choice => choice.message.content),
    )
    expect(streamed.usage).toEqual(whole.usage)
    expect((await stream.report).attempts).toHaveLength(1)
  })
})

describe('what several answers cost', () => {
  it('counts those that were whole before one failed', async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }
    const answers = scriptedProvider('x', ['whole'], [turns(), new GatewayError('upstream_unavailable', 'gone')])
    const chat = answers.handlers.chat
    if (!chat) throw new Error('no handler')
    await expect(createFanOut(chat)(aChat({ n: 2 }))).rejects.toMatchObject({ code: 'upstream_unavailable', usage })
  })

  it('is unknown where one that was whole before another failed had searched the web', async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }
    const answers = scriptedProvider('x', ['whole'], [turns(), new GatewayError('upstream_unavailable', 'gone')])
    const chat = answers.handlers.chat
    if (!chat) throw new Error('no handler')
    const searching: Handler<'chat'> = async call => {
      const result = await chat(call)
      const { settled } = result
      return { ...result, settled: settled.then(outcome => ({ ...outcome, unpriced: true })) }
    }
    await expect(createFanOut(searching)(aChat({ n: 2 }))).rejects.toMatchObject({ usage, unpriced: true })
  })

  it('estimates those that were under way when one failed, each with its prompt', async () => {
    const prompt = estimateBasis(aChat({})).promptTokens
    for (const stream of [false, true]) {
      rig.simulator.reset()
      rig.simulator.setFaults([
        { match: { times: 1 }, fault: { kind: 'status', status: 429 } },
        { fault: { kind: 'delay', ms: 60_000 } },
      ])
      const error = await rig.chat(aChat({ n: 4, stream })).then(undefined, (thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'upstream_rate_limited', usageSource: 'estimated' })
      expect(error).toHaveProperty('usage.prompt_tokens', (rig.simulator.requests().length - 1) * prompt)
    }
  })

  it('estimates those that were under way when the caller left, each with its prompt', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'delay', ms: 60_000 } }])
    const controller = new AbortController()
    const pending = rig.chat(aChat({ n: 3 }, controller.signal))
    await expect.poll(() => rig.simulator.requests().length).toBe(3)
    controller.abort()
    const usage = { prompt_tokens: 3 * estimateBasis(aChat({})).promptTokens }
    await expect(pending).rejects.toMatchObject({ code: 'cancelled', usage, usageSource: 'estimated' })
  })

  it('counts what passed of all where they were left', async () => {
    const result = await rig.chat(aChat({ n: 3, stream: true }))
    if (result.kind !== 'stream') throw new Error('expected a stream')
    let length = 0
    for await (const { frames } of result.batches) {
      for (const { choices } of frames) for (const { delta } of choices) length += delta.content?.length ?? 0
      if (length > 30) break
    }
    const { completionTokensPassed = 0, promptsSent, usage } = await result.settled
    expect(usage).toBeUndefined()
    expect(promptsSent).toBe(3)
    expect(completionTokensPassed).toBeGreaterThanOrEqual(Math.floor(length / 3.6))
  })
})

it('several answers to a prompt shorter than the length that costs more are not priced as one of that length', async () => {
  const { model, messages } = aChat({}).request
  const prices = { [model]: { input: 1, output: 1, longPrompt: { aboveTokens: 300, input: 1_000, output: 1_000 } } }
  const reports: CallReport[] = []
  await using gateway = createGateway({ providers: [rig.provider], prices, onReport: report => reports.push(report) })
  const request = { model: `bedrock/${model}`, messages, n: 40 }
  await gateway.chat(request)
  await gateway.stream(request).completion()
  await expect.poll(() => reports.length).toBe(2)
  for (const { usage, costUsd } of reports) {
    expect(usage?.prompt_tokens).toBeGreaterThan(300)
    expect(costUsd).toBeCloseTo((usage?.total_tokens ?? 0) / 1e6, 12)
  }
})

it('what a search of the web costs beside its tokens is unknown: of one answer or several, whole or streamed', async () => {
  await using upstream = await cannedUpstream()
  await using searching = await aRig({ endpoint: upstream.url })
  const own = { toolUseId: 's', name: 'nova_grounding', type: 'server_tool_use' }
  const usage = { inputTokens: 1, outputTokens: 1 }
  const model = 'us.amazon.nova-2-lite-v1:0'
  const unpriced = async (searches: boolean) => {
    const content = [...(searches ? [{ toolUse: { ...own, input: {} } }] : []), { text: 'Hi.' }]
    const settled: (boolean | undefined)[] = []
    for (const n of [1, 2]) {
      const body = { output: { message: { role: 'assistant', content } }, stopReason: 'end_turn', usage }
      upstream.answer = { body: JSON.stringify(body) }
      const request = { model, n, web_search_options: {} }
      settled.push((await (await searching.chat(aChat(request))).settled).unpriced)
      const frames = [
        ...(searches ? [eventFrame('contentBlockStart', { contentBlockIndex: 0, start: { toolUse: own } })] : []),
        eventFrame('contentBlockDelta', { contentBlockIndex: 1, delta: { text: 'Hi.' } }),
        eventFrame('messageStop', { stopReason: 'end_turn' }),
        eventFrame('metadata', { usage }),
      ]
      upstream.answer = { headers: { 'content-type': 'application/vnd.amazon.eventstream' }, body: joined(frames) }
      const streamed = await searching.chat(aChat({ ...request, stream: true }))
      await chunksOf(streamed)
      settled.push((await streamed.settled).unpriced)
    }
    return settled
  }
  expect(await unpriced(true)).toEqual([true, true, true, true])
  expect(await unpriced(false)).toEqual([undefined, undefined, undefined, undefined])
})

describe('the service tier that several answers are priced at', () => {
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }

  /** Answers as the tiers say in turn, whole or as streams. */
  function servedAt(tiers: readonly (string | undefined)[]): Handler<'chat'> {
    const rest = [...tiers]
    return async ({ request: { model, stream } }) => {
      const outcome = completedOutcome({ usage, serviceTier: rest.shift(), finishReason: 'stop', responseModel: model })
      const head = { id: 'chatcmpl-1', created: 1, model } as const
      const settled = Promise.resolve(outcome)
      if (stream) {
        const choice = { index: 0, delta: { content: 'Hi.' }, finish_reason: 'stop' } as const
        const batch = batchOfChunks([{ ...head, object: 'chat.completion.chunk', choices: [choice] }])
        return { kind: 'stream', batches: batchesOf([batch]), settled }
      }
      const message = { role: 'assistant', content: 'Hi.', refusal: null } as const
      const choices: ChatCompletion['choices'] = [{ index: 0, message, finish_reason: 'stop', logprobs: null }]
      const value = { ...head, object: 'chat.completion', choices, usage } as const
      return { kind: 'completion', completion: { value }, settled }
    }
  }

  it.each([
    [['default', 'priority', 'default'], 'priority'],
    [['flex', 'default'], 'default'],
    [['default', 'latency-optimized'], 'latency-optimized'],
    [[undefined, 'priority'], 'priority'],
    [['flex', 'flex'], 'flex'],
    [[undefined, undefined], undefined],
  ])('of %s is the dearest of them: %s', async (tiers, dearest) => {
    const whole = await createFanOut(servedAt(tiers))(aChat({ n: tiers.length }))
    expect((await whole.settled).serviceTier).toBe(dearest)
    const streamed = await createFanOut(servedAt(tiers))(aChat({ n: tiers.length, stream: true }))
    await chunksOf(streamed)
    expect((await streamed.settled).serviceTier).toBe(dearest)
  })
})

type Delta = ChatCompletionChunk['choices'][number]['delta']

describe('of several streams of which one had told its usage', () => {
  const usage = { prompt_tokens: 700, completion_tokens: 9_000, total_tokens: 9_700 }

  /** The first is whole at once; the second says 36 bytes and goes on as told. */
  async function afterFirst(goesOn: () => Promise<never>, delta: Delta = { content: 'x'.repeat(36) }) {
    let opened = 0
    const one: Handler<'chat'> = async ({ request: { model } }) => {
      opened += 1
      const head = { id: 'chatcmpl-1', created: 1, model, object: 'chat.completion.chunk' } as const
      const said = (delta: Delta, finish_reason: 'stop' | null) =>
        batchOfChunks([{ ...head, choices: [{ index: 0, delta, finish_reason }] }])
      if (opened === 1) {
        const settled = Promise.resolve(completedOutcome({ usage }))
        return { kind: 'stream', batches: batchesOf([said({ content: 'Hi.' }, 'stop')]), settled }
      }
      const batches = batchesOf([said(delta, null)], goesOn)
      return { kind: 'stream', batches, settled: new Promise<never>(() => {}) }
    }
    const result = await createFanOut(one)(aChat({ n: 2, stream: true }))
    if (result.kind !== 'stream') throw new Error('expected a stream')
    return result
  }
  const known = { prompt_tokens: 1_400, completion_tokens: 9_010, total_tokens: 10_410 }

  it.each<[string, Delta]>([
    ['text', { content: 'x'.repeat(36) }],
    ['reasoning', { reasoning_content: 'x'.repeat(36) }],
    ['the arguments of a call', { tool_calls: [{ index: 0, function: { arguments: 'x'.repeat(36) } }] }],
    ['the input of a call', { tool_calls: [{ index: 0, custom: { input: 'x'.repeat(36) } }] }],
  ])('a failure counts that, and estimates the others by their bytes: %s', async (_, delta) => {
    const result = await afterFirst(async () => {
      await turns()
      throw new GatewayError('stream_interrupted', 'cut')
    }, delta)
    await cutOf(result)
    expect(await result.settled).toMatchObject({ status: 'failed', usage: known, usageSource: 'estimated' })
  })

  it('a reader that leaves has had that, and what passed of the others', async () => {
    const result = await afterFirst(() => new Promise<never>(() => {}))
    const iterator = result.batches[Symbol.asyncIterator]()
    for (let read = 0; read < 2; read += 1) await iterator.next()
    void iterator.next()
    await turns()
    void iterator.return?.()
    expect(await result.settled).toMatchObject({ status: 'cancelled', usage: known, usageSource: 'estimated' })
  })
})

async function* batchesOf(
  batches: readonly FrameBatch[],
  end: () => Promise<undefined> = async () => undefined,
): AsyncGenerator<FrameBatch, undefined> {
  yield* batches
  return end()
}
