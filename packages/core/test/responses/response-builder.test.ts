import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/errors.ts'
import { packThinking, unpackThinking } from '../../src/responses/kept-thinking.ts'
import { ResponseBuilder } from '../../src/responses/response-builder.ts'
import type { ChatCompletionChunk, ChunkDelta } from '../../src/wire/chat-chunk.ts'
import type { ReasoningItem } from '../../src/wire/response-object.ts'
import { chunkOf, usageChunk } from '../support/chunks.ts'

interface Told {
  readonly builder: ResponseBuilder
  readonly types: string[]
}

function building(request: object = {}): Told {
  const types: string[] = []
  const asked = { model: 'm', input: 'hi', ...request }
  return { types, builder: new ResponseBuilder({ request: asked, callId: 'call-1', tell: type => types.push(type) }) }
}

function ended(...chunks: readonly (ChatCompletionChunk | ChunkDelta)[]) {
  const { builder } = building()
  for (const chunk of chunks) builder.add('choices' in chunk ? chunk : chunkOf(chunk))
  return builder.end()
}

const call = (index: number, input: string, id?: string): ChunkDelta => ({
  tool_calls: [
    { index, ...(id && { id, type: 'function' }), function: { ...(id && { name: 'f' }), arguments: input } },
  ],
})

describe('a response', () => {
  it('counts what nobody told as 0, since strict clients (openai-java) read no response without it', () => {
    const usage = { prompt_tokens: 2, completion_tokens: 1, total_tokens: 3 }
    expect(ended({ content: 'a' }, { ...usageChunk, usage }).usage).toMatchObject({
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 0 },
    })
  })

  it('has a beginning and an end where its stream had no chunk', () => {
    const { builder, types } = building()
    expect(builder.end()).toMatchObject({ id: 'resp_call-1', model: 'm', status: 'completed', output: [], usage: null })
    expect(types).toEqual(['response.created', 'response.in_progress', 'response.completed'])
  })

  it('tells of a refusal as it comes and whole, as of a text', () => {
    const { builder, types } = building()
    for (const refusal of ['N', 'o.']) builder.add(chunkOf({ refusal }))
    builder.end()
    expect(types.slice(2, -1)).toEqual([
      'response.output_item.added',
      'response.content_part.added',
      'response.refusal.delta',
      'response.refusal.delta',
      'response.refusal.done',
      'response.content_part.done',
      'response.output_item.done',
    ])
  })

  it('tells of no arguments where a call begins without any, as every call of OpenAI does', () => {
    const { builder, types } = building()
    for (const chunk of [call(0, '', 'c1'), call(0, '{}')]) builder.add(chunkOf(chunk))
    builder.end()
    expect(types.filter(type => type.endsWith('arguments.delta'))).toHaveLength(1)
  })

  it('has a beginning where it failed before its first chunk', () => {
    const { builder, types } = building()
    builder.fail(new GatewayError('timeout_connect', 'Too late.'))
    expect(types).toEqual(['response.created', 'response.in_progress', 'error', 'response.failed'])
  })

  it('takes its head from the first chunk that has one: Azure begins with a verdict on the prompt', () => {
    const verdict = { ...chunkOf({}), id: '', model: '', created: 0, choices: [] }
    const head = { id: 'resp_1', model: 'served-model', created_at: 1_700_000_000 }
    expect(ended(verdict, { content: 'a' })).toMatchObject(head)
    const { builder, types } = building()
    builder.add(verdict)
    expect(types).toEqual([])
    const nameless = { ...chunkOf({ content: 'a' }), id: '', model: '', created: 0 }
    const { id, model, created_at } = ended(nameless)
    expect([id, model]).toEqual(['resp_call-1', 'm'])
    expect(created_at).toBeGreaterThan(1_700_000_000)
  })

  it('that failed says why it failed, and nothing of why its model ended', () => {
    const responses: unknown[] = []
    const tell = (_type: string, { response }: { readonly response?: unknown }) => responses.push(response)
    const builder = new ResponseBuilder({ request: { model: 'm', input: 'hi' }, callId: 'call-1', tell })
    builder.add(chunkOf({ content: 'a' }, 'length'))
    builder.fail(new GatewayError('stream_interrupted', 'Broken.'))
    const error = { code: 'server_error', message: expect.stringContaining('Broken.') }
    expect(responses.at(-1)).toMatchObject({ status: 'failed', error, incomplete_details: null })
  })

  it('repeats what was asked for, and says that nothing is kept', () => {
    const asked = { instructions: 'be', metadata: { a: 'b' }, temperature: 0, max_output_tokens: 9, store: false }
    const { builder } = building(asked)
    builder.add(usageChunk)
    expect(builder.end()).toMatchObject({
      ...asked,
      tools: [],
      text: { format: { type: 'text' } },
      previous_response_id: null,
      usage: {
        input_tokens: 3,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 2,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 5,
      },
    })
  })

  it('tells of the first answer only, and takes a last chunk without a delta', () => {
    const last = { ...chunkOf({}), choices: [{ index: 0, finish_reason: 'stop' }] } as unknown
    const { output } = ended({ content: 'a' }, chunkOf({ content: 'b' }, null, 1), last as ChatCompletionChunk)
    expect(output).toMatchObject([{ type: 'message', status: 'completed', content: [{ text: 'a' }] }])
  })

  it('cites within the part that is cited', () => {
    const url_citation = { start_index: 0, end_index: 1, title: 't', url: 'https://example.com' }
    const { output } = ended(
      { content: 'a' },
      { annotations: [{ type: 'url_citation', url_citation }] },
      { content: 'b' },
    )
    expect(output).toMatchObject([
      { content: [{ text: 'ab', annotations: [{ type: 'url_citation', ...url_citation }] }] },
    ])
  })

  it.each([
    ['length', 'incomplete', 'max_output_tokens'],
    ['content_filter', 'incomplete', 'content_filter'],
    ['stop', 'completed', undefined],
    ['tool_calls', 'completed', undefined],
  ] as const)('that ended by %s is %s', (finish, status, reason) => {
    const response = ended({ content: 'a' }, chunkOf({}, finish))
    expect([response.status, response.incomplete_details?.reason]).toEqual([status, reason])
    expect(response.output).toMatchObject([{ status }])
  })

  it('shows what was thought as `reasoning`, as vLLM and OpenRouter name it', () => {
    const thought: ChunkDelta = JSON.parse('{"reasoning":"Hm."}')
    expect(ended(thought, { content: 'a' }).output).toMatchObject([
      { type: 'reasoning', summary: [{ text: 'Hm.' }] },
      { type: 'message' },
    ])
  })

  it('keeps the blocks of a thought whole, each with its signature', () => {
    const { output } = ended(
      { reasoning_content: 'a', thinking_blocks: [{ type: 'thinking', thinking: 'a', index: 0 }] },
      { thinking_blocks: [{ type: 'thinking', thinking: '', signature: 's0', index: 0 }] },
      { thinking_blocks: [{ type: 'redacted_thinking', data: 'd', index: 1 }] },
      call(0, '{}', 'c0'),
      { reasoning_content: 'b', thinking_blocks: [{ type: 'thinking', thinking: 'b', signature: 's2', index: 2 }] },
    )
    expect(output.map(({ type }) => type)).toEqual(['reasoning', 'function_call', 'reasoning'])
    const blocks = output.map(item => unpackThinking((item as ReasoningItem).encrypted_content))
    expect(blocks).toEqual([
      [
        { type: 'thinking', thinking: 'a', signature: 's0' },
        { type: 'redacted_thinking', data: 'd' },
      ],
      [],
      [{ type: 'thinking', thinking: 'b', signature: 's2' }],
    ])
  })

  it('tells which thoughts of the input were withheld, and nothing where none was', () => {
    const ours = packThinking([{ type: 'thinking', thinking: 'a', signature: 's' }])
    const thought = (id: string, encrypted_content?: string | null) => ({ type: 'reasoning', id, encrypted_content })
    const kept = [thought('rs_1', ours), thought('rs_2'), thought('rs_3', null), { role: 'user', content: 'hi' }]
    const withheld = { type: 'reasoning', action: 'removed', reason: 'model_mismatch' }
    const input = [thought('rs_0', 'gAAAA'), ...kept, { type: 'reasoning', encrypted_content: 'modelgate.!!!' }]
    expect(building({ input }).builder.end().input_transformations).toEqual([
      { ...withheld, id: 'rs_0' },
      { ...withheld, id: '' },
    ])
    expect(building({ input: kept }).builder.end()).not.toHaveProperty('input_transformations')
  })

  it('tells calls apart that share an index, as those of Gemini do, by their ids and names', () => {
    const { output } = ended(call(0, '{"a":1}', 'c0'), call(0, '{"a":2}', 'c1'), call(0, '{"a":3}', 'c2'))
    expect(output).toMatchObject([
      { call_id: 'c0', name: 'f', arguments: '{"a":1}' },
      { call_id: 'c1', name: 'f', arguments: '{"a":2}' },
      { call_id: 'c2', name: 'f', arguments: '{"a":3}' },
    ])
  })

  it('takes the name of a call after its id', () => {
    const first: ChunkDelta = { tool_calls: [{ index: 0, id: 'c0', type: 'function' }] }
    expect(ended(first, call(0, '1', 'c0')).output).toMatchObject([{ call_id: 'c0', name: 'f', arguments: '1' }])
  })

  it('keeps the id and the name that a call began with, whatever its later pieces bear', () => {
    const later = (id: string, name?: string): ChunkDelta => ({
      tool_calls: [{ index: 0, id, function: { ...(name && { name }), arguments: '1' } }],
    })
    const { output } = ended(call(0, '', 'c0'), later('c9'), later('c0', ''), later(''))
    expect(output).toMatchObject([{ call_id: 'c0', name: 'f', arguments: '111' }])
  })

  it.each<[string, readonly ChunkDelta[]]>([
    ['a call', [call(0, '{', 'c0'), call(1, '{', 'c1'), call(0, '}')]],
    [
      'a thought, whose signature would come apart from its text',
      [
        { thinking_blocks: [{ type: 'thinking', thinking: 'a', index: 0 }] },
        { content: 'b' },
        { thinking_blocks: [{ type: 'thinking', thinking: '', signature: 's0', index: 0 }] },
      ],
    ],
  ])('fails where its upstream goes on with %s after it had begun the next item', (_what, deltas) => {
    expect(() => ended(...deltas)).toThrow(expect.objectContaining({ code: 'upstream_bad_response' }))
  })

  it('has ids that go back to OpenAI, too: 64 characters at most, whatever the chunks say', () => {
    const { output } = ended({ ...chunkOf({ content: 'a' }), id: `chatcmpl-${'é/x'.repeat(90)}` })
    expect(output[0]?.id).toMatch(/^[\w-]{1,64}$/)
  })
})
