import {
  claude2,
  command,
  commandR,
  jamba,
  lanes,
  llama3,
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
  row(
    'Titan: paths into the native answer, which only Converse reads, are dropped',
    { model: titan, additional_model_response_field_paths: ['/a'] },
    { drops: ['additional_model_response_field_paths'] },
  ),
  row('Titan: no paths are none', { model: titan, additionalModelResponseFieldPaths: [] }, { drops: [] }),
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
    'Qwen: a stop, which only Converse refuses it',
    { model: 'qwen.qwen3-32b-v1:0', stop: ['END'] },
    { sends: { stop: ['END'] }, drops: [] },
  ),
  row(
    'gpt-oss: a stop, which only Converse refuses it',
    { model: 'openai.gpt-oss-20b-1:0', stop: ['END'] },
    { sends: { stop: ['END'] }, drops: [] },
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
    it: `a cap that ${model} cannot reach is lowered to what its body takes`,
    request: { model, max_tokens: 20_000 },
    options: lanes,
    operations: ['invoke'],
    sends,
  }),
)

requestRows('InvokeModel: caps', caps)
requestRows('InvokeModel: parameters', parameters)
