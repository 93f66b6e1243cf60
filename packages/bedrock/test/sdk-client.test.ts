import { getEventListeners } from 'node:events'
import { ConverseCommand } from '@aws-sdk/client-bedrock-runtime'
import { type ChatCompletionRequest, GatewayError } from '@modelgate/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { bedrock } from '../src/index.ts'
import { aChat, anEmbedding, chunksOf, completionOf, haiku } from './a-call.ts'
import { aClient, aClientRig, type ClientRig, protocols } from './a-client.ts'
import { images } from './images.ts'
import { closesWhenAborted, closesWhenLeft } from './left-streams.ts'

const asksForWeather: Partial<ChatCompletionRequest> = {
  messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
  tools: [
    {
      type: 'function',
      function: {
        name: 'weather/lookup',
        description: 'Looks up the weather in a city.',
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      },
    },
  ],
}

describe.each(protocols)('a client of the SDK over %s', protocol => {
  let rig: ClientRig
  beforeAll(async () => {
    rig = await aClientRig(protocol)
  })
  beforeEach(() => rig.simulator.reset())
  afterAll(() => rig[Symbol.asyncDispose]())

  it('answers under the request id of AWS, and settles with its usage', async () => {
    const result = await rig.chat(aChat({}))
    const completion = completionOf(result)
    expect(completion.id).toMatch(/^chatcmpl-[0-9a-f-]{36}$/)
    expect(completion.choices[0]?.message.content).toContain('Hello there')
    expect(await result.settled).toMatchObject({ status: 'completed', usage: completion.usage, responseModel: haiku })
  })

  it("has the prices of the client's region by the time a call has settled", async () => {
    await rig.chat(aChat({}))
    expect(rig.provider.priceOf?.(haiku, {})).toMatchObject({ input: 0.8, output: 4 })
  })

  it('streams, and settles with its usage', async () => {
    const result = await rig.chat(aChat({ stream: true, stream_options: { include_usage: true } }))
    const chunks = await chunksOf(result)
    expect(chunks.map(chunk => chunk.choices[0]?.delta.content ?? '').join('')).toContain('Hello there')
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop')
    expect(chunks.at(-1)?.usage?.completion_tokens).toBeGreaterThan(0)
    expect(await result.settled).toMatchObject({ status: 'completed', usage: chunks.at(-1)?.usage })
  })

  it('calls a tool under the name the caller gave it, with its arguments', async () => {
    const [choice] = completionOf(await rig.chat(aChat(asksForWeather))).choices
    const [call] = choice?.message.tool_calls ?? []
    expect(choice?.finish_reason).toBe('tool_calls')
    expect(call).toMatchObject({ function: { name: 'weather/lookup', arguments: '{"city":"Paris"}' } })
  })

  it('sends the bytes of images and of redacted reasoning as they came', async () => {
    const content = [{ type: 'image_url' as const, image_url: { url: `data:image/png;base64,${images.png}` } }]
    const thinking_blocks = [{ type: 'redacted_thinking' as const, data: 'b3BhcXVlIGJ5dGVz' }]
    await rig.chat(
      aChat({
        model: 'us.anthropic.claude-sonnet-4-20250514-v1:0',
        messages: [
          { role: 'user', content },
          { role: 'assistant', content: 'Nice.', thinking_blocks },
          { role: 'user', content: 'Yes.' },
        ],
      }),
    )
    expect(rig.simulator.requests()[0]?.json).toMatchObject({
      messages: [
        { content: [{ image: { format: 'png', source: { bytes: images.png } } }] },
        { content: [{ reasoningContent: { redactedContent: 'b3BhcXVlIGJ5dGVz' } }, { text: 'Nice.' }] },
        {},
      ],
    })
  })

  it('embeds, and reads the tokens of Cohere from their header', async () => {
    const { embeddings } = await rig.embed(anEmbedding({ model: 'cohere.embed-multilingual-v3', input: ['a b', 'c'] }))
    expect(embeddings.value.data).toHaveLength(2)
    expect(embeddings.value.usage.prompt_tokens).toBeGreaterThan(0)
  })

  it.each(['standard', 'adaptive'])('sends one request a call, and keeps its own %s retries for others', async mode => {
    await using retrying = await aClientRig(protocol, { config: { maxAttempts: 3, retryMode: mode } })
    retrying.simulator.setFaults([{ fault: { kind: 'status', status: 503 } }])
    await expect(retrying.chat(aChat({}))).rejects.toMatchObject({ code: 'upstream_unavailable' })
    await expect(retrying.chat(aChat({ stream: true }))).rejects.toMatchObject({ code: 'upstream_unavailable' })
    await expect(retrying.embed(anEmbedding({}))).rejects.toMatchObject({ code: 'upstream_unavailable' })
    expect(retrying.simulator.requests()).toHaveLength(3)

    retrying.simulator.reset()
    retrying.simulator.setFaults([{ match: { times: 1 }, fault: { kind: 'status', status: 503 } }])
    const messages = [{ role: 'user' as const, content: [{ text: 'Hello' }] }]
    await retrying.client.send(new ConverseCommand({ modelId: haiku, messages }))
    expect(retrying.simulator.requests()).toHaveLength(2)
  })

  it('brings its middleware along', async () => {
    await using other = await aClientRig(protocol)
    const seen: unknown[] = []
    other.client.middlewareStack.add(
      next => async args => {
        const { headers } = args.request as { headers: Record<string, string> }
        headers['x-company'] = 'acme'
        const result = await next(args)
        seen.push(result.output)
        return result
      },
      { step: 'build', name: 'company' },
    )
    completionOf(await other.chat(aChat({})))
    expect(other.simulator.requests()[0]?.headers).toMatchObject({ 'x-company': 'acme' })
    expect(seen).toMatchObject([{ stopReason: 'end_turn', usage: { outputTokens: expect.any(Number) as number } }])
  })

  it('brings its bearer token along', async () => {
    const config = { token: { token: 'simulator-bedrock-key' }, authSchemePreference: ['httpBearerAuth'] }
    await using other = await aClientRig(protocol, { config })
    completionOf(await other.chat(aChat({})))
    expect(other.simulator.requests()[0]?.headers.authorization).toBe('Bearer simulator-bedrock-key')
    expect(await other.provider.models?.(new AbortController().signal)).not.toEqual([])
    expect(new Set(other.simulator.requests().map(request => request.headers.authorization))).toHaveLength(1)
  })

  it('is never destroyed with its provider, which others may share', async () => {
    const client = aClient(rig.simulator, protocol)
    const destroy = vi.spyOn(client, 'destroy')
    const [first, second] = [bedrock({ client }), bedrock({ client })]
    await first.handlers.chat?.(aChat({}))
    await first.close?.()
    expect(destroy).not.toHaveBeenCalled()
    expect(await second.handlers.chat?.(aChat({}))).toMatchObject({ kind: 'completion' })
    client.destroy()
  })

  describe('whose caller leaves', () => {
    const slow = { kind: 'delay', ms: 10_000 } as const
    const silent = { kind: 'stall', afterFrames: 0 } as const

    it.each([
      ['before the head', slow, false],
      ['before the head of a stream', slow, true],
      ['between the head and the first event', silent, true],
    ] as const)('%s closes the upstream and fails for the signal’s reason', async (_when, fault, stream) => {
      rig.simulator.setFaults([{ fault }])
      const controller = new AbortController()
      const pending = rig.chat(aChat({ stream }, controller.signal))
      await rig.simulator.waitFor(request => request.outcome === 'open')
      const reason = new GatewayError('timeout_total', 'Too late.')
      controller.abort(reason)
      await expect(pending).rejects.toBe(reason)
      await rig.simulator.waitFor(request => request.outcome === 'closed-by-client')
    })

    it('midway closes the upstream', () => closesWhenAborted(rig))

    it.each([0, 1])('after %i batches closes the upstream', batches => closesWhenLeft(rig, batches))

    it('before the call sends nothing', async () => {
      const controller = new AbortController()
      controller.abort()
      for (const stream of [false, true]) {
        await expect(rig.chat(aChat({ stream }, controller.signal))).rejects.toMatchObject({ code: 'cancelled' })
      }
      expect(rig.simulator.requests()).toHaveLength(0)
    })

    it('while the client looks for credentials is let go', async () => {
      const controller = new AbortController()
      const credentials = () => {
        controller.abort()
        return new Promise<never>(() => {})
      }
      await using other = await aClientRig(protocol, { config: { credentials } })
      await expect(other.chat(aChat({}, controller.signal))).rejects.toMatchObject({ code: 'cancelled' })
    })
  })

  it.each([0, 1])(
    'is told to close a stream whose checksum is wrong after %i frames: the SDK would not',
    async afterFrames => {
      await using slow = await aClientRig(protocol, { simulation: { frameDelayMs: 10 } })
      slow.simulator.setFaults([{ fault: { kind: 'bad-crc', afterFrames } }])
      const messages = [{ role: 'user' as const, content: 'Count to 3000' }]
      const read = slow.chat(aChat({ stream: true, messages })).then(chunksOf)
      await expect(read).rejects.toMatchObject({ code: 'upstream_bad_response' })
      await slow.simulator.waitFor(request => request.outcome === 'closed-by-client')
    },
  )

  it('keeps no listener on the signal of a call that ended', async () => {
    const { signal } = new AbortController()
    completionOf(await rig.chat(aChat({}, signal)))
    await chunksOf(await rig.chat(aChat({ stream: true }, signal)))
    rig.simulator.setFaults([{ fault: { kind: 'status', status: 503 } }])
    await expect(rig.chat(aChat({ stream: true }, signal))).rejects.toMatchObject({ code: 'upstream_unavailable' })
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
