import type { ChatMessage } from '../wire/chat-message.ts'
import type { ToolCall } from '../wire/chat-tool.ts'
import type { ContentPart, RefusalPart, TextPart } from '../wire/content-part.ts'
import type {
  CustomToolCallItem,
  FunctionCallItem,
  InputItem,
  InputMessage,
  InputPart,
  ResponsesRequest,
  ToolSearchCallItem,
} from '../wire/responses-request.ts'
import type { ThinkingBlock } from '../wire/thinking-block.ts'
import { unpackThinking } from './kept-thinking.ts'
import { pairedItems } from './paired-items.ts'
import { chatName, namesOf, namespaceTexts, searchName } from './placed-tools.ts'

/** Where a message of the chat stands in the input: errors are told in the caller's own words. */
export interface Origin {
  readonly item: string
  /** What its `content` is called there, where that is something else. */
  readonly content?: string
  /** Where each part of its content stands, and each of its calls: one message may be made of several items. */
  readonly parts?: readonly string[]
  readonly calls?: readonly string[]
}

/** A conversation as a chat's messages. */
interface Conversation {
  readonly messages: readonly ChatMessage[]
  /** Of each message. */
  readonly origins: readonly Origin[]
}

/**
 * The input as messages. What the model said, thought and called without anything of others in between is one assistant message, since
 * a chat's results must follow the message that holds their calls.
 */
export function toMessages(request: Pick<ResponsesRequest, 'instructions' | 'input' | 'tools'>): Conversation {
  const { instructions, input } = request
  const writer = new ConversationWriter()
  if (instructions) writer.add({ role: 'system', content: instructions }, { item: 'instructions' })
  const namespaces = namespaceTexts(request)
  if (namespaces) writer.add({ role: 'system', content: namespaces }, { item: 'tools' })
  if (typeof input === 'string') writer.add({ role: 'user', content: input }, { item: 'input' })
  else for (const { item, index } of pairedItems(input)) writer.addItem(item, `input[${index}]`)
  return writer.end()
}

interface Turn {
  readonly origin: string
  readonly parts: (TextPart | RefusalPart)[]
  readonly calls: ToolCall[]
  readonly partOrigins: string[]
  readonly callOrigins: string[]
  readonly thinking: ThinkingBlock[]
  marks: object
}

class ConversationWriter {
  readonly #messages: ChatMessage[] = []
  readonly #origins: Origin[] = []
  #turn: Turn | undefined

  add(message: ChatMessage, origin: Origin): void {
    this.#closeTurn()
    this.#messages.push(message)
    this.#origins.push(origin)
  }

  addItem(item: InputItem, origin: string): void {
    switch (item.type) {
      case 'reasoning':
        this.#addThoughts(unpackThinking(item.encrypted_content), origin)
        return
      case 'function_call':
      case 'custom_tool_call':
      case 'tool_search_call':
        this.#addCall(item, origin)
        return
      case 'function_call_output':
      case 'custom_tool_call_output': {
        const content = contentOf(item.output) as string | TextPart[]
        const result = { ...extras(item), role: 'tool' as const, tool_call_id: item.call_id, content }
        this.add(result, { item: origin, content: 'output' })
        return
      }
      case 'tool_search_output': {
        const content = namesOf(item.tools) || 'no tool was found'
        this.add({ role: 'tool', tool_call_id: item.call_id, content }, { item: origin, content: 'tools' })
        return
      }
      case 'additional_tools':
        return
      default:
        this.#addMessage(item, origin)
    }
  }

  end(): Conversation {
    this.#closeTurn()
    return { messages: this.#messages, origins: this.#origins }
  }

  #addThoughts(blocks: readonly ThinkingBlock[], origin: string): void {
    const { thinking } = this.#turnFrom(origin)
    // One by one: a call takes some 100,000 arguments.
    for (const block of blocks) thinking.push(block)
  }

  #addMessage(message: InputMessage, item: string): void {
    const { role, content } = message
    if (role !== 'assistant') {
      this.add({ ...extras(message), role, content: contentOf(content) } as ChatMessage, { item })
      return
    }
    const turn = this.#turnFrom(item)
    turn.marks = { ...turn.marks, ...extras(message) }
    for (const [index, part] of partsOf(content).entries()) {
      turn.parts.push(part as TextPart | RefusalPart)
      turn.partOrigins.push(typeof content === 'string' ? `${item}.content` : `${item}.content[${index}]`)
    }
  }

  #addCall(item: CallItem, origin: string): void {
    const turn = this.#turnFrom(origin)
    turn.calls.push(toToolCall(item))
    turn.callOrigins.push(origin)
  }

  #turnFrom(origin: string): Turn {
    this.#turn ??= { origin, parts: [], calls: [], partOrigins: [], callOrigins: [], thinking: [], marks: {} }
    return this.#turn
  }

  #closeTurn(): void {
    const turn = this.#turn
    this.#turn = undefined
    if (!turn) return
    const { origin, parts, calls, partOrigins, callOrigins, thinking, marks } = turn
    // What another API's model thought, and nothing else, is nothing that a chat could hold.
    if (parts.length === 0 && calls.length === 0 && thinking.length === 0) return
    this.#messages.push({
      ...marks,
      role: 'assistant',
      content: parts.length > 0 ? bare(parts) : calls.length > 0 ? null : '',
      ...(calls.length > 0 && { tool_calls: calls }),
      ...(thinking.length > 0 && { thinking_blocks: thinking }),
    })
    this.#origins.push({ item: origin, parts: partOrigins, calls: callOrigins })
  }
}

type CallItem = FunctionCallItem | CustomToolCallItem | ToolSearchCallItem

function toToolCall(item: CallItem): ToolCall {
  const { call_id: id } = item
  if (item.type === 'tool_search_call') {
    return { id, type: 'function', function: { name: searchName, arguments: JSON.stringify(item.arguments) } }
  }
  const name = chatName(item)
  return item.type === 'function_call'
    ? { id, type: 'function', function: { name, arguments: item.arguments } }
    : { id, type: 'custom', custom: { name, input: item.input } }
}

function contentOf(content: string | readonly InputPart[]): string | ContentPart[] {
  return typeof content === 'string' ? content : (bare(partsOf(content)) as string | ContentPart[])
}

function partsOf(content: string | readonly InputPart[]): (ContentPart | RefusalPart)[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content.map(toPart)
}

/** One text alone is no list: some servers that speak OpenAI's language take no other. */
function bare<Part extends ContentPart | RefusalPart>(parts: Part[]): string | Part[] {
  const [part] = parts
  return parts.length === 1 && part?.type === 'text' && Object.keys(part).length === 2 ? part.text : parts
}

function toPart(part: InputPart): ContentPart | RefusalPart {
  switch (part.type) {
    case 'input_image': {
      const { image_url: url, detail } = part
      return { ...extras(part), type: 'image_url', image_url: { url, ...(detail && { detail }) } }
    }
    case 'input_file': {
      const { file_data, file_id, filename } = part
      const file = { ...(file_data && { file_data }), ...(file_id && { file_id }), ...(filename && { filename }) }
      return { ...extras(part), type: 'file', file }
    }
    case 'input_audio':
      return { ...extras(part), type: 'input_audio', input_audio: part.input_audio }
    case 'refusal':
      return { ...extras(part), type: 'refusal', refusal: part.refusal }
    default:
      return { ...extras(part), type: 'text', text: part.text }
  }
}

/** What marks a prompt's cache, which both APIs write alike. */
function extras(value: object): object {
  const { cache_control, prompt_cache_breakpoint } = value as Readonly<Record<string, unknown>>
  return {
    ...(cache_control !== undefined && { cache_control }),
    ...(prompt_cache_breakpoint !== undefined && { prompt_cache_breakpoint }),
  }
}
