import { addThinking, type ThinkingSoFar } from '../stream/join-thinking.ts'
import type { ToolCallDelta } from '../wire/chat-chunk.ts'
import type { Annotation, TokenLogprob } from '../wire/chat-completion.ts'
import type {
  CustomItem,
  FunctionItem,
  ItemStatus,
  MessageItem,
  OutputAnnotation,
  OutputItem,
  OutputPart,
  ReasoningItem,
  ToolSearchItem,
} from '../wire/response-object.ts'
import type { ThinkingBlockDelta } from '../wire/thinking-block.ts'
import { packThinking } from './kept-thinking.ts'
import type { ToolName } from './placed-tools.ts'

/** Takes an event of a streamed response: its type, and its members but the number. */
export type Tell = (type: string, members: object) => void

/** Where an item stands in its response, and who is told of it. */
export interface Place {
  readonly index: number
  /** What ids of the response's items have in common. */
  readonly base: string
  readonly tell: Tell
  /** What tools are called, by what the chat calls them. */
  readonly toolNames: ReadonlyMap<string, ToolName>
}

/** An item that pieces are still added to. */
export abstract class OpenItem {
  protected readonly id: string
  protected readonly place: Place

  constructor(place: Place, prefix: string) {
    this.place = place
    this.id = `${prefix}_${place.base}_${place.index}`
  }

  /** As it stands. */
  abstract snapshot(status: ItemStatus): OutputItem

  /** The last events of what it is made of. */
  protected abstract endParts(): void

  begin(): void {
    this.place.tell('response.output_item.added', this.itemOf('in_progress'))
  }

  /** Tells its end, and gives it as it stays. */
  close(status: ItemStatus): OutputItem {
    this.endParts()
    const members = this.itemOf(status)
    this.place.tell('response.output_item.done', members)
    return members.item
  }

  protected tell(type: string, members: object): void {
    this.place.tell(`response.${type}`, { item_id: this.id, output_index: this.place.index, ...members })
  }

  private itemOf(status: ItemStatus): { readonly output_index: number; readonly item: OutputItem } {
    return { output_index: this.place.index, item: this.snapshot(status) }
  }
}

/** What a model thinks: its text, and the blocks that have to go back to it. */
export class OpenReasoning extends OpenItem {
  private text: string | undefined
  private readonly blocks: ThinkingSoFar = { thinking: [], thinkingAt: new Map() }

  constructor(place: Place) {
    super(place, 'rs')
  }

  add(text: string | null | undefined, blocks: readonly ThinkingBlockDelta[]): void {
    for (const block of blocks) addThinking(this.blocks, block)
    if (!text) return
    if (this.text === undefined) {
      this.text = ''
      this.tell('reasoning_summary_part.added', { summary_index: 0, part: { type: 'summary_text', text: '' } })
    }
    this.text += text
    this.tell('reasoning_summary_text.delta', { summary_index: 0, delta: text })
  }

  override snapshot(status: ItemStatus): ReasoningItem {
    const { thinking } = this.blocks
    return {
      id: this.id,
      type: 'reasoning',
      summary: this.text === undefined ? [] : [{ type: 'summary_text', text: this.text }],
      ...(thinking.length > 0 && { encrypted_content: packThinking(thinking) }),
      status,
    }
  }

  protected override endParts(): void {
    const { text } = this
    if (text === undefined) return
    this.tell('reasoning_summary_text.done', { summary_index: 0, text })
    this.tell('reasoning_summary_part.done', { summary_index: 0, part: { type: 'summary_text', text } })
  }
}

/** What a model says: text, or that it declines. */
export class OpenMessage extends OpenItem {
  private readonly parts: OutputPart[] = []
  private text = ''
  private kind: OutputPart['type'] | undefined
  private logprobs: TokenLogprob[] = []
  private annotations: OutputAnnotation[] = []

  constructor(place: Place) {
    super(place, 'msg')
  }

  addText(delta: string, logprobs: readonly TokenLogprob[] = []): void {
    this.partOf('output_text')
    this.text += delta
    this.logprobs.push(...logprobs)
    this.tell('output_text.delta', { content_index: this.parts.length, delta, logprobs })
  }

  addRefusal(delta: string): void {
    this.partOf('refusal')
    this.text += delta
    this.tell('refusal.delta', { content_index: this.parts.length, delta })
  }

  annotate(annotations: readonly Annotation[]): void {
    this.partOf('output_text')
    for (const { type, url_citation } of annotations) {
      const annotation = { type, ...url_citation }
      const place = { content_index: this.parts.length, annotation_index: this.annotations.length }
      this.annotations.push(annotation)
      this.tell('output_text.annotation.added', { ...place, annotation })
    }
  }

  override snapshot(status: ItemStatus): MessageItem {
    const content = this.kind ? [...this.parts, this.openPart(this.kind)] : [...this.parts]
    return { id: this.id, type: 'message', status, role: 'assistant', content }
  }

  protected override endParts(): void {
    const { kind, text, logprobs, parts } = this
    if (!kind) return
    const content_index = parts.length
    const part = this.openPart(kind)
    if (kind === 'refusal') this.tell('refusal.done', { content_index, refusal: text })
    else this.tell('output_text.done', { content_index, text, logprobs })
    this.tell('content_part.done', { content_index, part })
    parts.push(part)
    this.kind = undefined
    this.text = ''
    this.logprobs = []
    this.annotations = []
  }

  private partOf(kind: OutputPart['type']): void {
    if (this.kind === kind) return
    this.endParts()
    this.kind = kind
    this.tell('content_part.added', { content_index: this.parts.length, part: this.openPart(kind) })
  }

  private openPart(kind: OutputPart['type']): OutputPart {
    const { text, annotations, logprobs } = this
    return kind === 'refusal' ? { type: kind, refusal: text } : { type: kind, text, annotations, logprobs }
  }
}

/** A tool call. */
export class OpenCall extends OpenItem {
  /** Which of the chat's calls it is. */
  readonly number: number
  private readonly isCustom: boolean
  private callId: string
  private name = ''
  private text = ''

  constructor(place: Place, { index, id, type, custom }: ToolCallDelta) {
    const isCustom = type === 'custom' || custom !== undefined
    super(place, isCustom ? 'ctc' : 'fc')
    this.number = index
    this.isCustom = isCustom
    this.callId = id ?? ''
  }

  /** The name comes first, and is in what tells of the item's beginning. */
  nameFrom({ id, function: called, custom }: ToolCallDelta): void {
    this.callId ||= id ?? ''
    this.name += called?.name ?? custom?.name ?? ''
  }

  add({ function: called, custom }: ToolCallDelta): void {
    const delta = called?.arguments ?? custom?.input ?? ''
    if (delta === '') return
    this.text += delta
    if (this.called === 'search') return
    this.tell(this.isCustom ? 'custom_tool_call_input.delta' : 'function_call_arguments.delta', { delta })
  }

  override snapshot(status: ItemStatus): FunctionItem | CustomItem | ToolSearchItem {
    const { id, callId: call_id, called, text } = this
    if (called === 'search') {
      return {
        id,
        type: 'tool_search_call',
        status,
        call_id,
        execution: 'client',
        arguments: writtenValue(text || '{}'),
      }
    }
    return this.isCustom
      ? { id, type: 'custom_tool_call', status, call_id, ...called, input: text }
      : { id, type: 'function_call', status, call_id, ...called, arguments: text }
  }

  protected override endParts(): void {
    const { called, text } = this
    if (called === 'search') return
    if (this.isCustom) this.tell('custom_tool_call_input.done', { input: text })
    else this.tell('function_call_arguments.done', { name: called.name, arguments: text })
  }

  private get called(): ToolName {
    return this.place.toolNames.get(this.name) ?? { name: this.name }
  }
}

/** A model may write what is no JSON: whoever asked sees it as it is. */
function writtenValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
