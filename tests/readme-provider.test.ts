import { type ChatCompletionRequest, createGateway, GatewayError, type Logger, type Provider } from '@modelgate/core'
import { describe, expect, it, vi } from 'vitest'
import { readmeSnippet } from './fronts/readme-snippet.ts'

type Ask = (request: ChatCompletionRequest, signal: AbortSignal) => AsyncIterable<string>

const { house } = await readmeSnippet<{ house: (ask: Ask) => Provider<'house'> }>(
  'packages/core/README.md',
  'export function house',
)
const { pinoLogger } = await readmeSnippet<{ pinoLogger: (pino: unknown) => Logger }>(
  'packages/core/README.md',
  'export function pinoLogger',
)

const hello = { model: 'fast', messages: [{ role: 'user' as const, content: 'Hello' }] }

async function* words({ model }: ChatCompletionRequest): AsyncGenerator<string> {
  yield 'I am '
  yield model
}

function gatewayOf(ask: Ask, logger?: Logger) {
  const prices = { 'house/large': { input: 1, output: 2 } }
  return createGateway({ providers: [house(ask)], routes: { fast: ['house/large'] }, prices, auth: 'none', logger })
}

describe('the provider that the README shows', () => {
  it('answers whole', async () => {
    const completion = await gatewayOf(words).chat(hello)
    expect(completion.choices[0]).toMatchObject({ message: { content: 'I am large' }, finish_reason: 'stop' })
  })

  it('answers as a stream that ends well, and is reported so', async () => {
    const stream = gatewayOf(words).stream(hello)
    let text = ''
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? ''
    expect(text).toBe('I am large')
    expect(await stream.report).toMatchObject({ status: 'completed', responseModel: 'large', finishReason: 'stop' })
  })

  it('streams over the door, to its end', async () => {
    const body = JSON.stringify({ ...hello, stream: true })
    const headers = { 'content-type': 'application/json' }
    const answer = await gatewayOf(words).fetch('http://gateway/v1/chat/completions', { method: 'POST', headers, body })
    expect(await answer.text()).toMatch(/"content":"large".*"finish_reason":"stop".*data: \[DONE\]\n\n$/s)
  })

  it('fails as its upstream says', async () => {
    const ask: Ask = async function* () {
      yield* []
      throw new GatewayError('upstream_rate_limited', 'Slower, please.', { retryAfterMs: 5_000 })
    }
    await expect(gatewayOf(ask).chat(hello)).rejects.toMatchObject({ code: 'upstream_rate_limited', status: 429 })
  })

  it('stops its upstream when a reader of the stream leaves', async () => {
    const left = Promise.withResolvers<void>()
    const ask: Ask = async function* () {
      try {
        for (;;) yield 'on and '
      } finally {
        left.resolve()
      }
    }
    for await (const _ of gatewayOf(ask).stream(hello)) break
    await left.promise
  })
})

describe('the logger that the README shows', () => {
  it('tells pino of a call that has settled', async () => {
    const pino = { isLevelEnabled: () => true, debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
    const gateway = gatewayOf(words, pinoLogger(pino))
    await gateway.chat(hello)
    await gateway.close()
    expect(pino.debug).toHaveBeenCalledWith(
      expect.objectContaining({ requestId: expect.any(String) }),
      expect.any(String),
    )
  })

  it('has nothing put together that pino would not keep', async () => {
    const pino = { isLevelEnabled: () => false, debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
    await gatewayOf(words, pinoLogger(pino)).chat(hello)
    expect(pino.debug).not.toHaveBeenCalled()
  })
})
