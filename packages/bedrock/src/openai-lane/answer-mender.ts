import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionMessage,
  ChunkDelta,
  ToolCall,
  ToolCallDelta,
} from '@modelgate/core'
import { newToolCallId } from '../answer/converse-response.ts'
import { createReasoningParter, partReasoning, type ReasoningParter } from '../answer/tagged-reasoning.ts'
import { isJsonObject } from '../wire/json.ts'

/**
 * Mends what Bedrock's OpenAI-compatible endpoint does otherwise than OpenAI, for one answer: tool calls counted from 1, one id for
 * several calls, thoughts under `reasoning` or in tags at the content's beginning. What needs no mending comes back as the same object.
 */
export interface AnswerMender {
  /** Whether it must see each chunk, whatever is in it: until the thoughts of all choices are over. */
  readonly seesAll: boolean
  completion(completion: ChatCompletion): ChatCompletion
  chunk(chunk: ChatCompletionChunk): ChatCompletionChunk
}

/** A tool call that is being streamed. */
interface MendedCall {
  readonly index: number
  readonly id: string
}

/** What a mender knows of its answer. */
interface MenderOptions {
  /** In how many choices the content begins with tagged thoughts; 0 for a model that tags none. */
  readonly taggedChoices: number
}

/** A mender for one answer. */
export function createAnswerMender({ taggedChoices }: MenderOptions): AnswerMender {
  const ids = new Set<string>()
  /** By choice, then by the upstream's index. */
  const calls = new Map<number, Map<number | undefined, MendedCall>>()

  /** Clients answer a call by its id. */
  function uniqueId(given: string | undefined): string {
    const id = given && !ids.has(given) ? given : newToolCallId()
    ids.add(id)
    return id
  }

  function mendWhole(call: ToolCall): ToolCall {
    const id = uniqueId(call.id)
    return id === call.id ? call : { ...call, id }
  }

  function mendPiece(delta: ToolCallDelta, choice: number): ToolCallDelta {
    const ofChoice = calls.get(choice) ?? new Map<number | undefined, MendedCall>()
    calls.set(choice, ofChoice)
    const known = ofChoice.get(delta.index)
    const call = known ?? { index: ofChoice.size, id: uniqueId(delta.id) }
    ofChoice.set(delta.index, call)
    // Some servers say `null` or nothing at all in its place; to clients that join what they are told, an id would come twice.
    const id = known && !delta.id ? delta.id : call.id
    if (delta.index === call.index && delta.id === id) return delta
    return { ...delta, index: call.index, ...(id !== undefined && { id }) }
  }

  const parters = new Map<number, ReasoningParter>()

  function parted({ index, delta, finish_reason: finish }: ChatCompletionChunk['choices'][number]): ChunkDelta {
    const parter = parters.get(index) ?? createReasoningParter()
    parters.set(index, parter)
    const { content: piece, ...others } = delta
    if (parter.isOver || (typeof piece !== 'string' && !finish)) return delta
    const said = parter.push(piece ?? '')
    const rest = finish ? parter.end() : undefined
    const content = said.content + (rest?.content ?? '')
    const reasoning = said.reasoning + (rest?.reasoning ?? '')
    if (reasoning === '' && content === (piece ?? '')) return delta
    return { ...others, ...(content && { content }), ...(reasoning && { reasoning_content: reasoning }) }
  }

  return {
    get seesAll() {
      return parters.size < taggedChoices || [...parters.values()].some(({ isOver }) => !isOver)
    },
    completion(completion) {
      const choices = mapped(completion.choices, choice => {
        if (!isJsonObject(choice?.message)) return choice
        const message = withReasoning(taggedChoices > 0 ? withoutTags(choice.message) : choice.message)
        const toolCalls = mendedCalls(message.tool_calls, mendWhole)
        const mended = toolCalls === message.tool_calls ? message : { ...message, tool_calls: toolCalls ?? [] }
        return mended === choice.message ? choice : { ...choice, message: mended }
      })
      return choices === completion.choices ? completion : { ...completion, choices }
    },
    chunk(chunk) {
      const choices = mapped(chunk.choices, choice => {
        const delta = withReasoning(taggedChoices > 0 ? parted(choice) : choice.delta)
        const toolCalls = mendedCalls(delta.tool_calls, call => mendPiece(call, choice.index))
        const mended = toolCalls === delta.tool_calls ? delta : { ...delta, tool_calls: toolCalls ?? [] }
        return mended === choice.delta ? choice : { ...choice, delta: mended }
      })
      return choices === chunk.choices ? chunk : { ...chunk, choices }
    },
  }
}

function withoutTags(message: ChatCompletionMessage): ChatCompletionMessage {
  if (typeof message.content !== 'string') return message
  const { reasoning, content } = partReasoning(message.content)
  return content === message.content ? message : { ...message, content: content || null, reasoning_content: reasoning }
}

/** `reasoning` is the name that servers of open models give `reasoning_content`. */
function withReasoning<Said extends Pick<ChunkDelta, 'reasoning_content'>>(said: Said): Said {
  if (!('reasoning' in said) || typeof said.reasoning !== 'string' || said.reasoning_content) return said
  const mended = { ...said, reasoning_content: said.reasoning }
  Reflect.deleteProperty(mended, 'reasoning')
  return mended
}

/** What is no call is passed on for whoever sent it to explain. */
function mendedCalls<Call extends object>(calls: Call[] | undefined, mend: (call: Call) => Call): Call[] | undefined {
  if (!Array.isArray(calls)) return calls
  return mapped(calls, call => (isJsonObject(call) ? mend(call) : call))
}

/** The same array where no item was changed. */
function mapped<Item>(items: Item[], mend: (item: Item) => Item): Item[] {
  const mended = items.map(mend)
  return mended.some((item, index) => item !== items[index]) ? mended : items
}
