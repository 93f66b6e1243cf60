import type { BedrockChatRequest } from '../../src/index.ts'
import { sonnet45 } from '../a-call.ts'
import {
  breakpoint,
  brief,
  cache_control,
  called,
  entry,
  hello,
  helloTurn,
  hourPoint,
  llama,
  marks,
  nova,
  pdf,
  point,
  result,
  tool,
  toolUse,
} from './cached-prompts.ts'
import { type RequestRow, requestRows } from './request-row.ts'

const all: Partial<BedrockChatRequest> = { tools: [tool('f')], messages: [brief, hello] }
const none = { toolConfig: { tools: [entry('f')] }, system: [{ text: 'Be brief.' }], messages: [helloTurn] }
const everywhere = {
  toolConfig: { tools: [entry('f'), point] },
  system: [{ text: 'Be brief.' }, point],
  messages: [{ role: 'user', content: [{ text: 'Hello' }, point] }],
}

const policies: readonly RequestRow[] = [
  { it: 'caches nothing unasked', request: all, sends: none },
  {
    it: 'caches everything where the provider says so',
    request: all,
    options: { promptCaching: true },
    sends: everywhere,
  },
  { it: 'caches nothing with false', request: all, options: { promptCaching: false }, sends: none },
  {
    it: 'caches the places that the provider names',
    request: all,
    options: { promptCaching: { system: true } },
    sends: { ...none, system: everywhere.system },
  },
  {
    it: 'caches for an hour where the provider says so',
    request: { ...all, model: sonnet45 },
    options: { promptCaching: { messages: true, ttl: '1h' } },
    sends: { ...none, messages: [{ role: 'user', content: [{ text: 'Hello' }, hourPoint] }] },
  },
  {
    it: "leaves out the provider's hour for a model without it, and nothing of the caller's is lost",
    request: all,
    options: { promptCaching: { messages: true, ttl: '1h' } },
    sends: { messages: everywhere.messages },
    omits: ['messages.0.content.1.cachePoint.ttl'],
  },
  {
    it: 'caches for models that can, and for others not: it is a policy',
    request: { ...all, model: llama },
    options: { promptCaching: true },
    sends: none,
  },
  {
    it: 'caches no tools of Nova',
    request: { ...all, model: nova },
    options: { promptCaching: true },
    sends: { ...everywhere, toolConfig: none.toolConfig },
  },
  {
    it: "caches Nova's conversation up to the last turn without tool results",
    request: { model: nova, ...called() },
    options: { promptCaching: { messages: true } },
    sends: {
      messages: [
        { role: 'user', content: [{ text: 'Hello' }, point] },
        { role: 'assistant', content: [toolUse('x'), toolUse('y')] },
        { role: 'user', content: [result('x'), result('y')] },
      ],
    },
  },
  {
    it: 'caches up to the last tool result with Claude',
    request: called(),
    options: { promptCaching: { messages: true } },
    sends: {
      messages: [
        helloTurn,
        { role: 'assistant', content: [toolUse('x'), toolUse('y')] },
        { role: 'user', content: [result('x'), result('y'), point] },
      ],
    },
  },
  {
    it: 'puts no words of its own behind a document',
    request: { messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }, pdf] }] },
    options: { promptCaching: true },
    sends: { messages: [{ role: 'user', content: [{ text: 'a' }, point, { document: { format: 'pdf' } }] }] },
  },
  {
    it: 'sets no second point where the caller set one',
    request: {
      ...all,
      messages: [
        { ...brief, cache_control },
        { ...hello, cache_control },
      ],
    },
    options: { promptCaching: true },
    sends: everywhere,
  },
  {
    it: "takes none of the caller's four points for its own",
    request: { ...all, messages: [brief, ...marks(4)] },
    options: { promptCaching: true },
    sends: { toolConfig: none.toolConfig, system: none.system },
  },
  {
    it: 'fills what the caller leaves of four, tools first',
    request: { ...all, messages: [brief, ...marks(3)] },
    options: { promptCaching: true },
    sends: { toolConfig: everywhere.toolConfig, system: none.system },
  },
  {
    it: 'caches what the request asks for',
    request: { ...all, prompt_caching: { system: true, messages: true } },
    sends: { ...everywhere, toolConfig: none.toolConfig },
  },
  { it: 'takes true for everything', request: { ...all, prompt_caching: true }, sends: everywhere },
  {
    it: 'lets the request turn caching off',
    request: { ...all, prompt_caching: false },
    options: { promptCaching: true },
    sends: none,
  },
  {
    it: 'lets the request turn one place off',
    request: { ...all, prompt_caching: { tools: false, system: null as never } },
    options: { promptCaching: true },
    sends: { ...everywhere, toolConfig: none.toolConfig },
  },
  {
    it: 'says that a model cannot cache what the request asks for',
    request: { ...all, model: llama, prompt_caching: { system: true } },
    sends: none,
    drops: ['prompt_caching'],
  },
  {
    it: 'says that Nova cannot cache tools, nor for an hour',
    request: { ...all, model: nova, prompt_caching: { tools: true, system: true, ttl: '1h' } },
    sends: { ...none, system: everywhere.system },
    drops: ['prompt_caching.tools', 'prompt_caching.ttl'],
  },
  {
    it: 'refuses a place that is none',
    request: { prompt_caching: { sytem: true } as never },
    refuses: { param: 'prompt_caching', says: /'sytem' is no place in a prompt; send true, false/ },
  },
  {
    it: 'refuses a time that is none',
    request: { prompt_caching: { system: true, ttl: '2h' as never } },
    refuses: { param: 'prompt_caching', says: /`ttl` must be '5m' or '1h'/ },
  },
  {
    it: 'refuses what is neither a boolean nor an object',
    request: { prompt_caching: 'system' as never },
    refuses: { param: 'prompt_caching', says: /must be a boolean or an object, got a string/ },
  },
  {
    it: "places points by itself in OpenAI's implicit mode",
    request: { ...all, prompt_cache_options: { mode: 'implicit' } },
    sends: everywhere,
  },
  {
    it: "places none by itself in OpenAI's explicit mode",
    request: { ...all, prompt_cache_options: { mode: 'explicit', ttl: '30m' } },
    options: { promptCaching: true },
    sends: none,
  },
  {
    it: 'ignores the hints of OpenAI that route to a cache',
    request: { prompt_cache_key: 'k', prompt_cache_retention: '24h', prompt_cache_options: {} },
    sends: { messages: [{ role: 'user', content: [{ text: 'Hello there' }] }] },
  },
  {
    it: 'caches the synthetic tool with the others',
    request: {
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object', properties: {} } } },
      prompt_caching: { tools: true },
    },
    sends: { toolConfig: { tools: [{ toolSpec: { name: 'json_answer' } }, point] } },
  },
]

const stripped: readonly RequestRow[] = [
  llama,
  'anthropic.claude-3-haiku-20240307-v1:0',
  'anthropic.claude-3-5-sonnet-20240620-v1:0',
  'mistral.mistral-large-2402-v1:0',
  'cohere.command-r-v1:0',
  'openai.gpt-oss-120b-1:0',
  'amazon.titan-text-express-v1',
].map(
  (model): RequestRow => ({
    it: `strips ${model}, which would refuse them, of all points, and says so`,
    request: {
      model,
      messages: [
        {
          role: 'user',
          content: [{ type: 'text', text: 'Hello', prompt_cache_breakpoint: breakpoint }],
          cache_control,
        },
      ],
    },
    sends: { messages: [helloTurn] },
    drops: ['cache_control', 'prompt_cache_breakpoint'],
  }),
)

requestRows('prompts cached by policy', policies)
requestRows('marks for models without a cache', stripped)
