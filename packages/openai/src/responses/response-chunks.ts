import {
  bytesPerToken,
  type ChatCompletionChunk,
  type ChunkDelta,
  type FinishReason,
  type StreamFacts,
} from '@modelgate/core'
import type { ResponseEvent, ResponseObject } from './responses-wire.ts'
import {
  between,
  finishReasonOf,
  isCall,
  refusalOf,
  textOf,
  toAnnotations,
  toUsage,
  writtenIn,
} from './to-completion.ts'

/** A call that is being written. */
interface OpenCall {
  readonly index: number
  readonly isCustom: boolean
  /** Characters of what it is called with that have been said. */
  said: number
}

/**
 * Turns the events of one streamed response into a chat's chunks. Holds state, does no I/O. Events that chats have no words for are
 * skipped; a response that failed is an error for whoever reads the events.
 * @see https://developers.openai.com/api/docs/api-reference/responses-streaming
 */
export class ResponseChunks {
  /** `terminal` from the event that ends the response on. */
  readonly facts: StreamFacts
  private readonly includeUsage: boolean
  private head: Pick<ChatCompletionChunk, 'id' | 'created' | 'model' | 'service_tier'>
  private readonly calls = new Map<number, OpenCall>()
  /** The items of messages of which something was said. */
  private readonly spoken = new Set<number>()
  private hasBegun = false
  private lastMessage: number | undefined
  private lastThought: string | undefined
  private bytes = 0

  constructor({ model, includeUsage }: { readonly model: string; readonly includeUsage: boolean }) {
    this.head = { id: '', created: 0, model }
    this.includeUsage = includeUsage
    this.facts = {
      terminal: false,
      responseModel: undefined,
      responseId: undefined,
      serviceTier: undefined,
      completionTokensPassed: () => Math.ceil(this.bytes / bytesPerToken),
    }
  }

  /** The chunks that an event is; none after the response's end. */
  translate(event: ResponseEvent): ChatCompletionChunk[] {
    if (this.facts.terminal) return []
    switch (event.type) {
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        if (this.head.id === '') this.begin(event.response ?? {})
        return []
      case 'response.output_item.added':
        return this.open(event)
      case 'response.output_text.delta':
        return this.speak(event.output_index, event.delta)
      case 'response.refusal.delta':
        return this.decline(event.output_index, event.delta)
      case 'response.reasoning_summary_text.delta':
        return this.think(event)
      case 'response.output_text.annotation.added':
        return toAnnotations(event.annotation).flatMap(annotation => this.say({ annotations: [annotation] }))
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta':
        return this.writeCall(this.calls.get(event.output_index ?? 0), event.delta)
      case 'response.output_item.done':
        return this.close(event)
      case 'response.completed':
      case 'response.incomplete':
        return this.end(event.response ?? {})
      default:
        return []
    }
  }

  private begin({
    id = '',
    created_at: created = 0,
    model = this.head.model,
    service_tier: tier,
  }: ResponseObject): void {
    this.head = {
      id,
      created,
      model,
      ...(tier && { service_tier: tier as NonNullable<ChatCompletionChunk['service_tier']> }),
    }
    this.facts.responseId = id
    this.facts.responseModel = model
  }

  private open({ output_index: at = 0, item }: ResponseEvent): ChatCompletionChunk[] {
    if (!item || !isCall(item)) return []
    const { type, call_id: id = '', name = '' } = item
    const call = { index: this.calls.size, isCustom: type === 'custom_tool_call', said: 0 }
    this.calls.set(at, call)
    const { index } = call
    return this.say({
      tool_calls: call.isCustom
        ? [{ index, id, type: 'custom', custom: { name, input: '' } }]
        : [{ index, id, type: 'function', function: { name, arguments: '' } }],
    })
  }

  /** Some servers write an item at once, and no deltas of it. */
  private close({ output_index: at = 0, item }: ResponseEvent): ChatCompletionChunk[] {
    if (!item) return []
    if (item.type === 'message' && !this.spoken.has(at)) {
      return [...this.speak(at, textOf(item)), ...this.decline(at, refusalOf(item))]
    }
    if (!isCall(item)) return []
    const opened = this.calls.has(at) ? [] : this.open({ output_index: at, item })
    const call = this.calls.get(at)
    return [...opened, ...this.writeCall(call, writtenIn(item).slice(call?.said))]
  }

  private speak(at = 0, text = ''): ChatCompletionChunk[] {
    if (text === '') return []
    const isApart = this.lastMessage !== undefined && this.lastMessage !== at
    this.lastMessage = at
    this.spoken.add(at)
    return this.write(text, { content: isApart ? between + text : text })
  }

  private decline(at = 0, refusal = ''): ChatCompletionChunk[] {
    this.spoken.add(at)
    return this.write(refusal, { refusal })
  }

  private think({ output_index: at = 0, summary_index: part = 0, delta = '' }: ResponseEvent): ChatCompletionChunk[] {
    const isApart = this.lastThought !== undefined && this.lastThought !== `${at}/${part}`
    this.lastThought = `${at}/${part}`
    return this.write(delta, { reasoning_content: isApart ? between + delta : delta })
  }

  private writeCall(call: OpenCall | undefined, text = ''): ChatCompletionChunk[] {
    if (!call) return []
    call.said += text.length
    const { index, isCustom } = call
    return this.write(text, {
      tool_calls: [isCustom ? { index, custom: { input: text } } : { index, function: { arguments: text } }],
    })
  }

  private write(text: string, delta: ChunkDelta): ChatCompletionChunk[] {
    if (text === '') return []
    this.bytes += Buffer.byteLength(text)
    return this.say(delta)
  }

  private end(response: ResponseObject): ChatCompletionChunk[] {
    const { usage, service_tier: tier } = response
    if (this.head.id === '') this.begin(response)
    // Asked for as `auto`, it is known by now which one it was.
    if (tier) this.head = { ...this.head, service_tier: tier as NonNullable<ChatCompletionChunk['service_tier']> }
    const finishReason = finishReasonOf(response, this.calls.size > 0)
    const { facts } = this
    facts.terminal = true
    facts.finishReason = finishReason
    facts.usage = usage ? toUsage(usage) : undefined
    facts.serviceTier = tier ?? undefined
    const last = this.say({}, finishReason)
    if (this.includeUsage && facts.usage) last.push({ ...this.base(), choices: [], usage: facts.usage })
    return last
  }

  private say(delta: ChunkDelta, finish_reason: FinishReason | null = null): ChatCompletionChunk[] {
    const chunk = (said: ChunkDelta): ChatCompletionChunk => ({
      ...this.base(),
      choices: [{ index: 0, delta: said, finish_reason, logprobs: null }],
      ...(this.includeUsage && { usage: null }),
    })
    if (this.hasBegun) return [chunk(delta)]
    this.hasBegun = true
    return [chunk({ role: 'assistant', content: '', ...delta })]
  }

  private base(): Pick<ChatCompletionChunk, 'id' | 'object' | 'created' | 'model' | 'service_tier'> {
    return { ...this.head, object: 'chat.completion.chunk' }
  }
}
