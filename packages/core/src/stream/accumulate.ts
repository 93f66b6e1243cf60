import type { AudioDelta, ChatCompletionChunk, ChunkChoice, ToolCallDelta } from '../wire/chat-chunk.ts'
import type {
  Annotation,
  ChatCompletion,
  ChatCompletionChoice,
  ChatCompletionMessage,
  CompletionAudio,
  FinishReason,
  Logprobs,
} from '../wire/chat-completion.ts'
import type { FunctionCall, ToolCall } from '../wire/chat-tool.ts'
import { shownReasoning } from '../wire/shown-reasoning.ts'
import { addThinking, type ThinkingSoFar } from './join-thinking.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

interface ToolCallSoFar {
  /** Which an upstream may set to anything. */
  readonly index: number
  id: string
  type: 'function' | 'custom'
  name: string
  text: string
}

interface ChoiceSoFar extends ThinkingSoFar {
  content: string | null
  refusal: string | null
  reasoning: string
  readonly annotations: Annotation[]
  readonly tools: ToolCallSoFar[]
  functionCall?: Mutable<FunctionCall>
  audio?: Mutable<CompletionAudio>
  logprobs: Logprobs | null
  finish: FinishReason | null
}

/** What a chunk may tell of the whole answer. */
type Extra = 'usage' | 'service_tier' | 'system_fingerprint' | 'trace' | 'additional_model_response_fields'

/** Puts the chunks of a stream together. */
interface Accumulator {
  /** Takes every chunk of one stream, in order. */
  add(chunk: ChatCompletionChunk): void
  /** The completion they stand for so far. */
  completion(): ChatCompletion
}

/** Puts the chunks of a stream together into the completion they stand for. */
export function createAccumulator(): Accumulator {
  const choices = new Map<number, ChoiceSoFar>()
  let head: Pick<ChatCompletion, 'id' | 'created' | 'model'> | undefined
  const extras: Mutable<Pick<ChatCompletion, Extra>> = {}
  return {
    add(chunk) {
      head ??= { id: chunk.id, created: chunk.created, model: chunk.model }
      if (chunk.usage) extras.usage = chunk.usage
      if (chunk.service_tier) extras.service_tier = chunk.service_tier
      if (chunk.system_fingerprint) extras.system_fingerprint = chunk.system_fingerprint
      if (chunk.trace) extras.trace = chunk.trace
      const { additional_model_response_fields: fields } = chunk
      if (fields) extras.additional_model_response_fields = fields
      for (const choice of chunk.choices) if (choice) addDelta(choiceAt(choices, choice.index), choice)
    },
    completion: () => ({
      ...(head ?? { id: '', created: 0, model: '' }),
      object: 'chat.completion',
      choices: [...choices].sort(([a], [b]) => a - b).map(([index, choice]) => toChoice(index, choice)),
      ...extras,
    }),
  }
}

function choiceAt(choices: Map<number, ChoiceSoFar>, index: number): ChoiceSoFar {
  let choice = choices.get(index)
  if (!choice) {
    choice = {
      content: null,
      refusal: null,
      reasoning: '',
      thinking: [],
      thinkingAt: new Map(),
      annotations: [],
      tools: [],
      logprobs: null,
      finish: null,
    }
    choices.set(index, choice)
  }
  return choice
}

function addDelta(choice: ChoiceSoFar, { delta, finish_reason, logprobs }: ChunkChoice): void {
  choice.finish = finish_reason ?? choice.finish
  if (logprobs) choice.logprobs = joinLogprobs(choice.logprobs, logprobs)
  // The last chunk of some servers has none.
  if (!delta) return
  if (delta.content) choice.content = (choice.content ?? '') + delta.content
  if (delta.refusal) choice.refusal = (choice.refusal ?? '') + delta.refusal
  choice.reasoning += shownReasoning(delta)
  for (const block of delta.thinking_blocks ?? []) addThinking(choice, block)
  if (delta.annotations) choice.annotations.push(...delta.annotations)
  for (const tool of delta.tool_calls ?? []) addToolCall(choice.tools, tool)
  if (delta.function_call) {
    choice.functionCall ??= { name: '', arguments: '' }
    choice.functionCall.name += delta.function_call.name ?? ''
    choice.functionCall.arguments += delta.function_call.arguments ?? ''
  }
  if (delta.audio) addAudio(choice, delta.audio)
}

/** Gemini numbers all calls 0: that one is another, its id and name tell. */
function addToolCall(tools: ToolCallSoFar[], delta: ToolCallDelta): void {
  const name = delta.function?.name ?? delta.custom?.name ?? ''
  let tool = tools.findLast(({ index }) => index === delta.index)
  if (!tool || (delta.id && tool.id && delta.id !== tool.id && name)) {
    tool = { index: delta.index, id: '', type: 'function', name: '', text: '' }
    tools.push(tool)
  }
  tool.id ||= delta.id ?? ''
  tool.type = delta.type ?? tool.type
  tool.name += name
  tool.text += delta.function?.arguments ?? delta.custom?.input ?? ''
}

function addAudio(choice: ChoiceSoFar, delta: AudioDelta): void {
  choice.audio ??= { id: '', data: '', transcript: '', expires_at: 0 }
  choice.audio.id = delta.id ?? choice.audio.id
  choice.audio.data += delta.data ?? ''
  choice.audio.transcript += delta.transcript ?? ''
  choice.audio.expires_at = delta.expires_at ?? choice.audio.expires_at
}

function joinLogprobs(before: Logprobs | null, { content, refusal }: Logprobs): Logprobs {
  const join = <T>(a: T[] | null | undefined, b: T[] | null): T[] | null => (b ? [...(a ?? []), ...b] : (a ?? null))
  return { content: join(before?.content, content), refusal: join(before?.refusal, refusal) }
}

function toChoice(index: number, choice: ChoiceSoFar): ChatCompletionChoice {
  const tools = choice.tools.toSorted((one, other) => one.index - other.index).map(toToolCall)
  const message: ChatCompletionMessage = {
    role: 'assistant',
    content: choice.content,
    refusal: choice.refusal,
    ...(tools.length > 0 && { tool_calls: tools }),
    ...(choice.functionCall && { function_call: choice.functionCall }),
    ...(choice.audio && { audio: choice.audio }),
    ...(choice.reasoning && { reasoning_content: choice.reasoning }),
    ...(choice.thinking.length > 0 && { thinking_blocks: choice.thinking }),
    ...(choice.annotations.length > 0 && { annotations: choice.annotations }),
  }
  return { index, message, finish_reason: choice.finish ?? 'stop', logprobs: choice.logprobs }
}

function toToolCall({ id, type, name, text }: ToolCallSoFar): ToolCall {
  return type === 'custom'
    ? { id, type, custom: { name, input: text } }
    : { id, type, function: { name, arguments: text } }
}
