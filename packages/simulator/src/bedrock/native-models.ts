import type { Prompt, Reply, Turn } from '../brain/prompt.ts'
import { arrayOf, type JsonObject, numberOf, objectOf, pick, stringOf } from '../json.ts'
import type { Field, Shape } from './embeddings/shape.ts'

/** What a native body asks for, in the words of the simulator's model. */
export type NativePrompt = Pick<Prompt, 'turns' | 'maxTokens' | 'stop'> & { readonly system?: string }

/** How one family's own body is read and written. */
export interface NativeModel {
  readonly ids: RegExp
  /** Whether the body is meant for it, where a model has bodies of two kinds. */
  readonly claims?: (body: JsonObject) => boolean
  /** Members without which the body is refused. */
  readonly required: readonly string[]
  /** All that the body may have, where the family is strict about it. */
  readonly shape?: Shape
  /** What is wrong with the turns inside a prompt, in the words of Bedrock. */
  readonly turnsFault?: (body: JsonObject) => string | undefined
  readonly read: (body: JsonObject) => NativePrompt
  readonly write: (reply: Reply) => JsonObject
  /** A piece of a stream; the last has the ending. */
  readonly chunk: (text: string, last: Reply | undefined) => JsonObject
  /** Chunks of a stream before the first piece. */
  readonly opening?: (reply: Reply) => readonly JsonObject[]
  /** Chunks of a stream after the ending. */
  readonly closing?: (reply: Reply) => readonly JsonObject[]
}

const turn = (text: string, role: Turn['role'] = 'user'): Turn => ({ role, text, toolCalls: [], toolResults: [] })
const strings = (value: unknown) => arrayOf(value).map(String)
const lastLine = (prompt: string, marks: RegExp) =>
  prompt
    .split(marks)
    .filter(part => part.trim() !== '')
    .at(-1)
    ?.trim() ?? ''
const contentText = (content: unknown) =>
  stringOf(content) ??
  arrayOf(content)
    .map(part => stringOf(pick(part, 'text')) ?? '')
    .join('\n')
const messageTurns = (body: JsonObject) =>
  arrayOf(body.messages).map(message =>
    turn(contentText(pick(message, 'content')), pick(message, 'role') === 'assistant' ? 'assistant' : 'user'),
  )
const byLength = (reply: Reply, length: string, other: string) => (reply.ending === 'length' ? length : other)

const fraction: Field = { type: 'number', range: [0, 1] }
const texts: Field = { type: 'array', items: { type: 'string' } }
const count = (most: number): Field => ({ type: 'integer', range: [1, most] })

const titan: NativeModel = {
  ids: /^amazon\.titan-(text|tg1)/,
  required: ['inputText'],
  shape: {
    inputText: { type: 'string', required: true },
    textGenerationConfig: {
      type: 'object',
      shape: { maxTokenCount: count(8_192), temperature: fraction, topP: fraction, stopSequences: texts },
    },
  },
  read: body => {
    const settings = objectOf(body.textGenerationConfig)
    const text = lastLine(stringOf(body.inputText) ?? '', /(?:^|\n)(?:User|Bot): ?/)
    return { turns: [turn(text)], maxTokens: numberOf(settings.maxTokenCount), stop: strings(settings.stopSequences) }
  },
  write: reply => ({
    inputTextTokenCount: reply.inputTokens,
    results: [
      { tokenCount: reply.outputTokens, outputText: reply.text, completionReason: byLength(reply, 'LENGTH', 'FINISH') },
    ],
  }),
  chunk: (outputText, last) => ({
    outputText,
    index: 0,
    totalOutputTextTokenCount: last?.outputTokens ?? null,
    completionReason: last ? byLength(last, 'LENGTH', 'FINISH') : null,
    inputTextTokenCount: last?.inputTokens ?? null,
  }),
}

const cohere: NativeModel = {
  ids: /^cohere\.command-(text|light)/,
  required: ['prompt'],
  shape: {
    prompt: { type: 'string', required: true, length: [1, 1_000_000] },
    max_tokens: count(4_096),
    temperature: { type: 'number', range: [0, 5] },
    p: fraction,
    k: { type: 'number', range: [0, 500] },
    stop_sequences: texts,
    num_generations: count(5),
    return_likelihoods: { type: 'string', oneOf: ['GENERATION', 'ALL', 'NONE'] },
    stream: { type: 'boolean' },
    logit_bias: { type: 'object' },
    truncate: { type: 'string', oneOf: ['NONE', 'START', 'END'] },
  },
  read: body => ({
    turns: [turn(stringOf(body.prompt) ?? '')],
    maxTokens: numberOf(body.max_tokens),
    stop: strings(body.stop_sequences),
  }),
  write: reply => ({
    id: '00000000-0000-4000-8000-000000000000',
    generations: [
      {
        id: '00000000-0000-4000-8000-000000000001',
        text: reply.text,
        finish_reason: byLength(reply, 'MAX_TOKENS', 'COMPLETE'),
      },
    ],
  }),
  chunk: (text, last) =>
    last
      ? // The whole once more.
        { text: last.text, is_finished: true, finish_reason: byLength(last, 'MAX_TOKENS', 'COMPLETE') }
      : { text, is_finished: false },
}

/** What Claude 2 says to a prompt that is no conversation. */
function turnsFault(body: JsonObject): string | undefined {
  const prompt = stringOf(body.prompt) ?? ''
  const marks = [...prompt.matchAll(/\n\n(Human|Assistant):/g)].map(match => match[1])
  if (marks[0] !== 'Human')
    return 'Invalid prompt: prompt must start with "\n\nHuman:" turn after an optional system prompt'
  return marks.at(-1) === 'Assistant' ? undefined : 'Invalid prompt: prompt must end with "\n\nAssistant:" turn'
}

const claudeText: NativeModel = {
  ids: /^anthropic\.claude-(v2|instant)/,
  claims: body => body.messages === undefined,
  required: ['prompt', 'max_tokens_to_sample'],
  shape: {
    prompt: { type: 'string', required: true },
    max_tokens_to_sample: { ...count(1_000_000), required: true },
    temperature: fraction,
    top_p: fraction,
    top_k: { type: 'integer', range: [0, 500] },
    stop_sequences: texts,
    anthropic_version: { type: 'string' },
  },
  turnsFault,
  read: body => ({
    turns: [turn(lastLine(stringOf(body.prompt) ?? '', /\n\n(?:Human|Assistant): ?/))],
    maxTokens: numberOf(body.max_tokens_to_sample),
    stop: strings(body.stop_sequences),
  }),
  write: reply => ({
    type: 'completion',
    completion: ` ${reply.text}`,
    stop_reason: byLength(reply, 'max_tokens', 'stop_sequence'),
    stop: reply.ending === 'length' ? null : (reply.stopSequence ?? '\n\nHuman:'),
  }),
  chunk: (completion, last) => ({
    type: 'completion',
    completion,
    stop_reason: last ? byLength(last, 'max_tokens', 'stop_sequence') : null,
    stop: null,
  }),
  opening: () => [{ type: 'completion', completion: ' ', stop_reason: null, stop: null }],
}

const claudeEnding = (reply: Reply) =>
  byLength(reply, 'max_tokens', reply.ending === 'stop-sequence' ? 'stop_sequence' : 'end_turn')

const claude: NativeModel = {
  ids: /^anthropic\./,
  required: ['anthropic_version', 'max_tokens', 'messages'],
  read: body => ({
    system: contentText(body.system),
    turns: messageTurns(body),
    maxTokens: numberOf(body.max_tokens),
    stop: strings(body.stop_sequences),
  }),
  write: reply => ({
    id: 'msg_bdrk_01simulator',
    type: 'message',
    role: 'assistant',
    content: [{ type: 'text', text: reply.text }],
    stop_reason: claudeEnding(reply),
    stop_sequence: reply.stopSequence ?? null,
    usage: { input_tokens: reply.inputTokens, output_tokens: reply.outputTokens },
  }),
  chunk: (text, last) =>
    last
      ? {
          type: 'message_delta',
          delta: { stop_reason: claudeEnding(last), stop_sequence: last.stopSequence ?? null },
          usage: { output_tokens: last.outputTokens },
        }
      : { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
  opening: reply => [
    {
      type: 'message_start',
      message: {
        id: 'msg_bdrk_01simulator',
        type: 'message',
        role: 'assistant',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: reply.inputTokens, output_tokens: 1 },
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  ],
  closing: () => [{ type: 'message_stop' }],
}

const llama: NativeModel = {
  ids: /^meta\./,
  required: ['prompt'],
  shape: {
    prompt: { type: 'string', required: true, length: [1, 1_000_000] },
    max_gen_len: count(8_192),
    temperature: fraction,
    top_p: fraction,
    images: texts,
  },
  read: body => {
    const turns = lastLine(stringOf(body.prompt) ?? '', /<\|[a-z_]+\|>(?:user|assistant|system)?|\[\/?INST\]|<\/?s>/)
    return { turns: [turn(turns)], maxTokens: numberOf(body.max_gen_len), stop: [] }
  },
  write: reply => ({
    generation: reply.text,
    prompt_token_count: reply.inputTokens,
    generation_token_count: reply.outputTokens,
    stop_reason: byLength(reply, 'length', 'stop'),
  }),
  chunk: (generation, last) => ({
    generation,
    prompt_token_count: last?.inputTokens ?? null,
    generation_token_count: last?.outputTokens ?? null,
    stop_reason: last ? byLength(last, 'length', 'stop') : null,
  }),
}

const mistral: NativeModel = {
  ids: /^mistral\.(mistral-7b|mixtral)/,
  required: ['prompt'],
  shape: {
    prompt: { type: 'string', required: true },
    max_tokens: count(8_192),
    temperature: fraction,
    top_p: fraction,
    top_k: { type: 'integer', range: [0, 200] },
    stop: { ...texts, length: [0, 10] },
  },
  read: body => ({
    turns: [turn(lastLine(stringOf(body.prompt) ?? '', /\[\/?INST\]|<\/?s>/))],
    maxTokens: numberOf(body.max_tokens),
    stop: strings(body.stop),
  }),
  write: reply => ({ outputs: [{ text: reply.text, stop_reason: byLength(reply, 'length', 'stop') }] }),
  chunk: (text, last) => ({ outputs: [{ text, stop_reason: last ? byLength(last, 'length', 'stop') : null }] }),
}

const commandR: NativeModel = {
  ids: /^cohere\.command-r/,
  required: ['message'],
  read: body => ({
    system: stringOf(body.preamble) ?? '',
    turns: [
      ...arrayOf(body.chat_history).map(entry =>
        turn(stringOf(pick(entry, 'message')) ?? '', pick(entry, 'role') === 'CHATBOT' ? 'assistant' : 'user'),
      ),
      turn(stringOf(body.message) ?? ''),
    ],
    maxTokens: numberOf(body.max_tokens),
    stop: strings(body.stop_sequences),
  }),
  write: reply => ({
    text: reply.text,
    finish_reason: byLength(reply, 'MAX_TOKENS', 'COMPLETE'),
    generation_id: 'simulator',
  }),
  chunk: (text, last) =>
    last
      ? {
          event_type: 'stream-end',
          is_finished: true,
          finish_reason: byLength(last, 'MAX_TOKENS', 'COMPLETE'),
          response: { text: last.text, generation_id: 'simulator' },
        }
      : { event_type: 'text-generation', text, is_finished: false },
}

const nova: NativeModel = {
  ids: /^amazon\.nova/,
  required: ['messages'],
  read: body => {
    const settings = objectOf(body.inferenceConfig)
    return {
      system: contentText(body.system),
      turns: messageTurns(body),
      maxTokens: numberOf(settings.maxTokens),
      stop: strings(settings.stopSequences),
    }
  },
  write: reply => ({
    output: { message: { content: [{ text: reply.text }], role: 'assistant' } },
    stopReason: byLength(reply, 'max_tokens', 'end_turn'),
    usage: {
      inputTokens: reply.inputTokens,
      outputTokens: reply.outputTokens,
      totalTokens: reply.inputTokens + reply.outputTokens,
    },
  }),
  chunk: (text, last) =>
    last
      ? { messageStop: { stopReason: byLength(last, 'max_tokens', 'end_turn') } }
      : { contentBlockDelta: { contentBlockIndex: 0, delta: { text } } },
  opening: () => [{ messageStart: { role: 'assistant' } }],
  closing: ({ inputTokens, outputTokens }) => [{ metadata: { usage: { inputTokens, outputTokens }, metrics: {} } }],
}

const chatUsage = ({ inputTokens, outputTokens }: Reply) => ({
  prompt_tokens: inputTokens,
  completion_tokens: outputTokens,
  total_tokens: inputTokens + outputTokens,
})

/** Mistral Large, gpt-oss, Qwen, DeepSeek: a chat body like OpenAI's. */
const openaiLike: NativeModel = {
  ids: /./,
  required: ['messages'],
  read: body => ({
    system: messageTurns({ messages: arrayOf(body.messages).filter(message => pick(message, 'role') === 'system') })
      .map(({ text }) => text)
      .join('\n'),
    turns: messageTurns({ messages: arrayOf(body.messages).filter(message => pick(message, 'role') !== 'system') }),
    maxTokens: numberOf(body.max_tokens) ?? numberOf(body.max_completion_tokens),
    stop: [body.stop].flat().flatMap(sequence => stringOf(sequence) ?? []),
  }),
  write: reply => ({
    id: 'chatcmpl-simulator',
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: reply.text },
        finish_reason: byLength(reply, 'length', 'stop'),
      },
    ],
    usage: chatUsage(reply),
  }),
  chunk: (content, last) => ({
    object: 'chat.completion.chunk',
    choices: [
      { index: 0, delta: last ? {} : { content }, finish_reason: last ? byLength(last, 'length', 'stop') : null },
    ],
  }),
  opening: () => [
    {
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
    },
  ],
  closing: reply => [{ object: 'chat.completion.chunk', choices: [], usage: chatUsage(reply) }],
}

const penalty: Field = { type: 'number' }

const jamba: NativeModel = {
  ...openaiLike,
  ids: /^ai21\./,
  shape: {
    messages: { type: 'array', required: true, length: [1, 100_000] },
    max_tokens: { type: 'integer', range: [0, 4_096] },
    temperature: { type: 'number', range: [0, 2] },
    top_p: fraction,
    stop: texts,
    n: count(16),
    frequency_penalty: penalty,
    presence_penalty: penalty,
    stream: { type: 'boolean' },
  },
}

/** InvokeModel bodies of text models; the first whose ids match and that claims the body is the one. */
export const NATIVE_MODELS: readonly NativeModel[] = [
  titan,
  cohere,
  commandR,
  claudeText,
  claude,
  llama,
  mistral,
  nova,
  jamba,
  openaiLike,
]
