import type { ChatCompletionChunk, ChunkChoice, ToolCallDelta } from '../wire/chat-chunk.ts'
import type {
  ChatCompletion,
  ChatCompletionChoice,
  ChatCompletionMessage,
  FinishReason,
} from '../wire/chat-completion.ts'
import type { ToolCall } from '../wire/chat-tool.ts'
import type { ThinkingBlock } from '../wire/thinking-block.ts'
import type { Usage } from '../wire/usage.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

interface ChoiceSoFar {
  content: string | null
  refusal: string | null
  reasoning: string
  thinking: ThinkingBlock[]
  tools: Mutable<ToolCallSoFar>[]
  finish: FinishReason | null
}
interface ToolCallSoFar {
  id: string
  type: 'function' | 'custom'
  name: string
  text: string
}

/** Puts the chunks of a stream together into the completion they stand for. Give it every chunk in order, then take the value. */
export function createAccumulator(): { add(chunk: ChatCompletionChunk): void; completion(): ChatCompletion } {
  const choices = new Map<number, ChoiceSoFar>()
  let first: ChatCompletionChunk | undefined
  let usage: Usage | undefined
  return {
    add(chunk) {
      first ??= chunk
      usage = chunk.usage ?? usage
      for (const choice of chunk.choices) addDelta(choiceAt(choices, choice.index), choice)
    },
    completion() {
      return {
        id: first?.id ?? '',
        object: 'chat.completion',
        created: first?.created ?? 0,
        model: first?.model ?? '',
        choices: [...choices].sort(([a], [b]) => a - b).map(([index, choice]) => toChoice(index, choice)),
        ...(usage && { usage }),
      }
    },
  }
}

function choiceAt(choices: Map<number, ChoiceSoFar>, index: number): ChoiceSoFar {
  let choice = choices.get(index)
  if (!choice) {
    choice = { content: null, refusal: null, reasoning: '', thinking: [], tools: [], finish: null }
    choices.set(index, choice)
  }
  return choice
}

function addDelta(choice: ChoiceSoFar, { delta, finish_reason }: ChunkChoice): void {
  if (delta.content) choice.content = (choice.content ?? '') + delta.content
  if (delta.refusal) choice.refusal = (choice.refusal ?? '') + delta.refusal
  choice.reasoning += delta.reasoning_content ?? ''
  for (const block of delta.thinking_blocks ?? []) addThinking(choice.thinking, block)
  for (const tool of delta.tool_calls ?? []) addToolCall(choice.tools, tool)
  choice.finish = finish_reason ?? choice.finish
}

/** Pieces of one block come one after another; the signature ends it. A redacted block is whole. */
function addThinking(blocks: ThinkingBlock[], piece: ThinkingBlock): void {
  const last = blocks.at(-1)
  if (piece.type === 'thinking' && last?.type === 'thinking' && last.signature === undefined) {
    blocks[blocks.length - 1] = { ...last, ...piece, thinking: last.thinking + piece.thinking }
  } else {
    blocks.push(piece)
  }
}

function addToolCall(tools: ToolCallSoFar[], delta: ToolCallDelta): void {
  tools[delta.index] ??= { id: '', type: 'function', name: '', text: '' }
  const tool = tools[delta.index]!
  tool.id = delta.id ?? tool.id
  tool.type = delta.type ?? tool.type
  tool.name += delta.function?.name ?? delta.custom?.name ?? ''
  tool.text += delta.function?.arguments ?? delta.custom?.input ?? ''
}

function toChoice(index: number, choice: ChoiceSoFar): ChatCompletionChoice {
  const tools = choice.tools.filter(Boolean).map(toToolCall)
  const message: ChatCompletionMessage = {
    role: 'assistant',
    content: choice.content,
    refusal: choice.refusal,
    ...(tools.length > 0 && { tool_calls: tools }),
    ...(choice.reasoning && { reasoning_content: choice.reasoning }),
    ...(choice.thinking.length > 0 && { thinking_blocks: choice.thinking }),
  }
  return { index, message, finish_reason: choice.finish ?? 'stop', logprobs: null }
}

function toToolCall({ id, type, name, text }: ToolCallSoFar): ToolCall {
  return type === 'custom'
    ? { id, type, custom: { name, input: text } }
    : { id, type, function: { name, arguments: text } }
}
