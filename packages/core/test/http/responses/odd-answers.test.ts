import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGateway, type Provider } from '../../../src/index.ts'
import { completedOutcome, settledAs } from '../../../src/outcome.ts'
import { batchOfBytes } from '../../../src/stream/sse.ts'
import { streamOf } from '../../../src/stream/stream-of.ts'

const head = { id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm' }
const finish = { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
const saying = (delta: unknown): object => ({ ...head, choices: [{ index: 0, delta, finish_reason: null }] })
const hi = saying({ content: 'hi' })

/** A provider that passes on what its upstream said, whatever that is. */
function passingOn(chunks: readonly object[], whole: object = {}): Provider {
  return {
    id: 'odd',
    name: 'odd',
    handlers: {
      async chat(call) {
        const batches = chunks.map(chunk => batchOfBytes(Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`)))
        if (call.request.stream) return streamOf(call, batches)
        const value = JSON.parse(JSON.stringify(whole))
        return { kind: 'completion', completion: { value }, settled: settledAs(completedOutcome({})) }
      },
    },
  }
}

async function answer(provider: Provider, stream: boolean) {
  const gateway = createGateway({ providers: [provider], auth: 'none', onError: () => {} })
  const response = await gateway.fetch('http://gateway.test/v1/responses', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'odd/m', input: 'hi', stream }),
  })
  return { status: response.status, text: await response.text() }
}

describe('a response of what no chat is answered with', () => {
  it('has an id where its upstream numbers its answers', async () => {
    const { text } = await answer(passingOn([{ ...hi, id: 5 }, finish]), true)
    expect(text).toContain('"id":"resp_5"')
    expect(text).toMatch(/event: response\.completed\n.*\n\n$/)
  })

  it('is the upstream’s fault', async () => {
    const whole = { ...head, choices: [{ index: 0, finish_reason: 'stop' }] }
    expect(await answer(passingOn([], whole), false)).toMatchObject({
      status: 502,
      text: expect.stringContaining('"code":"upstream_bad_response"'),
    })
    const { text } = await answer(passingOn([hi, saying({ tool_calls: {} }), finish]), true)
    expect(text).toMatch(/event: error\ndata: .*"code":"upstream_bad_response".*\n\nevent: response\.failed\n.*\n\n$/)
  })

  it('has one end, whatever stands in the place of its parts', async () => {
    const odd = fc.jsonValue({ maxDepth: 2 })
    const parts = ['content', 'refusal', 'reasoning_content', 'annotations', 'tool_calls', 'thinking_blocks'] as const
    const chunk = fc.oneof(
      fc.tuple(fc.constantFrom(...parts), odd).map(([part, value]) => saying({ [part]: value })),
      fc
        .tuple(fc.constantFrom('id', 'model', 'created', 'usage'), odd)
        .map(([name, value]) => ({ ...hi, [name]: value })),
      fc.record({ index: odd, id: odd, function: odd }).map(call => saying({ tool_calls: [call] })),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { maxLength: 4 }), async chunks => {
        const { status, text } = await answer(passingOn([...chunks, finish]), true)
        expect(text).not.toContain('"internal"')
        const ends = text.match(/^event: response\.(?:completed|failed)$/gm)
        if (status === 200) expect(ends).toHaveLength(1)
      }),
      { numRuns: 60 },
    )
  })
})
