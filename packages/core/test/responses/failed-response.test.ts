import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/errors.ts'
import { ResponseBuilder } from '../../src/responses/response-builder.ts'
import type { ChatCompletionChunk, ChunkDelta } from '../../src/wire/chat-chunk.ts'

const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' } as const
const says = (delta: ChunkDelta): ChatCompletionChunk => ({
  ...head,
  choices: [{ index: 0, delta, finish_reason: null }],
})

function failedAfter(chunks: readonly ChatCompletionChunk[]) {
  const events: (Record<string, unknown> & { type: string })[] = []
  const builder = new ResponseBuilder({
    request: { model: 'asked', input: 'hi' },
    callId: 'call-1',
    tell: (type, members) => events.push(structuredClone({ type, ...members })),
  })
  for (const chunk of chunks) builder.add(chunk)
  builder.fail(new GatewayError('stream_interrupted', 'It was cut.'))
  return events
}

describe('a response that fails', () => {
  it.each<[string, ChunkDelta]>([
    [
      'a call',
      { tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'pay', arguments: '{"usd":1' } }] },
    ],
    ['a text', { content: 'The sum is 1' }],
    ['a thought', { reasoning_content: 'First' }],
  ])('does not tell the end of %s that was under way', (_what, delta) => {
    const events = failedAfter([says(delta)])
    expect(events.filter(({ type }) => type.endsWith('.done'))).toEqual([])
    expect(events.map(({ type }) => type).slice(-2)).toEqual(['error', 'response.failed'])
    expect(events.at(-1)).toMatchObject({
      response: {
        status: 'failed',
        error: { code: 'server_error', message: 'It was cut. Try again.' },
        output: [{ status: 'incomplete' }],
      },
    })
  })

  it('begins before it fails where nothing had come, under the id of its call', () => {
    const events = failedAfter([])
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'error',
      'response.failed',
    ])
    expect(events.at(-1)).toMatchObject({ response: { id: 'resp_call-1', model: 'asked', output: [] } })
    expect(events.at(-2)).toMatchObject({ code: 'stream_interrupted', error: { type: 'upstream_error' } })
  })
})
