import {
  type AnswerTrace,
  bytesPerToken,
  type ChatCompletionChunk,
  type ChunkDelta,
  type FinishReason,
  type StreamFacts,
} from '@modelgate/core'
import { pricedTierOf, serviceTierOf } from '../request/service-tier.ts'
import type { AnswerDelta, ConverseEvent, ConverseEventPayload } from '../wire/converse-answer-wire.ts'
import { routedModelOf, toTrace } from './answer-trace.ts'
import { type AnswerHead, serverToolUse } from './converse-response.ts'
import { nativeFieldsOf } from './native-fields.ts'
import { toFinishReason, unreadable } from './stop-reason.ts'
import { StreamedCalls } from './streamed-calls.ts'
import { StreamedText } from './streamed-text.ts'
import { toUsage } from './usage.ts'

/** Turns the events of one Converse stream into chunks. Holds state, does no I/O. */
export interface StreamTranslator {
  /** What was learned so far; `terminal` from `messageStop` on, or `fault` where that ended an answer which holds nothing. */
  readonly facts: StreamFacts
  /** What an event says. Nearly all say text: a chunk is made of it only for who looks at it. */
  say(event: ConverseEvent): Said[]
  /** The same as chunks. */
  translate(event: ConverseEvent): ChatCompletionChunk[]
  chunkOf(said: Said): ChatCompletionChunk
  /** Its chunk as a server-sent event, with the JSON of `JSON.stringify`; of text in a fraction of its time. */
  encode(said: Said): string
}

/** A chunk, or the text of one that holds nothing else; never empty. */
export type Said = ChatCompletionChunk | string

/** What one stream is translated with. */
export interface TranslatorOptions {
  readonly head: AnswerHead
  /** Whether the client asked for a usage chunk; all others then carry `usage: null`. */
  readonly includeUsage: boolean
}

/**
 * A translator for one answer. Event order as Bedrock sends it: messageStart, per block (start only for tools) deltas and stop,
 * messageStop, metadata; metadata before messageStop is taken, too.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
export function createStreamTranslator(options: TranslatorOptions): StreamTranslator {
  return new ConverseTranslator(options)
}

type Payload = ConverseEventPayload
type ReasoningDelta = NonNullable<AnswerDelta['reasoningContent']>

class ConverseTranslator implements StreamTranslator {
  readonly facts: StreamFacts
  readonly #head: AnswerHead
  readonly #includeUsage: boolean
  readonly #text: StreamedText
  /** Made with the first: most answers call no tool. */
  #calls: StreamedCalls | undefined
  /** The numbers of the thinking blocks that are open, by `contentBlockIndex`. */
  #thinking: Map<number, number> | undefined
  #thinkingCount = 0
  #started = false
  #usageSent = false
  /** The event of a chunk that holds text alone: what stands before the text, and after it. */
  #aroundText: readonly [before: string, after: string] | undefined
  #tier: Pick<ChatCompletionChunk, 'service_tier'> = {}
  #trace: AnswerTrace | undefined
  /** What was said, thought and called so far. */
  #characters = 0
  /** Of the first piece, for all: measuring each would cost more than adding it up. */
  #bytesPerCharacter = 0

  constructor({ head, includeUsage }: TranslatorOptions) {
    const completionTokensPassed = (): number => this.#tokensPassed()
    this.facts = { terminal: false, responseModel: head.model, responseId: head.id, completionTokensPassed }
    this.#head = head
    this.#includeUsage = includeUsage
    this.#text = new StreamedText(head)
  }

  say({ type, payload }: ConverseEvent): Said[] {
    if (type === 'metadata') return this.#metadata(payload)
    // Unknown events are skipped: AWS adds new ones. After the finish nothing more may be said.
    if (this.facts.terminal || this.facts.fault) return []
    const said = this.#said(type, payload)
    if (!said || this.#started) return said ?? []
    this.#started = true
    return [this.#chunk({ role: 'assistant', content: '' }), ...said]
  }

  /** `undefined` for an event that says nothing to us. */
  #said(type: string, payload: Payload): Said[] | undefined {
    switch (type) {
      case 'contentBlockDelta':
        return this.#addToBlock(payload)
      case 'messageStart':
        return []
      case 'contentBlockStart':
        return this.#openBlock(payload)
      case 'contentBlockStop':
        return this.#closeBlock(payload)
      case 'messageStop':
        return this.#stop(payload)
      default:
        return undefined
    }
  }

  translate(event: ConverseEvent): ChatCompletionChunk[] {
    return this.say(event).map(said => this.chunkOf(said))
  }

  chunkOf(said: Said): ChatCompletionChunk {
    return typeof said === 'string' ? this.#chunk({ content: said }) : said
  }

  encode(said: Said): string {
    if (typeof said !== 'string') return toEvent(said)
    this.#aroundText ??= this.#splitAtText()
    return this.#aroundText[0] + JSON.stringify(said) + this.#aroundText[1]
  }

  /** The last one: before it stand the id and the model, which callers choose, and after it nothing that varies. */
  #splitAtText(): readonly [before: string, after: string] {
    const empty = toEvent(this.#chunk({ content: '' }))
    const at = empty.lastIndexOf('"content":""') + '"content":'.length
    return [empty.slice(0, at), empty.slice(at + '""'.length)]
  }

  #openBlock({ contentBlockIndex: block = 0, start }: Payload): Said[] {
    const tool = start?.toolUse
    // Tools that Bedrock runs itself are no calls for the client to answer; their deltas find no call to join.
    if (tool?.type === serverToolUse) this.facts.unpriced = true
    if (!tool || tool.type === serverToolUse) return []
    this.#calls ??= new StreamedCalls(this.#head)
    return this.#say(this.#calls.begin(block, tool))
  }

  #addToBlock({ contentBlockIndex: block = 0, delta }: Payload): Said[] {
    if (delta?.text) {
      this.#count(delta.text)
      const content = this.#text.add(block, delta.text)
      return content === '' ? [] : [content]
    }
    if (delta?.reasoningContent) return this.#reasoning(block, delta.reasoningContent)
    if (delta?.citation) this.#text.cite(block, delta.citation)
    const fragment = delta?.toolUse?.input
    if (!fragment) return []
    this.#count(fragment)
    return this.#say(this.#calls?.add(block, fragment))
  }

  #count(text: string): void {
    this.#bytesPerCharacter ||= Buffer.byteLength(text) / text.length
    this.#characters += text.length
  }

  #tokensPassed(): number {
    return Math.ceil((this.#characters * this.#bytesPerCharacter) / bytesPerToken)
  }

  #reasoning(block: number, { text, signature, redactedContent: data }: ReasoningDelta): Said[] {
    if (data) return this.#say({ thinking_blocks: [{ type: 'redacted_thinking', data, index: this.#thinkingCount++ }] })
    if (!text && !signature) return []
    if (text) this.#count(text)
    this.#thinking ??= new Map()
    const index = this.#thinking.get(block) ?? this.#thinkingCount++
    this.#thinking.set(block, index)
    const thinking = { type: 'thinking', thinking: text ?? '', ...(signature && { signature }), index } as const
    return this.#say({ ...(text && { reasoning_content: text }), thinking_blocks: [thinking] })
  }

  #closeBlock({ contentBlockIndex: block = 0 }: Payload): Said[] {
    this.#thinking?.delete(block)
    const annotations = this.#text.end(block)
    return this.#say(annotations.length > 0 ? { annotations } : this.#calls?.end(block))
  }

  #stop({ stopReason, additionalModelResponseFields }: Payload): Said[] {
    const { count = 0, calledFunction = false, answersByTool = false } = this.#calls ?? {}
    const last = [...(this.#calls?.endAll() ?? []), ...this.#text.endAll(answersByTool)]
    // Text beside the tool call that is the answer would spoil its JSON; as reasoning it is not lost.
    const aside = (answersByTool ? this.#text.held : '') + (this.#calls?.aside ?? '')
    if (aside) last.push({ reasoning_content: aside })
    const fault = unreadable(stopReason, !this.#text.hasContent && count === 0 && !answersByTool)
    if (fault) {
      this.facts.fault = fault
      return []
    }
    const finishReason = toFinishReason(stopReason, count > 0, calledFunction)
    this.facts.terminal = true
    this.facts.finishReason = finishReason
    const finish = { ...this.#chunk({}, finishReason), ...nativeFieldsOf({ additionalModelResponseFields }) }
    return [...last.flatMap(delta => this.#say(delta)), finish, ...this.#rest()]
  }

  #metadata({ usage, serviceTier, performanceConfig, trace }: Payload): Said[] {
    this.facts.usage = toUsage(usage) ?? this.facts.usage
    this.facts.responseModel = routedModelOf(trace) ?? this.facts.responseModel
    this.#tier = serviceTierOf(serviceTier)
    this.facts.serviceTier = pricedTierOf({ serviceTier, performanceConfig })
    this.#trace = toTrace(trace)
    return this.#rest()
  }

  /** What comes after the finish; early metadata waits for it. The usage chunk is the last one. */
  #rest(): Said[] {
    const { terminal, usage } = this.facts
    const trace = this.#trace && { trace: this.#trace }
    if (!terminal) return []
    if (this.#includeUsage && usage && !this.#usageSent) {
      this.#usageSent = true
      this.#trace = undefined
      return [{ ...this.#base(), choices: [], usage, ...this.#tier, ...trace }]
    }
    this.#trace = undefined
    // Clients that did not ask for usage may look for a choice in every chunk.
    return trace ? [{ ...this.#chunk({}), ...trace }] : []
  }

  #say(delta: ChunkDelta | undefined): Said[] {
    return delta ? [this.#chunk(delta)] : []
  }

  #chunk(delta: ChunkDelta, finish_reason: FinishReason | null = null): ChatCompletionChunk {
    const choices = [{ index: 0, delta, finish_reason, logprobs: null }]
    return { ...this.#base(), choices, ...(this.#includeUsage && { usage: null }) }
  }

  #base(): Pick<ChatCompletionChunk, 'id' | 'object' | 'created' | 'model'> {
    const { id, created, model } = this.#head
    return { id, object: 'chat.completion.chunk', created, model }
  }
}

function toEvent(chunk: ChatCompletionChunk): string {
  return `data: ${JSON.stringify(chunk)}\n\n`
}
