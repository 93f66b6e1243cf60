import type { ChatMessage } from '@modelgate/core'
import { type RequestRow, requestRows } from './request-row.ts'

const options = { unsupportedParams: 'reject' } as const
const cannot = /this model on Bedrock cannot be told it/
const rejects = (param: string, request: RequestRow['request'], says: RegExp = cannot): RequestRow => ({
  it: `refuses ${param}`,
  options,
  request,
  refuses: { param, says },
})
const takes = (it: string, request: RequestRow['request'], drops: readonly string[] = []): RequestRow => ({
  it: `takes ${it}`,
  options,
  request,
  drops,
})

const llama = 'us.meta.llama3-3-70b-instruct-v1:0'
const claude4 = 'us.anthropic.claude-sonnet-4-20250514-v1:0'
const text = { type: 'text', text: 'a' } as const
const cached: ChatMessage = {
  role: 'user',
  content: [{ ...text, cache_control: { type: 'ephemeral', ttl: '1h' } }],
}
const broken: ChatMessage = {
  role: 'user',
  content: [{ ...text, prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } }],
}

const rejected: readonly RequestRow[] = [
  rejects('temperature', { temperature: 1.2 }, /its scale ends at 1 on Bedrock; use 0 to 1/),
  rejects('frequency_penalty', { model: 'cohere.command-r-v1:0', frequency_penalty: 1.5 }, /its scale ends at 1/),
  rejects('top_p', { model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', temperature: 0, top_p: 0.5 }),
  rejects('top_k', { model: 'us.meta.llama3-3-70b-instruct-v1:0', top_k: 5 }),
  rejects('stop[1]', { stop: ['a', ' '] }),
  rejects('seed', { seed: 1 }),
  rejects('logit_bias', { logit_bias: { 1: 1 } }),
  rejects('verbosity', { verbosity: 'low' }),
  rejects('store', { store: true }),
  rejects('metadata', { metadata: { a: 'b' } }),
  rejects('service_tier', { service_tier: 'scale' }),
  rejects('reasoning_effort', { reasoning_effort: 'low' }),
  rejects('temprature', { temprature: 1 } as object),
  rejects('request_metadata.a', { request_metadata: { a: 'ä' } }),
  rejects('seed', { seed: 1, store: true, verbosity: 'low' }, /cannot be told it \(nor 'verbosity', 'store'\); leave/),
  rejects(
    'seed',
    { seed: 1, store: true, a1: 1, a2: 1, a3: 1, a4: 1, a5: 1, a6: 1 } as object,
    /\(nor 'a1', 'a2', 'a3', 'a4', 'a5' and 2 more\); leave/,
  ),
]

const taken: readonly RequestRow[] = [
  takes('neutral values', { temperature: 1, top_p: 1, frequency_penalty: 0, presence_penalty: 0, n: 1, stop: [] }),
  takes('what only tunes caching', { prompt_cache_key: 'k', prompt_cache_retention: '24h' }),
  takes('a prediction, and names it', { prediction: { type: 'content', content: 'x' } }, ['prediction']),
  takes('a user that it cannot tell, and names it', { model: 'us.amazon.nova-lite-v1:0', user: 'u' }, ['user']),
  takes('marks of the prompt cache, and names them', { model: llama, messages: [cached] }, ['cache_control']),
  takes('OpenAI’s marks of the prompt cache, and names them', { model: llama, messages: [broken] }, [
    'prompt_cache_breakpoint',
  ]),
  takes('an hour that it cannot keep a cached prompt, and names it', { model: claude4, messages: [cached] }, [
    'cache_control.ttl',
  ]),
  takes('OpenAI’s half a day of the same, and names it', { model: claude4, messages: [broken] }, [
    'prompt_cache_breakpoint.ttl',
  ]),
  takes('a wish for caching, and names it', { model: llama, prompt_caching: true }, ['prompt_caching']),
  takes(
    'a wish for caching of which a part cannot be, and names it',
    {
      model: 'us.amazon.nova-lite-v1:0',
      tools: [{ type: 'function', function: { name: 'f' } }],
      prompt_caching: { tools: true, ttl: '1h' },
    },
    ['prompt_caching.tools', 'prompt_caching.ttl'],
  ),
  takes('what the model has', { temperature: 0, top_k: 5, user: 'u', stop: ['END'], max_tokens: 50 }),
]

requestRows("with unsupportedParams: 'reject'", [...rejected, ...taken])
requestRows("with unsupportedParams: 'drop'", [
  {
    it: 'drops and names',
    options: { unsupportedParams: 'drop' },
    request: { seed: 1 },
    drops: ['seed'],
  },
])
