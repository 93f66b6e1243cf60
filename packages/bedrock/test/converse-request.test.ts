import { isGatewayError } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { capabilitiesOf } from '../src/models/models.ts'
import { toConverseRequest } from '../src/request/converse-request.ts'
import type { BedrockChatRequest } from '../src/request/request-extensions.ts'

const claude = 'us.anthropic.claude-3-5-haiku-20241022-v1:0'
const claude4 = 'anthropic.claude-sonnet-4-20250514-v1:0'
const claude45 = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const claude46 = 'anthropic.claude-sonnet-4-6'
const claude5 = 'anthropic.claude-sonnet-5'
const nova = 'amazon.nova-lite-v1:0'
const user = { role: 'user', content: 'a' } as const

function say(more: Partial<BedrockChatRequest>, model = claude) {
  const dropped = new Set<string>()
  const { body } = toConverseRequest({ model, messages: [user], ...more }, capabilitiesOf(model), dropped)
  return { ...body, dropped: [...dropped] }
}

describe('a plain request', () => {
  it('is its messages alone: no default is invented', () => {
    expect(say({})).toEqual({ messages: [{ role: 'user', content: [{ text: 'a' }] }], dropped: [] })
  })

  it('with nulls is the same', () => {
    const nulls = { temperature: null, top_p: null, max_tokens: null, stop: null, n: null, seed: null, logprobs: null }
    expect(say({ ...nulls, reasoning_effort: null, service_tier: null, metadata: null })).toEqual(say({}))
  })
})

describe('inference parameters', () => {
  it.each<[string, Partial<BedrockChatRequest>, string, object | undefined, string[]]>([
    ['the newer cap wins', { max_tokens: 9, max_completion_tokens: 5 }, claude, { maxTokens: 5 }, []],
    ['the older cap alone', { max_tokens: 9 }, claude, { maxTokens: 9 }, []],
    ['zeros survive', { temperature: 0, top_p: 0 }, claude, { temperature: 0, topP: 0 }, []],
    ['temperature is clamped', { temperature: 1.7 }, claude, { temperature: 1 }, ['temperature>1']],
    ['temperature of 1 is no loss', { temperature: 1 }, claude, { temperature: 1 }, []],
    ['one of two where both are refused', { temperature: 0, top_p: 0.9 }, claude45, { temperature: 0 }, ['top_p']],
    ['top_p alone there', { top_p: 0.9 }, claude45, { topP: 0.9 }, []],
    [
      'no sampling from 4.7 on',
      { temperature: 0, top_p: 0.9, top_k: 5 },
      claude5,
      undefined,
      ['temperature', 'top_p', 'top_k'],
    ],
    ['one stop', { stop: 'END' }, claude, { stopSequences: ['END'] }, []],
    ['blank stops are refused by Claude', { stop: ['\n', '', 'END'] }, claude, { stopSequences: ['END'] }, ['stop[0]']],
    ['a line break is a stop elsewhere', { stop: ['\n'] }, nova, { stopSequences: ['\n'] }, []],
    [
      'stops beyond the limit',
      { stop: ['1', '2', '3', '4', '5'] },
      nova,
      { stopSequences: ['1', '2', '3', '4'] },
      ['stop[4]'],
    ],
    ['no stops at all', { stop: ['1'], temperature: 0.5 }, 'openai.gpt-5.5', undefined, ['temperature', 'stop']],
  ])('%s', (_name, request, model, inferenceConfig, dropped) => {
    const said = say(request, model)
    expect([said.inferenceConfig, said.dropped.sort()]).toEqual([inferenceConfig, [...dropped].sort()])
  })

  it.each<[string, Partial<BedrockChatRequest>, string, object | undefined, string[]]>([
    ["Claude's", { top_k: 5 }, claude, { top_k: 5 }, []],
    ["Nova's", { top_k: 5 }, nova, { inferenceConfig: { topK: 5 } }, []],
    [
      "Cohere's",
      { top_k: 5, seed: 0, presence_penalty: 0.5 },
      'cohere.command-r-v1:0',
      { k: 5, seed: 0, presence_penalty: 0.5 },
      [],
    ],
    [
      'a penalty of 1 is said as it is, and one beyond as 1',
      { frequency_penalty: 1, presence_penalty: 1.5 },
      'cohere.command-r-v1:0',
      { frequency_penalty: 1, presence_penalty: 1 },
      ['presence_penalty>1'],
    ],
    ["Jamba's", { frequency_penalty: 1, seed: 7 }, 'ai21.jamba-1-5-mini-v1:0', { frequency_penalty: 1 }, ['seed']],
    [
      "none of Llama's",
      { top_k: 5, logit_bias: { 1: 2 } },
      'meta.llama3-8b-instruct-v1:0',
      undefined,
      ['top_k', 'logit_bias'],
    ],
    ['neutral penalties say nothing', { frequency_penalty: 0, presence_penalty: 0 }, claude, undefined, []],
  ])('native parameters: %s', (_name, request, model, fields, dropped) => {
    const said = say(request, model)
    expect([said.additionalModelRequestFields, said.dropped.sort()]).toEqual([fields, [...dropped].sort()])
  })

  it.each([0, -1, 1.5])('a cap of %s is refused by name', max_tokens => {
    expect(() => say({ max_tokens })).toThrow('`max_tokens`: ')
    expect(() => say({ max_completion_tokens: max_tokens })).toThrow('`max_completion_tokens`: ')
  })

  it("the caller's native fields are merged in and win", () => {
    const additional_model_request_fields = { inferenceConfig: { topK: 9 }, x: { y: 1 } }
    expect(say({ top_k: 5, additional_model_request_fields }, nova).additionalModelRequestFields).toEqual(
      additional_model_request_fields,
    )
  })
})

describe('what Converse has no member for', () => {
  it.each<[Partial<BedrockChatRequest>, string]>([
    [{ verbosity: 'low' }, 'verbosity'],
    [{ metadata: { a: 'b' } }, 'metadata'],
    [{ store: true }, 'store'],
    [{ service_tier: 'scale' }, 'service_tier'],
    [{ service_tier: 'turbo' as never }, 'service_tier'],
    [{ foo: 1 } as object, 'foo'],
    [{ temprature: 0 } as object, 'temprature'],
    [{ thinking: { type: 'disabled' }, reasoning_effort: 'low' }, 'reasoning_effort'],
    [{ prediction: { type: 'content', content: 'x' } }, 'prediction'],
    [{ reasoning_effort: 'high' }, 'reasoning_effort'],
  ])('%j is noted as dropped', (request, name) => {
    expect(say(request).dropped).toContain(name)
  })

  it.each<Partial<BedrockChatRequest>>([
    { logprobs: false, top_logprobs: 0 },
    { metadata: {}, logit_bias: {}, stop: '' },
    { store: false },
    { n: 1 },
    { response_format: { type: 'text' } },
    { parallel_tool_calls: true },
    { prompt_cache_key: 'k', prompt_cache_retention: '24h', prompt_cache_options: {} },
    { foo: null, bar: undefined } as object,
    { service_tier: 'default' },
    { functions: [] },
    { function_call: 'auto' },
    { functions: [{ name: 'f' }], function_call: 'auto' },
    { parallel_tool_calls: false, tools: [{ type: 'function', function: { name: 'f' } }] },
    { top_k: 1, thinking: null, guardrail_config: {}, request_metadata: {}, additional_model_request_fields: {} },
    { stream: true, stream_options: { include_usage: true } },
    { modalities: ['text'] },
    { reasoning_effort: 'none' },
    { service_tier: 'auto' },
  ])('%j loses nothing', request => {
    expect(say(request).dropped).toEqual([])
  })

  it('is noted by at most a hundred names of at most a hundred characters, for callers choose them', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`${'x'.repeat(500)}${index}`, 1]))
    const few = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`x${index}`, 1]))
    expect(say(many).dropped).toEqual(['x'.repeat(100)])
    expect(say(few).dropped).toHaveLength(100)
  })

  it.each<[Partial<BedrockChatRequest>, string]>([
    [{ n: 2 }, 'n'],
    [{ n: 0 }, 'n'],
    [{ modalities: ['text', 'audio'] }, 'modalities'],
    [{ logprobs: true }, 'logprobs'],
    [{ top_logprobs: 3 }, 'top_logprobs'],
    [{ audio: { format: 'wav', voice: 'a' } }, 'audio'],
    [{ moderation: { model: 'omni-moderation-latest' } }, 'moderation'],
    [{ messages: [] }, 'messages'],
    [{ web_search_options: {} }, 'web_search_options'],
  ])('%j is refused by name: dropping it would change the sense', (request, param) => {
    try {
      say(request)
      expect.unreachable()
    } catch (error) {
      expect(isGatewayError(error) && [error.code, error.param]).toEqual(['invalid_request', param])
    }
  })
})

describe('system texts', () => {
  const messages: BedrockChatRequest['messages'] = [
    { role: 'system', content: 'One.' },
    { role: 'user', content: 'a' },
    {
      role: 'developer',
      content: [
        { type: 'text', text: 'Two.' },
        { type: 'text', text: ' ' },
        { type: 'text', text: 'Three.' },
      ],
    },
  ]

  it('are blocks in order, hoisted from wherever they stood, blank ones left out', () => {
    const said = say({ messages })
    expect(said.system).toEqual([{ text: 'One.' }, { text: 'Two.' }, { text: 'Three.' }])
    expect(said.messages).toEqual([{ role: 'user', content: [{ text: 'a' }] }])
  })

  it.each(['amazon.titan-text-express-v1', 'mistral.mistral-7b-instruct-v0:2'])(
    'open the first user turn of %s',
    model => {
      const said = say({ messages }, model)
      expect(said.system).toBeUndefined()
      expect(said.messages[0]?.content.slice(0, 2)).toEqual([{ text: 'One.' }, { text: 'Two.' }])
    },
  )
})

describe('reasoning', () => {
  const forced: Partial<BedrockChatRequest> = {
    tools: [{ type: 'function', function: { name: 'f' } }],
    tool_choice: 'required',
  }

  it.each<[string, Partial<BedrockChatRequest>, string, object]>([
    [
      'a budget',
      { reasoning_effort: 'low', max_tokens: 9_000 },
      claude4,
      { thinking: { type: 'enabled', budget_tokens: 1024 } },
    ],
    [
      'adaptive',
      { reasoning_effort: 'minimal' },
      claude5,
      { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } },
    ],
    [
      'adaptive at most',
      { reasoning_effort: 'xhigh' },
      claude46,
      { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } },
    ],
    ['gpt-oss', { reasoning_effort: 'medium' }, 'openai.gpt-oss-120b-1:0', { reasoning_effort: 'medium' }],
    ['gpt-5', { reasoning_effort: 'xhigh' }, 'openai.gpt-5.5', { reasoning: { effort: 'xhigh' } }],
    [
      'Nova 2',
      { reasoning_effort: 'high' },
      'amazon.nova-2-lite-v1:0',
      { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } },
    ],
    ['Qwen', { reasoning_effort: 'medium' }, 'qwen.qwen3-32b-v1:0', { reasoning_config: 'high' }],
    ['Kimi', { reasoning_effort: 'minimal' }, 'moonshotai.kimi-k2.5', { reasoning_effort: 'low' }],
    [
      "the caller's own",
      { thinking: { type: 'enabled', budget_tokens: 2000 }, max_tokens: 9000 },
      claude4,
      { thinking: { type: 'enabled', budget_tokens: 2000 } },
    ],
  ])('%s', (_name, request, model, fields) => {
    expect(say(request, model)).toMatchObject({ additionalModelRequestFields: fields, dropped: [] })
  })

  it('with a budget leaves room for an answer, and gives way to the cap', () => {
    expect(say({ reasoning_effort: 'medium' }, claude4).inferenceConfig).toEqual({ maxTokens: 2_048 + 4_096 })
    expect(say({ reasoning_effort: 'high', max_tokens: 2_000 }, claude4)).toMatchObject({
      inferenceConfig: { maxTokens: 2_000 },
      additionalModelRequestFields: { thinking: { budget_tokens: 1_999 } },
    })
  })

  it('takes a prefilled answer from Claude', () => {
    const messages = [user, { role: 'assistant', content: 'Once' } as const]
    expect(say({ messages }, claude4).messages.at(-1)?.role).toBe('assistant')
    expect(say({ messages, reasoning_effort: 'low' }, claude4).messages.at(-1)?.role).toBe('user')
  })

  it('is dropped where the cap leaves no room for it', () => {
    expect(say({ reasoning_effort: 'high', max_tokens: 500 }, claude4)).toMatchObject({
      inferenceConfig: { maxTokens: 500 },
      dropped: ['reasoning_effort'],
    })
  })

  it('takes sampling and forced tools from Claude', () => {
    const said = say({ reasoning_effort: 'low', temperature: 0.2, top_p: 0.5, top_k: 3, ...forced }, claude4)
    expect(said.inferenceConfig).toEqual({ maxTokens: 1_024 + 4_096 })
    expect(said.toolConfig?.toolChoice).toBeUndefined()
    expect(said.dropped.sort()).toEqual(['temperature', 'tool_choice', 'top_k', 'top_p'])
  })

  it('is left out for a turn whose thinking block the client lost', () => {
    const call = { id: 'x', type: 'function', function: { name: 'f', arguments: '{}' } } as const
    const history = (signature?: string): BedrockChatRequest['messages'] => [
      user,
      {
        role: 'assistant',
        tool_calls: [call],
        ...(signature && { thinking_blocks: [{ type: 'thinking', thinking: 'Hm.', signature }] }),
      },
      { role: 'tool', tool_call_id: 'x', content: '1' },
    ]
    const tools = [{ type: 'function', function: { name: 'f' } }] as BedrockChatRequest['tools'] & object
    expect(say({ reasoning_effort: 'low', tools, messages: history() }, claude4).dropped).toEqual(['reasoning_effort'])
    expect(say({ reasoning_effort: 'low', tools, messages: history('sig') }, claude4).dropped).toEqual([])
  })
})

describe('extensions', () => {
  it('travel to their members', () => {
    const said = say({
      service_tier: 'fast',
      guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' },
      performance_config: { latency: 'optimized' },
      request_metadata: { team: 'a' },
    })
    expect(said).toMatchObject({
      serviceTier: { type: 'priority' },
      guardrailConfig: { guardrailIdentifier: 'g' },
      performanceConfig: { latency: 'optimized' },
      requestMetadata: { team: 'a' },
    })
  })
})

it('a request is not changed by being said', () => {
  const request: BedrockChatRequest = Object.freeze({
    model: claude,
    messages: Object.freeze([user, { role: 'assistant', content: 'b ' }]) as never,
    tools: Object.freeze([{ type: 'function', function: { name: 'f', parameters: Object.freeze({}) } }]) as never,
  })
  expect(() => toConverseRequest(request, capabilitiesOf(claude), new Set())).not.toThrow()
})
