import fc from 'fast-check'
import type OpenAI from 'openai'
import { ResponseStream } from 'openai/lib/responses/ResponseStream'
import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/errors.ts'
import { ResponseBuilder } from '../../src/responses/response-builder.ts'
import { chunksOfCompletion } from '../../src/stream/completion-chunks.ts'
import type { ChatCompletionChunk, ChunkDelta } from '../../src/wire/chat-chunk.ts'
import type { ChatCompletion, ChatCompletionMessage } from '../../src/wire/chat-completion.ts'
import type { ResponseObject } from '../../src/wire/response-object.ts'
import type { ResponsesRequest } from '../../src/wire/responses-request.ts'

type Event = { readonly type: string; readonly sequence_number: number } & Readonly<Record<string, unknown>>

const request: ResponsesRequest = { model: 'm', input: 'hi' }
const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'served' } as const
const terminal = /^response\.(completed|incomplete|failed)$/

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
const toolCalls = fc
  .array(fc.record({ isCustom: fc.boolean(), name: text, input: text }), { minLength: 1, maxLength: 3 })
  .map(calls =>
    calls.map(({ isCustom, name, input }, index) =>
      isCustom
        ? { id: `call_${index}`, type: 'custom' as const, custom: { name, input } }
        : { id: `call_${index}`, type: 'function' as const, function: { name, arguments: input } },
    ),
  )
const thinking = fc.oneof(
  fc.record({ type: fc.constant('thinking' as const), thinking: text, signature: text }),
  fc.record({ type: fc.constant('redacted_thinking' as const), data: text }),
)
const completion: fc.Arbitrary<ChatCompletion> = fc
  .record({
    said: fc.record(
      {
        content: text,
        refusal: text,
        reasoning_content: text,
        thinking_blocks: fc.array(thinking, { minLength: 1, maxLength: 3 }),
        tool_calls: toolCalls,
      },
      { requiredKeys: [] },
    ),
    finish_reason: fc.constantFrom(
      'stop' as const,
      'length' as const,
      'tool_calls' as const,
      'content_filter' as const,
    ),
  })
  .map(({ said, finish_reason }) => ({
    ...head,
    object: 'chat.completion' as const,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: null, refusal: null, ...said } satisfies ChatCompletionMessage,
        finish_reason,
        logprobs: null,
      },
    ],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  }))
/** Where a piece of text is cut, over and over. */
const cuts = fc.infiniteStream(fc.integer({ min: 1, max: 5 }))

describe('the events of a response', () => {
  it('put together are the whole answer, however the stream was split', async () => {
    await fc.assert(
      fc.asyncProperty(completion, cuts, async (whole, lengths) => {
        const { events, response } = told(splitChunks(whole, lengths))
        const expected = answerOf(whole)
        expect({ ...response, output: response.output }).toEqual(expected)
        expect(JSON.parse(JSON.stringify(await putTogether(events)))).toMatchObject({
          status: expected.status,
          output: expected.output,
        })
        checkOrder(events)
      }),
      { numRuns: 150 },
    )
  })

  it('tell no success of what failed, wherever it did', () => {
    fc.assert(
      fc.property(completion, cuts, fc.nat(40), (whole, lengths, at) => {
        const { events } = told(
          splitChunks(whole, lengths).slice(0, at),
          new GatewayError('upstream_bad_response', 'Broken.'),
        )
        checkOrder(events)
        expect(events.map(({ type }) => type).slice(-2)).toEqual(['error', 'response.failed'])
      }),
      { numRuns: 150 },
    )
  })
})

/**
 * Every item and part is opened once and closed once, in numbered events with one end; of an answer that failed, all but the last item
 * and its last part: a client takes what is closed for whole.
 */
function checkOrder(events: readonly Event[]): void {
  expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index))
  expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['response.created', 'response.in_progress'])
  expect(events.filter(({ type }) => terminal.test(type))).toHaveLength(1)
  expect(events.at(-1)?.type).toMatch(terminal)
  const hasFailed = events.at(-1)?.type === 'response.failed'
  for (const what of ['output_item', 'content_part', 'reasoning_summary_part']) {
    const places = (step: string) =>
      events
        .filter(({ type }) => type === `response.${what}.${step}`)
        .map(event => JSON.stringify([event.output_index, event.content_index]))
    const [added, done] = [places('added'), places('done')]
    const isUnderWay = hasFailed && done.length < added.length
    expect(done).toEqual(isUnderWay ? added.slice(0, -1) : added)
  }
}

function told(
  chunks: readonly ChatCompletionChunk[],
  failure?: GatewayError,
): { readonly events: readonly Event[]; readonly response: ResponseObject } {
  const events: Event[] = []
  const builder = new ResponseBuilder({
    request,
    callId: 'call',
    tell: (type, members) => events.push({ type, sequence_number: events.length, ...members }),
  })
  for (const chunk of chunks) builder.add(chunk)
  if (failure) builder.fail(failure)
  else builder.end()
  return { events, response: events.at(-1)?.response as ResponseObject }
}

function answerOf(whole: ChatCompletion): ResponseObject {
  const builder = new ResponseBuilder({ request, callId: 'call' })
  for (const chunk of chunksOfCompletion(whole, { includeUsage: true })) builder.add(chunk)
  return builder.end()
}

/** As OpenAI's own client does it. */
function putTogether(events: readonly Event[]): Promise<OpenAI.Responses.Response> {
  const lines = events.map(event => `${JSON.stringify(event)}\n`).join('')
  const stream = ResponseStream.fromReadableStream(new Blob([lines]).stream())
  return stream.finalResponse()
}

function splitChunks(whole: ChatCompletion, lengths: fc.Stream<number>): ChatCompletionChunk[] {
  const { message, finish_reason } = whole.choices[0]!
  const pieces = (value: string | null | undefined) => splitText(value ?? '', lengths)
  const deltas: ChunkDelta[] = [
    ...pieces(message.reasoning_content).map(reasoning_content => ({ reasoning_content })),
    ...(message.thinking_blocks ?? []).flatMap((block, index): ChunkDelta[] =>
      block.type === 'thinking'
        ? [
            ...pieces(block.thinking).map(thinking => thoughtOf(thinking, index)),
            { thinking_blocks: [{ ...block, thinking: '', index }] },
          ]
        : [{ thinking_blocks: [{ ...block, index }] }],
    ),
    ...pieces(message.content).map(content => ({ content })),
    ...pieces(message.refusal).map(refusal => ({ refusal })),
    ...(message.tool_calls ?? []).flatMap((call, index): ChunkDelta[] =>
      call.type === 'custom'
        ? [
            { tool_calls: [{ index, id: call.id, type: 'custom', custom: { name: call.custom.name, input: '' } }] },
            ...pieces(call.custom.input).map(input => ({ tool_calls: [{ index, custom: { input } }] })),
          ]
        : [
            {
              tool_calls: [
                { index, id: call.id, type: 'function', function: { name: call.function.name, arguments: '' } },
              ],
            },
            ...pieces(call.function.arguments).map(input => ({
              tool_calls: [{ index, function: { arguments: input } }],
            })),
          ],
    ),
  ]
  return [
    { ...head, choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] },
    ...deltas.map(delta => ({ ...head, choices: [{ index: 0, delta, finish_reason: null }] })),
    { ...head, choices: [{ index: 0, delta: {}, finish_reason }] },
    { ...head, choices: [], usage: whole.usage! },
  ]
}

function thoughtOf(thinking: string, index: number): ChunkDelta {
  return { thinking_blocks: [{ type: 'thinking', thinking, index }] }
}

function splitText(value: string, lengths: fc.Stream<number>): string[] {
  const pieces: string[] = []
  for (let at = 0; at < value.length; ) {
    const length = lengths.next().value ?? 1
    pieces.push(value.slice(at, at + length))
    at += length
  }
  return pieces
}
