import { isGatewayError } from '@modelgate/core'
import type { Fault } from '@modelgate/simulator'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bedrock } from '../src/index.ts'
import { aChat, aRig, chunksOf, completionOf, cutOf, type Rig } from './a-call.ts'
import { aClientRig } from './a-client.ts'
import { cannedUpstream } from './exact/canned-upstream.ts'
import { claude2, command, commandR, jamba, lanes, llama3, mistral, nova, sonnet, titan } from './exact/invoke-row.ts'
import { eventFrame, joined } from './frames.ts'

const models = [titan, command, commandR, claude2, sonnet, llama3, mistral, jamba, nova, 'qwen.qwen3-32b-v1:0']

const ways: readonly (readonly [string, () => Promise<Rig>])[] = [
  ['plain HTTP', () => aRig(lanes, { chunking: 'random', seed: 7 })],
  ['a client over HTTP/1.1', () => aClientRig('http1', { options: lanes })],
  ['a client over HTTP/2', () => aClientRig('http2', { options: lanes })],
]

describe.each(ways)('InvokeModel over %s', (_name, make) => {
  let rig: Rig
  beforeAll(async () => {
    rig = await make()
  })
  beforeEach(() => rig.simulator.reset())
  afterAll(() => rig[Symbol.asyncDispose]())

  it.each(models)('%s streams what it says whole, usage and finish included', async model => {
    for (const more of [{}, { max_tokens: 3 }]) {
      const request = {
        model,
        messages: [{ role: 'user' as const, content: 'Say exactly: Grüße an die 世界 🎉, one two' }],
        ...more,
      }
      const whole = completionOf(await rig.chat(aChat(request)))
      const result = await rig.chat(aChat({ ...request, stream: true, stream_options: { include_usage: true } }))
      const chunks = await chunksOf(result)
      const choices = chunks.flatMap(chunk => chunk.choices)
      expect(choices.map(({ delta }) => delta.content ?? '').join('')).toBe(whole.choices[0]?.message.content)
      expect(choices.map(({ finish_reason }) => finish_reason).filter(Boolean)).toEqual([
        whole.choices[0]?.finish_reason,
      ])
      expect(whole.usage?.completion_tokens).toBeGreaterThan(0)
      expect(chunks.at(-1)?.usage?.completion_tokens).toBe(whole.usage?.completion_tokens)
      expect(await result.settled).toMatchObject({ status: 'completed', usageSource: 'reported' })
      if (!('max_tokens' in more)) expect(whole.choices[0]?.message.content).toContain('世界 🎉, one two')
    }
    const operations = rig.simulator.requests().map(({ operation }) => operation)
    expect(operations).toEqual(['invoke', 'invoke-stream', 'invoke', 'invoke-stream'])
  })

  it('tells the guardrail and all else that stands beside a body', async () => {
    const beside = {
      guardrail_config: { guardrailIdentifier: 'gr-1', guardrailVersion: 'DRAFT', trace: 'enabled' },
      performance_config: { latency: 'optimized' },
      request_metadata: { team: 'a' },
      service_tier: 'flex' as const,
    }
    for (const stream of [false, true]) {
      const result = await rig.chat(aChat({ model: titan, stream, ...beside }))
      if (result.kind === 'stream') await chunksOf(result)
      expect(await result.settled).toMatchObject({ status: 'completed', serviceTier: 'latency-optimized' })
    }
    const sent = rig.simulator.requests()
    expect(sent).toHaveLength(2)
    for (const { headers, json } of sent) {
      expect(headers).toMatchObject({
        'x-amzn-bedrock-guardrailidentifier': 'gr-1',
        'x-amzn-bedrock-guardrailversion': 'DRAFT',
        'x-amzn-bedrock-trace': 'ENABLED',
        'x-amzn-bedrock-performanceconfig-latency': 'optimized',
        'x-amzn-bedrock-service-tier': 'flex',
        'x-amzn-bedrock-request-metadata': '{"team":"a"}',
      })
      expect(json).toEqual({ inputText: 'User: Hello there\nBot:' })
    }
  })

  const exception = (exceptionType: string, afterFrames: number): Fault => ({
    kind: 'exception',
    exceptionType,
    afterFrames,
  })

  it.each<[string, Fault, string]>([
    ['an exception as its first frame', exception('throttlingException', 0), 'upstream_rate_limited'],
    ['an exception midway', exception('throttlingException', 2), 'upstream_rate_limited'],
    ['a model timeout midway', exception('modelTimeoutException', 1), 'upstream_unavailable'],
    ['a model error midway', exception('modelStreamErrorException', 1), 'upstream_bad_response'],
    ['a wrong checksum', { kind: 'bad-crc' }, 'upstream_bad_response'],
    ['random bytes', { kind: 'garbage' }, 'upstream_bad_response'],
    ['a reset', { kind: 'reset' }, 'stream_interrupted'],
    ['a cut inside a later frame', { kind: 'cut', atByte: 400 }, 'stream_interrupted'],
    ['an end without an ending', { kind: 'end-without-terminal' }, 'stream_interrupted'],
    ['a throttle before its head', { kind: 'status', status: 429 }, 'upstream_rate_limited'],
  ])('a stream that fails never ends cleanly: %s', async (_what, fault, code) => {
    rig.simulator.setFaults([{ fault }])
    const { error, chunks } = await rig.chat(aChat({ model: titan, stream: true })).then(cutOf, (thrown: unknown) => ({
      error: thrown,
      chunks: [],
    }))
    expect(isGatewayError(error) && error.code).toBe(code)
    expect(chunks.every(chunk => chunk.choices.every(choice => choice.finish_reason === null))).toBe(true)
    if (fault.kind === 'exception' && fault.afterFrames === 2) {
      expect(chunks.filter(chunk => chunk.choices[0]?.delta.content)).toHaveLength(2)
    }
    await rig.simulator.settled()
    expect(rig.simulator.requests()).toHaveLength(1)
  })

  it('an event that AWS adds later is skipped', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'unknown-event' } }])
    const chunks = await chunksOf(await rig.chat(aChat({ model: titan, stream: true })))
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop')
  })

  it('a leaving reader aborts the upstream', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'stall' } }])
    const result = await rig.chat(aChat({ model: titan, stream: true }))
    if (result.kind !== 'stream') throw new Error('expected a stream')
    for await (const batch of result.batches) if (batch.hasContent) break
    await rig.simulator.waitFor(request => request.outcome === 'closed-by-client')
    expect(await result.settled).toMatchObject({ status: 'cancelled' })
  })

  it('a refusal names the action that the role lacks', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'status', status: 403, errorType: 'AccessDeniedException' } }])
    await expect(rig.chat(aChat({ model: titan, stream: true }))).rejects.toMatchObject({
      code: 'upstream_auth_failed',
      message: expect.stringContaining('bedrock:InvokeModelWithResponseStream') as string,
    })
  })
})

it.each(['bm8ganNvbg==', 'W10=', undefined])(
  'a chunk of %s is corrupt, and what came before it is given',
  async bytes => {
    await using upstream = await cannedUpstream()
    const good = Buffer.from(JSON.stringify({ outputText: 'Hi.', completionReason: null })).toString('base64')
    upstream.answer = { body: joined([eventFrame('chunk', { bytes: good }), eventFrame('chunk', { bytes })]) }
    const provider = bedrock({ endpoint: upstream.url, region: 'us-east-1', bearerToken: 'k' })
    const result = await provider.handlers.chat?.(aChat({ model: titan, stream: true }))
    if (!result) throw new Error('no handler')
    const { chunks, error } = await cutOf(result)
    expect(error).toMatchObject({ code: 'upstream_bad_response' })
    expect(chunks.at(-1)?.choices[0]?.delta.content).toBe('Hi.')
    await provider.close?.()
  },
)

it('an answer is whole, whatever stands after its end', async () => {
  await using upstream = await cannedUpstream()
  const chunk = (text: string): Uint8Array => eventFrame('chunk', { bytes: Buffer.from(text).toString('base64') })
  const said = '{"choices":[{"index":0,"delta":{"content":"Hi."},"finish_reason":"stop"}]}'
  upstream.answer = { body: joined([chunk(said), chunk('[DONE]')]) }
  await using rig = await aRig({ ...lanes, endpoint: upstream.url })
  const result = await rig.chat(aChat({ model: jamba, stream: true }))
  expect((await chunksOf(result)).at(-1)?.choices[0]?.finish_reason).toBe('stop')
  expect(await result.settled).toMatchObject({ status: 'completed' })
})

it('an imported model is spoken to as its base model is', async () => {
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef'
  await using rig = await aRig({
    lanes: { 'arn:aws:bedrock:us-east-1:123456789012:imported-model/': 'invoke' },
    baseModels: { [arn]: llama3 },
  })
  await rig.chat(aChat({ model: arn })).catch(() => undefined)
  expect(rig.simulator.requests()[0]).toMatchObject({
    operation: 'invoke',
    model: arn,
    json: { prompt: expect.stringContaining('<|start_header_id|>user<|end_header_id|>\n\nHello there') as string },
  })
})
