import type { Prompt, Reply, Turn } from '../brain/prompt.ts'
import { arrayOf, type JsonObject, numberOf, objectOf, pick, stringOf } from '../json.ts'

/** What a native body asks for, in the words of the simulator's model. */
export type NativePrompt = Pick<Prompt, 'turns' | 'maxTokens' | 'stop'> & { readonly system?: string }

/** How one family's own body is read and written. */
export interface NativeModel {
  readonly ids: RegExp
  /** Members without which the body is refused. */
  readonly required: readonly string[]
  readonly read: (body: JsonObject) => NativePrompt
  readonly write: (reply: Reply) => JsonObject
  /** A piece of a stream; the last has the ending. */
  readonly chunk: (text: string, last: Reply | undefined) => JsonObject
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

const titan: NativeModel = {
  ids: /^amazon\.titan-(text|tg1)/,
  required: ['inputText'],
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
      ? { text: '', is_finished: true, finish_reason: byLength(last, 'MAX_TOKENS', 'COMPLETE') }
      : { text, is_finished: false },
}

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
    stop_reason: byLength(reply, 'max_tokens', reply.ending === 'stop-sequence' ? 'stop_sequence' : 'end_turn'),
    stop_sequence: reply.stopSequence ?? null,
    usage: { input_tokens: reply.inputTokens, output_tokens: reply.outputTokens },
  }),
  chunk: (text, last) =>
    last ? { type: 'message_stop' } : { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
}

const llama: NativeModel = {
  ids: /^meta\./,
  required: ['prompt'],
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
      ? { event_type: 'stream-end', finish_reason: byLength(last, 'MAX_TOKENS', 'COMPLETE'), is_finished: true }
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
}

/** Jamba, Mistral Large, gpt-oss, Qwen, DeepSeek: a chat body like OpenAI's. */
const openaiLike: NativeModel = {
  ids: /./,
  required: ['messages'],
  read: body => ({
    turns: messageTurns(body),
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
    usage: {
      prompt_tokens: reply.inputTokens,
      completion_tokens: reply.outputTokens,
      total_tokens: reply.inputTokens + reply.outputTokens,
    },
  }),
  chunk: (content, last) => ({
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content }, finish_reason: last ? byLength(last, 'length', 'stop') : null }],
  }),
}

/** InvokeModel bodies of text models; the first whose ids match is the one. */
export const NATIVE_MODELS: readonly NativeModel[] = [titan, cohere, commandR, claude, llama, mistral, nova, openaiLike]
