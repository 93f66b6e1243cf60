import { describe, expect, it, vi } from 'vitest'
import type { CallReport } from '../src/call-report.ts'
import { batchOfBytes, batchOfChunks, createGateway, GatewayError, type Provider, streamResult } from '../src/index.ts'
import { type ScriptStep, scriptedProvider } from '../src/testing/index.ts'
import { chatRequest, rejection, turns } from './support/calls.ts'
import { chunkOf } from './support/chunks.ts'

const never = new Promise<never>(() => {})

function scripted(...steps: readonly ScriptStep[]) {
  const provider = scriptedProvider('us', steps)
  return { provider, gateway: createGateway({ providers: [provider], routes: { fast: ['us/nova'] } }) }
}

describe('a stream in process', () => {
  it('gives the chunks, then the report', async () => {
    const { gateway } = scripted('Hel', 'lo')
    const stream = gateway.stream(chatRequest())
    let content = ''
    for await (const chunk of stream) content += chunk.choices[0]?.delta.content ?? ''
    expect(content).toBe('Hello')
    expect(await stream.report).toMatchObject({
      status: 'completed',
      route: 'fast',
      target: 'us/nova',
      stream: true,
      attempts: [{ target: 'us/nova', code: '200' }],
      usage: { total_tokens: 5 },
      usageSource: 'reported',
    })
  })

  it('has failed, and was not cancelled, where an event that passed unread does not parse', async () => {
    const batches = [
      batchOfChunks([chunkOf({ content: 'a' })]),
      batchOfBytes(new TextEncoder().encode('data: {broken\n\n'), { hasContent: true }),
    ]
    const provider: Provider = {
      id: 'us',
      name: 'us',
      handlers: {
        chat: async call =>
          streamResult({
            batches: {
              next: () =>
                Promise.resolve(
                  batches.length > 0 ? { done: false, value: batches.shift()! } : { done: true, value: undefined },
                ),
            },
            facts: { terminal: false },
            signal: call.signal,
            startedAt: call.context.startedAt,
          }),
      },
    }
    const stream = createGateway({ providers: [provider] }).stream(chatRequest({ model: 'us/x' }))
    expect(await rejection(stream.completion())).toBeInstanceOf(SyntaxError)
    expect(await stream.report).toMatchObject({ status: 'failed' })
  })

  it('tells onError of an async listener that rejects, and the process lives', async () => {
    const provider = scriptedProvider('us', ['Hel', 'lo'])
    const onError = vi.fn()
    const gateway = createGateway({ providers: [provider], onError })
    const onReport = async () => {
      await Promise.resolve()
      throw new Error('metrics are down')
    }
    await gateway.stream(chatRequest({ model: 'us/x' }), { onReport }).completion()
    await turns()
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: 'metrics are down' }), expect.any(String))
  })

  it('gives the whole answer where that is wanted', async () => {
    const { gateway } = scripted('Hel', 'lo')
    const completion = await gateway.stream(chatRequest()).completion()
    expect(completion).toMatchObject({
      object: 'chat.completion',
      model: 'nova',
      choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }],
    })
  })

  it('starts the call at once, read or not', async () => {
    const { gateway, provider } = scripted('Hello')
    gateway.stream(chatRequest())
    await turns()
    expect(provider.calls).toHaveLength(1)
    expect(provider.calls[0]?.request).toMatchObject({ model: 'nova', stream: true })
  })

  it('can be read once', async () => {
    const { gateway } = scripted('Hello')
    const stream = gateway.stream(chatRequest())
    await stream.completion()
    expect(await rejection(stream.completion())).toMatchObject({ message: expect.stringContaining('can be read once') })
    expect(await rejection(stream[Symbol.asyncIterator]().next())).toBeInstanceOf(TypeError)
  })

  it('aborts the upstream when the loop is broken out of', async () => {
    const { gateway, provider } = scripted('a', never)
    const stream = gateway.stream(chatRequest())
    for await (const chunk of stream) {
      expect(chunk.choices[0]?.delta.content).toBe('a')
      break
    }
    expect(provider.closed).toBe(1)
    expect(await stream.report).toMatchObject({ status: 'cancelled', errorCode: 'cancelled' })
  })

  it('aborts the upstream when its iterator is given up before it was read', async () => {
    const { gateway, provider } = scripted('a', never)
    const stream = gateway.stream(chatRequest())
    await turns()
    await stream[Symbol.asyncIterator]().return?.()
    expect((await stream.report).status).toBe('cancelled')
    expect(provider.closed).toBe(1)
  })

  it.each<[string, readonly ScriptStep[]]>([
    ['before its first content', [never]],
    ['while it is read', ['a', never]],
  ])('can be aborted %s', async (_, steps) => {
    const { gateway, provider } = scripted(...steps)
    const stream = gateway.stream(chatRequest())
    const reading = rejection(stream.completion())
    await turns()
    stream.abort()
    expect(await reading).toMatchObject({ code: 'cancelled' })
    expect((await stream.report).status).toBe('cancelled')
    expect(provider.closed).toBe(1)
  })

  it("ends when the caller's own signal aborts", async () => {
    const { gateway } = scripted('a', never)
    const caller = new AbortController()
    const stream = gateway.stream(chatRequest(), { signal: caller.signal })
    const reading = rejection(stream.completion())
    await turns()
    caller.abort()
    expect(await reading).toMatchObject({ code: 'cancelled' })
  })

  it('throws to the reader what failed, and reports it', async () => {
    const { gateway } = scripted('a', new GatewayError('upstream_unavailable', 'Gone.'))
    const stream = gateway.stream(chatRequest())
    expect(await rejection(stream.completion())).toMatchObject({ code: 'upstream_unavailable' })
    expect(await stream.report).toMatchObject({ status: 'failed', errorCode: 'upstream_unavailable' })
  })

  it.each<[string, object, string]>([
    ['no messages', { model: 'fast', messages: [] }, 'invalid_request'],
    ['an unknown model', { ...chatRequest(), model: 'gpt-9' }, 'model_not_found'],
    ['nothing at all', {}, 'invalid_request'],
  ])('resolves its report for a request with %s, which nobody need read', async (_, request, errorCode) => {
    const { gateway } = scripted('never')
    const stream = gateway.stream(request as never)
    expect(await stream.report).toMatchObject({ status: 'failed', errorCode, stream: true })
    expect(await rejection(stream.completion())).toMatchObject({ code: errorCode })
  })

  it("resolves its report before the caller's own listener can fail", async () => {
    const { gateway } = scripted('a')
    const own: CallReport[] = []
    const stream = gateway.stream(chatRequest(), { onReport: report => own.push(report) })
    await stream.completion()
    expect(own).toEqual([await stream.report])
  })
})
