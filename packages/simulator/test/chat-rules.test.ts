import { describe, expect, it } from 'vitest'
import { startSimulator } from '../src/index.ts'
import type { JsonObject } from '../src/json.ts'
import { brokenChatRule, CHAT_RULES } from '../src/openai/chat-rules.ts'
import { OPENAI_MODELS, openaiModel } from '../src/openai/models.ts'

const messages = [{ role: 'user', content: 'hi' }]
const say = (rest: JsonObject): JsonObject => ({ model: 'gpt-4o', messages, ...rest })
const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }
const tools = [{ type: 'function', function: { name: 'f' } }]

const CASES: Readonly<Record<string, readonly [body: JsonObject, says: string]>> = {
  'messages-missing': [{ model: 'gpt-4o' }, "Missing required parameter: 'messages'."],
  'messages-type': [say({ messages: 'hi' }), 'expected an array'],
  'messages-empty': [say({ messages: [] }), 'empty array'],
  'message-role': [say({ messages: [{ role: 'bot', content: 'x' }] }), "Invalid value: 'bot'"],
  'message-content': [say({ messages: [{ role: 'user' }] }), "'messages[0].content'"],
  'content-null': [say({ messages: [{ role: 'user', content: null }] }), 'got null'],
  'tool-without-call': [
    say({ messages: [...messages, { role: 'tool', tool_call_id: 'c1', content: 'x' }] }),
    "must be a response to a preceeding message with 'tool_calls'",
  ],
  'call-without-tool': [
    say({ messages: [...messages, { role: 'assistant', content: null, tool_calls: [call] }] }),
    'did not have response messages: c1',
  ],
  'tool-name': [say({ tools: [{ type: 'function', function: { name: 'a.b' } }] }), "'tools[0].function.name'"],
  'tools-empty': [say({ tools: [] }), "Invalid 'tools': empty array"],
  'tool-choice-without-tools': [say({ tool_choice: 'auto' }), "only allowed when 'tools' are specified"],
  'effort-none': [
    say({ model: 'gpt-6.1-sol', tools, reasoning_effort: 'none' }),
    "'reasoning_effort' does not support 'none' with this model. Supported values are: 'low', 'medium', 'high', 'xhigh', and 'max'.",
  ],
  'tools-with-effort': [
    say({ model: 'gpt-5.6-sol', tools }),
    "Function tools with reasoning_effort are not supported for gpt-5.6-sol in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.",
  ],
  'stream-options-without-stream': [
    say({ stream_options: { include_usage: true } }),
    "only allowed when 'stream' is enabled",
  ],
  'metadata-without-store': [say({ metadata: { team: 'a' } }), "only allowed when 'store' is enabled"],
  temperature: [say({ temperature: 2.5 }), "Invalid 'temperature': decimal above maximum value. Expected a value <= 2"],
  top_p: [say({ top_p: -1 }), "Invalid 'top_p': decimal below minimum value"],
  presence_penalty: [say({ presence_penalty: 3 }), "'presence_penalty'"],
  frequency_penalty: [say({ frequency_penalty: -3 }), "'frequency_penalty'"],
  n: [say({ n: 0 }), "'n'"],
  max_tokens: [say({ max_tokens: 0 }), "'max_tokens'"],
  max_completion_tokens: [say({ max_completion_tokens: 0 }), "'max_completion_tokens'"],
  'both-max-tokens': [say({ max_tokens: 1, max_completion_tokens: 1 }), 'at the same time is not supported'],
  'max_tokens-reasoning': [
    say({ model: 'o3-mini', max_tokens: 5 }),
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
  ],
  'stop-reasoning': [say({ model: 'gpt-5', stop: 'x' }), "Unsupported parameter: 'stop'"],
  'temperature-reasoning': [
    say({ model: 'gpt-5', temperature: 0 }),
    "'temperature' does not support 0 with this model",
  ],
  'stop-count': [say({ stop: 'abcde'.split('') }), 'maximum length 4'],
  'json-word': [say({ response_format: { type: 'json_object' } }), "must contain the word 'json'"],
}

describe('every rule of chat completions', () => {
  it('has a case', () => {
    expect(CHAT_RULES.map(rule => rule.id).toSorted()).toEqual(Object.keys(CASES).toSorted())
  })

  it.each(Object.entries(CASES))('%s refuses its case in its words', (id, [body, says]) => {
    const model = openaiModel(String(body.model))!
    const firstBroken = CHAT_RULES.find(rule => rule.check(body, model) !== undefined)
    expect(firstBroken?.id).toBe(id)
    expect(brokenChatRule(body, OPENAI_MODELS)).toMatchObject({
      rule: id,
      status: 400,
      message: expect.stringContaining(says),
    })
  })

  it.each<[string, JsonObject]>([
    [
      'answered calls',
      say({
        tools,
        messages: [
          ...messages,
          { role: 'assistant', content: null, tool_calls: [call] },
          { role: 'tool', tool_call_id: 'c1', content: 'x' },
        ],
      }),
    ],
    ['the default temperature on a reasoning model', say({ model: 'gpt-5', temperature: 1, max_completion_tokens: 9 })],
    ['nulls for what is optional', say({ temperature: null, stop: null, max_tokens: null, tool_choice: null })],
    ['tools where a model of gpt-5.6 does not reason', say({ model: 'gpt-6-luna', tools, reasoning_effort: 'none' })],
    ['tools on the models before it', say({ model: 'gpt-5', tools, reasoning_effort: 'minimal' })],
    ['an effort without tools', say({ model: 'gpt-6.1-terra', reasoning_effort: 'xhigh' })],
    ['a developer message', say({ messages: [{ role: 'developer', content: 'be kind' }, ...messages] })],
    [
      'json_object with the word',
      say({ response_format: { type: 'json_object' }, messages: [{ role: 'user', content: 'in JSON' }] }),
    ],
  ])('lets %s pass', (_what, body) => {
    expect(brokenChatRule(body, OPENAI_MODELS)).toBeUndefined()
  })

  it.each<[string, JsonObject]>([
    ['gpt-5.6-luna', { reasoning_effort: 'low' }],
    ['gpt-6-sol', { reasoning_effort: null }],
    ['gpt-6.1-terra', { tools: [{ type: 'custom', custom: { name: 'patch' } }] }],
  ])('refuses tools on %s with %j', (model, rest) => {
    const refusal = { status: 400, rule: 'tools-with-effort', param: 'reasoning_effort', code: null }
    expect(brokenChatRule(say({ model, tools, ...rest }), OPENAI_MODELS)).toMatchObject(refusal)
  })

  it('refuses null of an assistant that called nothing, too', () => {
    const silent = say({ messages: [...messages, { role: 'assistant', content: null }] })
    expect(brokenChatRule(silent, OPENAI_MODELS)?.rule).toBe('content-null')
  })

  it('is named in the record of the request that broke it', async () => {
    await using simulator = await startSimulator()
    await fetch(`${simulator.openaiBaseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${simulator.openaiKey}` },
      body: JSON.stringify(say({ tools: [] })),
    })
    expect(simulator.requests()[0]).toMatchObject({ status: 400, rule: 'tools-empty' })
  })

  it('asks for a chat model that exists', () => {
    expect(brokenChatRule({ messages }, OPENAI_MODELS)).toMatchObject({
      status: 400,
      message: 'you must provide a model parameter',
    })
    expect(brokenChatRule(say({ model: 'gpt-0' }), OPENAI_MODELS)).toMatchObject({
      status: 404,
      code: 'model_not_found',
    })
    expect(brokenChatRule(say({ model: 'text-embedding-3-small' }), OPENAI_MODELS)).toMatchObject({
      status: 404,
      param: 'model',
    })
  })
})
