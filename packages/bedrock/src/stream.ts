import type { ChatCompletionChunk, ChunkDelta, FinishReason, StreamFacts, ToolCallDelta } from '@modelgate/core'
import { type AnswerHead, newToolCallId, serverToolUse } from './converse-response.ts'
import type { AnswerDelta, ConverseEvent, ConverseEventPayload } from './converse-wire.ts'
import { serviceTierOf } from './service-tier.ts'
import { toFinishReason } from './stop-reason.ts'
import { toUsage } from './usage.ts'

/** Turns the events of one Converse stream into chunks. Holds state, does no I/O. */
export interface StreamTranslator {
  /** What was learned so far; `terminal` from `messageStop` on. */
  readonly facts: StreamFacts
  translate(event: ConverseEvent): ChatCompletionChunk[]
  /** A chunk of this translator's as `JSON.stringify` gives it, in a fraction of its time. */
  encode(chunk: ChatCompletionChunk): string
}

/** What one stream is translated with. */
export interface TranslatorOptions {
  readonly head: AnswerHead
  /** Whether the client asked for a usage chunk; all others then carry `usage: null`. */
  readonly includeUsage: boolean
}

/** A tool call that is being streamed. */
interface OpenCall {
  /** Its place among the answer's tool calls: `contentBlockIndex` counts text and reasoning blocks, too. */
  readonly index: number
  hasArguments: boolean
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
type Chunks = ChatCompletionChunk[]

class ConverseTranslator implements StreamTranslator {
  readonly facts: StreamFacts
  readonly #head: AnswerHead
  readonly #includeUsage: boolean
  readonly #calls = new Map<number, OpenCall>()
  #callCount = 0
  #started = false
  #usageSent = false
  /** A chunk that holds text alone, as JSON: what stands before the text, and after it. */
  #aroundText: readonly [before: string, after: string] | undefined
  #tier: Pick<ChatCompletionChunk, 'service_tier'> = {}

  readonly #handlers: Readonly<Record<string, (payload: Payload) => Chunks>> = {
    messageStart: () => [],
    contentBlockStart: payload => this.#openBlock(payload),
    contentBlockDelta: payload => this.#addToBlock(payload),
    contentBlockStop: ({ contentBlockIndex: block = 0 }) => this.#closeBlock(block),
    messageStop: ({ stopReason }) => this.#stop(stopReason),
  }

  constructor({ head, includeUsage }: TranslatorOptions) {
    this.facts = { terminal: false, responseModel: head.model }
    this.#head = head
    this.#includeUsage = includeUsage
  }

  translate({ type, payload }: ConverseEvent): Chunks {
    if (type === 'metadata') return this.#metadata(payload)
    // Unknown events are skipped: AWS adds new ones. After the finish nothing more may be said.
    const handler = this.facts.terminal || !Object.hasOwn(this.#handlers, type) ? undefined : this.#handlers[type]
    if (!handler) return []
    if (this.#started) return handler(payload)
    this.#started = true
    return [this.#chunk({ role: 'assistant', content: '' }), ...handler(payload)]
  }

  encode(chunk: ChatCompletionChunk): string {
    const text = onlyText(chunk)
    if (text === undefined) return JSON.stringify(chunk)
    this.#aroundText ??= this.#splitAtText()
    return this.#aroundText[0] + JSON.stringify(text) + this.#aroundText[1]
  }

  /** The last one: before it stand the id and the model, which callers choose, and after it nothing that varies. */
  #splitAtText(): readonly [before: string, after: string] {
    const empty = JSON.stringify(this.#chunk({ content: '' }))
    const at = empty.lastIndexOf('"content":""') + '"content":'.length
    return [empty.slice(0, at), empty.slice(at + '""'.length)]
  }

  #openBlock({ contentBlockIndex: block = 0, start }: Payload): Chunks {
    const tool = start?.toolUse
    // Tools that Bedrock runs itself are no calls for the client to answer; their deltas find no call to join.
    if (!tool || tool.type === serverToolUse) return []
    const call: OpenCall = { index: this.#callCount++, hasArguments: false }
    this.#calls.set(block, call)
    const name = this.#head.toolNames.fromWire(tool.name ?? '')
    const id = tool.toolUseId || newToolCallId()
    return [this.#callChunk({ index: call.index, id, type: 'function', function: { name, arguments: '' } })]
  }

  #addToBlock({ contentBlockIndex: block = 0, delta }: Payload): Chunks {
    if (delta?.text) return [this.#chunk({ content: delta.text })]
    if (delta?.reasoningContent) return this.#reasoning(delta.reasoningContent)
    const fragment = delta?.toolUse?.input
    const call = this.#calls.get(block)
    if (!fragment || !call) return []
    call.hasArguments = true
    return [this.#callChunk({ index: call.index, function: { arguments: fragment } })]
  }

  #reasoning({ text, signature, redactedContent: data }: NonNullable<AnswerDelta['reasoningContent']>): Chunks {
    if (data) return [this.#chunk({ thinking_blocks: [{ type: 'redacted_thinking', data }] })]
    if (!text && !signature) return []
    const thinking = { type: 'thinking', thinking: text ?? '', ...(signature && { signature }) } as const
    return [this.#chunk({ ...(text && { reasoning_content: text }), thinking_blocks: [thinking] })]
  }

  /** A tool without arguments streams none, or only empty ones; clients parse what they concatenated. */
  #closeBlock(block: number): Chunks {
    const call = this.#calls.get(block)
    this.#calls.delete(block)
    return call && !call.hasArguments ? [this.#callChunk({ index: call.index, function: { arguments: '{}' } })] : []
  }

  #stop(stopReason: string | null | undefined): Chunks {
    const open = [...this.#calls.keys()].flatMap(block => this.#closeBlock(block))
    const finishReason = toFinishReason(stopReason, this.#callCount > 0)
    this.facts.terminal = true
    this.facts.finishReason = finishReason
    return [...open, this.#chunk({}, finishReason), ...this.#usage()]
  }

  #metadata({ usage, serviceTier }: Payload): Chunks {
    this.facts.usage = toUsage(usage) ?? this.facts.usage
    this.#tier = serviceTierOf(serviceTier)
    return this.#usage()
  }

  /** The usage chunk is the last one, so early metadata waits for the finish. */
  #usage(): Chunks {
    const { terminal, usage } = this.facts
    if (!this.#includeUsage || !terminal || !usage || this.#usageSent) return []
    this.#usageSent = true
    return [{ ...this.#base(), choices: [], usage, ...this.#tier }]
  }

  #callChunk(call: ToolCallDelta): ChatCompletionChunk {
    return this.#chunk({ tool_calls: [call] })
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

/** The text of a chunk that holds nothing else. */
function onlyText({ choices: [choice], usage }: ChatCompletionChunk): string | undefined {
  if (!choice || choice.finish_reason !== null || usage) return undefined
  for (const key in choice.delta) if (key !== 'content') return undefined
  return choice.delta.content ?? undefined
}
