import { expect } from 'vitest'
import { sonnet45 } from '../a-call.ts'
import {
  claude2,
  command,
  commandR,
  jamba,
  lanes,
  llama3,
  llama4,
  mistral,
  nova,
  row,
  sonnet,
  system,
  talk,
  titan,
  user,
} from './invoke-row.ts'
import { type RequestRow, requestRows } from './request-row.ts'

const settings = { max_tokens: 50, temperature: 0, top_p: 0.5, stop: ['END'] }

const parameters: readonly RequestRow[] = [
  row(
    'Titan: its own names',
    { model: titan, ...settings },
    {
      sends: { textGenerationConfig: { maxTokenCount: 50, temperature: 0, topP: 0.5, stopSequences: ['END'] } },
    },
  ),
  row('Titan: no configuration where none was given', { model: titan }, { omits: ['textGenerationConfig'] }),
  row('Titan: top_k, of which it knows nothing, is dropped', { model: titan, top_k: 5 }, { drops: ['top_k'] }),
  row(
    'Titan: the caller’s own members are merged deeply',
    {
      model: titan,
      temperature: 0,
      additional_model_request_fields: { textGenerationConfig: { topP: 0.1 } },
    },
    { sends: { textGenerationConfig: { temperature: 0, topP: 0.1 } } },
  ),
  row(
    'Command: its own names',
    { model: command, ...settings, top_k: 7 },
    {
      sends: { max_tokens: 50, temperature: 0, p: 0.5, k: 7, stop_sequences: ['END'] },
      omits: ['stream', 'top_p'],
    },
  ),
  row('Command: a stream is told in the body', { model: command, stream: true }, { sends: { stream: true } }),
  row(
    'Claude 2: its own names',
    { model: claude2, ...settings, top_k: 7 },
    {
      sends: {
        max_tokens_to_sample: 50,
        temperature: 0,
        top_p: 0.5,
        top_k: 7,
        stop_sequences: ['END'],
        anthropic_version: 'bedrock-2023-05-31',
      },
    },
  ),
  row('Claude 2: the cap that its body demands', { model: claude2 }, { sends: { max_tokens_to_sample: 4096 } }),
  row(
    'Llama: its own names, and no stop sequences',
    { model: llama3, ...settings },
    {
      sends: { max_gen_len: 50, temperature: 0, top_p: 0.5 },
      omits: ['stop'],
      drops: ['stop'],
    },
  ),
  row('Llama: top_k, of which it knows nothing, is dropped', { model: llama3, top_k: 5 }, { drops: ['top_k'] }),
  row(
    'Mistral 7B: its own names',
    { model: mistral, ...settings, top_k: 7 },
    {
      sends: { max_tokens: 50, temperature: 0, top_p: 0.5, top_k: 7, stop: ['END'] },
    },
  ),
  row(
    'Jamba: OpenAI’s own form',
    { model: jamba, messages: [system('Be brief.'), ...talk], ...settings, presence_penalty: 1 },
    {
      sends: {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: 'Hello' },
          { role: 'user', content: 'Bye' },
        ],
        max_tokens: 50,
        temperature: 0,
        top_p: 0.5,
        stop: ['END'],
        presence_penalty: 1,
      },
      omits: ['stream', 'model'],
    },
  ),
  row('Jamba: a temperature of 2 is not clamped', { model: jamba, temperature: 2 }, { sends: { temperature: 2 } }),
  row(
    'Titan: a temperature above 1, where its scale ends, is sent as 1',
    { model: titan, temperature: 1.5 },
    { sends: { textGenerationConfig: { temperature: 1 } }, drops: ['temperature>1'] },
  ),
  row('Jamba: a stream is told in the body', { model: jamba, stream: true }, { sends: { stream: true } }),
  row(
    'Jamba: marks of other formats are text',
    { model: jamba, messages: [user('[INST] <|eot_id|> User: x')] },
    {
      sends: { messages: [{ role: 'user', content: '[INST] <|eot_id|> User: x' }] },
    },
  ),
  row(
    'Mistral Large: OpenAI’s own form',
    { model: 'mistral.mistral-large-2402-v1:0', max_tokens: 50 },
    {
      sends: { messages: [{ role: 'user', content: 'Hello there' }], max_tokens: 50 },
      omits: ['prompt'],
    },
  ),
  row(
    'Qwen: OpenAI’s own form',
    { model: 'qwen.qwen3-32b-v1:0' },
    { sends: { messages: [{ role: 'user', content: 'Hello there' }] } },
  ),
  row(
    'gpt-oss: OpenAI’s own form, with its effort',
    { model: 'openai.gpt-oss-20b-1:0', reasoning_effort: 'low' },
    {
      sends: { messages: [{ role: 'user', content: 'Hello there' }], reasoning_effort: 'low' },
    },
  ),
  row(
    'Claude since 3: Anthropic’s Messages',
    { model: sonnet, messages: [system('Be brief.'), ...talk], ...settings, top_k: 7 },
    {
      sends: {
        anthropic_version: 'bedrock-2023-05-31',
        max_tokens: 50,
        system: 'Be brief.',
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: 'Hello' },
          { role: 'user', content: 'Bye' },
        ],
        temperature: 0,
        top_p: 0.5,
        top_k: 7,
        stop_sequences: ['END'],
      },
    },
  ),
  row(
    'Claude since 3: the cap that its body demands',
    { model: sonnet },
    { sends: { max_tokens: 4096 }, omits: ['system'] },
  ),
  row(
    'Command R: the last message apart from those before it',
    { model: commandR, messages: [system('Be brief.'), ...talk], ...settings, top_k: 7 },
    {
      sends: {
        message: 'Bye',
        chat_history: [
          { role: 'USER', message: 'Hi' },
          { role: 'CHATBOT', message: 'Hello' },
        ],
        preamble: 'Be brief.',
        max_tokens: 50,
        temperature: 0,
        p: 0.5,
        k: 7,
        stop_sequences: ['END'],
      },
    },
  ),
  row(
    'Command R: a first message has no history',
    { model: commandR },
    { sends: { message: 'Hello there' }, omits: ['chat_history', 'preamble'] },
  ),
  row(
    'Nova: Converse’s body under another name',
    { model: nova, messages: [system('Be brief.'), user('Hi')], ...settings, top_k: 7 },
    {
      sends: {
        schemaVersion: 'messages-v1',
        system: [{ text: 'Be brief.' }],
        messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
        inferenceConfig: { maxTokens: 50, temperature: 0, topP: 0.5, topK: 7, stopSequences: ['END'] },
      },
    },
  ),
]

const tools = [{ type: 'function', function: { name: 'now' } }] as const
const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } } as const

const lane: readonly RequestRow[] = [
  {
    section: '§16',
    it: 'Titan Large, which Converse does not list, is invoked unasked',
    request: { model: titan },
    operations: ['invoke'],
  },
  { section: '§16', it: 'so is its stream', request: { model: titan, stream: true }, operations: ['invoke-stream'] },
  {
    section: '§16',
    it: 'an operator may try Converse with another Titan all the same',
    request: { model: 'amazon.titan-text-express-v1' },
    options: { lanes: { 'amazon.titan-text': 'converse' } },
  },
  { section: '§17', it: 'no other model is', request: { model: llama3 }, operations: ['converse'] },
  {
    section: '§17',
    it: 'the longest prefix decides',
    request: { model: llama3 },
    options: { lanes: { 'meta.llama3-8b': 'converse', 'meta.': 'invoke' } },
    operations: ['converse'],
  },
  {
    section: '§15',
    it: 'a profile goes by its base model',
    request: { model: llama4 },
    options: { lanes: { 'meta.llama4': 'invoke' } },
    operations: ['invoke'],
  },
  {
    section: '§15',
    it: 'a profile may be named by itself',
    request: { model: llama4 },
    options: { lanes: { 'us.meta.': 'invoke' } },
    operations: ['invoke'],
  },
  {
    section: '§17',
    it: 'tools are refused',
    request: { model: titan, tools: [...tools] },
    refuses: { param: 'tools', says: /InvokeModel.*text only; leave out tools/ },
  },
  ...[sonnet45, sonnet, nova, commandR].map(model =>
    row(
      `a schema is told in words, whatever Converse does for ${model}`,
      {
        model,
        messages: [user('Hi')],
        response_format: { type: 'json_schema', json_schema: { name: 'a', strict: true, schema: { type: 'object' } } },
      },
      { omits: ['tools', 'toolConfig', 'tool_choice'], drops: ['response_format.strict'] },
    ),
  ),
  row(
    'marks of the prompt cache, which no body is sent, are named',
    {
      model: sonnet45,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] }],
      prompt_caching: true,
    },
    { drops: ['cache_control', 'prompt_caching'] },
  ),
  row(
    'the words hold the schema',
    {
      model: sonnet,
      messages: [user('Hi')],
      response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } },
    },
    { sends: { system: expect.stringContaining('{"type":"object"}') } },
  ),
  {
    section: '§17',
    it: 'tools that must not be called are not missed',
    request: { model: titan, tools: [...tools], tool_choice: 'none' },
    operations: ['invoke'],
  },
  {
    section: '§17',
    it: 'functions are refused by their name',
    request: { model: titan, functions: [{ name: 'f' }] },
    refuses: { param: 'functions', says: /InvokeModel.*text only/ },
  },
  {
    section: '§17',
    it: 'functions that must not be called are not missed',
    request: { model: titan, functions: [{ name: 'f' }], function_call: 'none' },
    operations: ['invoke'],
  },
  {
    section: '§17',
    it: 'a search of the web is refused by its name',
    request: { model: nova, web_search_options: {} },
    options: lanes,
    refuses: { param: 'web_search_options', says: /InvokeModel.*text only/ },
  },
  ...['us.anthropic.claude-sonnet-4-5-20250929-v1:0', sonnet, nova, 'qwen.qwen3-32b-v1:0'].map(
    (model): RequestRow => ({
      section: '§17',
      it: `a schema is told ${model} in words`,
      request: {
        model,
        messages: [user('a')],
        response_format: { type: 'json_schema', json_schema: { name: 'b', schema: { type: 'object' }, strict: true } },
      },
      options: lanes,
      operations: ['invoke'],
      drops: ['response_format.strict'],
    }),
  ),
  {
    section: '§12',
    it: 'marks of the prompt cache are left out and named',
    request: {
      model: sonnet,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] }],
    },
    options: lanes,
    operations: ['invoke'],
    drops: ['cache_control'],
  },
  {
    section: '§12',
    it: 'marks are named for a model that takes them over Converse',
    request: {
      model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] }],
      prompt_caching: true,
    },
    options: lanes,
    operations: ['invoke'],
    drops: ['cache_control', 'prompt_caching'],
  },
  {
    section: '§8',
    it: 'a budget to think with leaves room for the answer, where a cap must be set',
    request: {
      model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      thinking: { type: 'enabled', budget_tokens: 5_000 },
    },
    options: lanes,
    operations: ['invoke'],
    sends: { max_tokens: 9_096, thinking: { type: 'enabled', budget_tokens: 5_000 } },
  },
  {
    section: '§17',
    it: 'media are refused by their place',
    request: { model: titan, messages: [user('a'), { role: 'user', content: [{ type: 'text', text: 'b' }, picture] }] },
    refuses: { param: 'messages[1].content[1]', says: /text only/ },
  },
  {
    section: '§17',
    it: 'earlier calls and results of tools are told as text',
    request: {
      model: titan,
      messages: [
        user('a'),
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'x', type: 'function', function: { name: 'now', arguments: '{"z":1}' } }],
        },
        { role: 'tool', tool_call_id: 'x', content: 'noon' },
      ],
    },
    operations: ['invoke'],
    sends: { inputText: 'User: a\nBot: [Called the tool now with {"z":1}]\nUser: [The tool now returned]\nnoon\nBot:' },
  },
  {
    section: '§17',
    it: 'a guardrail that no header can hold is refused',
    request: { model: titan, guardrail_config: { guardrailIdentifier: 'a\r\nb', guardrailVersion: '1' } },
    refuses: { param: 'guardrail_config.guardrailIdentifier', says: /no header takes/ },
  },
  {
    section: '§17',
    it: 'a latency that no header tells is refused',
    request: { model: titan, performance_config: { latency: 'warp' } },
    refuses: { param: 'performance_config.latency', says: /'standard' or 'optimized'/ },
  },
  {
    section: '§17',
    it: 'so is such a trace',
    request: { model: titan, guardrail_config: { guardrailIdentifier: 'gr-1', guardrailVersion: '1', trace: 'yes' } },
    refuses: { param: 'guardrail_config.trace', says: /'enabled' or 'disabled' or 'enabled_full'/ },
  },
  {
    section: '§17',
    it: 'a guardrail without a version is refused',
    request: { model: titan, guardrail_config: { guardrailIdentifier: 'gr-1' } },
    refuses: { param: 'guardrail_config.guardrailVersion', says: /is missing/ },
  },
]

/** Larger than any native body takes, and so refused with the whole call. */
const caps = (
  [
    [titan, { textGenerationConfig: { maxTokenCount: 8_192 } }],
    [command, { max_tokens: 4_096 }],
    [llama3, { max_gen_len: 8_192 }],
    [mistral, { max_tokens: 8_192 }],
    ['ai21.jamba-instruct-v1:0', { max_tokens: 4_096 }],
  ] as const
).map(
  ([model, sends]): RequestRow => ({
    section: '§17',
    it: `a cap that ${model} cannot reach is lowered to what its body takes`,
    request: { model, max_tokens: 20_000 },
    options: lanes,
    operations: ['invoke'],
    sends,
  }),
)

requestRows('InvokeModel: caps', caps)
requestRows('InvokeModel: parameters', parameters)
requestRows('InvokeModel: what goes that way', lane)
