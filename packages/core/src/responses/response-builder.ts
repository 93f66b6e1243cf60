import { GatewayError } from '../errors.ts'
import type { ChatCompletionChunk, ChunkChoice, ToolCallDelta } from '../wire/chat-chunk.ts'
import type { ItemStatus, OutputItem, ResponseFault, ResponseObject, ResponseStatus } from '../wire/response-object.ts'
import type { ResponsesRequest } from '../wire/responses-request.ts'
import { shownReasoning } from '../wire/shown-reasoning.ts'
import type { ThinkingBlockDelta } from '../wire/thinking-block.ts'
import type { Usage } from '../wire/usage.ts'
import { OpenCall, type OpenItem, OpenMessage, OpenReasoning, type Place, type Tell } from './open-item.ts'
import { placedTools, type ToolName } from './placed-tools.ts'
import { incompleteBy, repeated, toResponseUsage } from './response-envelope.ts'
import { toResponseFault } from './response-fault.ts'

/** Of the chunks' heads, the first; what it lacks is as it was asked for. */
type Head = Pick<ChatCompletionChunk, 'id' | 'created' | 'model'>

/** Whose response it is. */
interface ResponseBuilderOptions {
  readonly request: ResponsesRequest
  /** The response's id where its chunks have none, as where none came. */
  readonly callId: string
  /** Default: nobody is told. */
  readonly tell?: Tell | undefined
}

/**
 * Makes a response of a chat's chunks, and tells of each step what a streamed one does. What the model thinks, says and calls are items
 * in the order in which they begin; each ends where another begins.
 * @see https://developers.openai.com/api/docs/api-reference/responses-streaming
 */
export class ResponseBuilder {
  readonly #asked: Head
  readonly #repeated: Readonly<Record<string, unknown>>
  readonly #tell: Tell
  readonly #toolNames: ReadonlyMap<string, ToolName>
  readonly #output: OutputItem[] = []
  readonly #extras: Record<string, unknown> = {}
  readonly #callsBegun = new Set<number>()
  readonly #callIds = new Set<string>()
  readonly #thoughtsBegun = new Set<number>()
  #head: Head | undefined
  #open: OpenItem | undefined
  #usage: Usage | undefined
  #finishReason: string | undefined

  constructor({ request, callId, tell = () => undefined }: ResponseBuilderOptions) {
    this.#asked = { id: callId, created: Math.floor(Date.now() / 1000), model: request.model ?? '' }
    this.#repeated = repeated(request)
    this.#tell = tell
    this.#toolNames = new Map(placedTools(request).map(({ tool, called }) => [tool.name, called]))
  }

  /** @throws {GatewayError} `upstream_bad_response` where a call or a thought goes on behind the next item. */
  add(chunk: ChatCompletionChunk): void {
    // Azure's first chunk has a verdict on the prompt, and no head.
    if (!this.#head && (chunk.id || chunk.choices.length > 0)) this.#begin(chunk)
    if (chunk.usage) this.#usage = chunk.usage
    for (const name of extraNames) if (chunk[name]) this.#extras[name] = chunk[name]
    for (const choice of chunk.choices) if (choice?.index === 0) this.#addChoice(choice)
  }

  /** Tells the end of an answer that is whole, and gives it. */
  end(): ResponseObject {
    if (!this.#head) this.#begin(this.#asked)
    const status = incompleteBy(this.#finishReason) ? 'incomplete' : 'completed'
    this.#close(status)
    const response = this.#response(status)
    this.#tell(`response.${status}`, { response })
    return response
  }

  /**
   * Tells the end of an answer that is none, whether or not it had begun: an `error`, which clients throw, and the response as it failed.
   * The open item has no end: a client that is told of a call's makes the call.
   */
  fail(error: GatewayError): void {
    const body = error.toBody()
    const { code, message, param } = body.error
    if (!this.#head) this.#begin(this.#asked)
    if (this.#open) this.#output.push(this.#open.snapshot('incomplete'))
    this.#tell('error', { code, message, param, ...body })
    this.#tell('response.failed', { response: this.#response('failed', toResponseFault(error)) })
  }

  #begin({ id, created, model }: Head): void {
    const asked = this.#asked
    // One that is no text would trip whoever tells of the failure, too, and the answer have no end.
    this.#head = { id: String(id || asked.id), created: created || asked.created, model: model || asked.model }
    for (const type of ['response.created', 'response.in_progress']) {
      this.#tell(type, { response: this.#response('in_progress') })
    }
  }

  #addChoice({ delta, logprobs, finish_reason }: ChunkChoice): void {
    // The last chunk of some servers has none.
    if (delta) {
      const { thinking_blocks, content, refusal, annotations, tool_calls } = delta
      const thought = shownReasoning(delta)
      if (thought || thinking_blocks?.length) this.#addThought(thought, thinking_blocks ?? [])
      if (content) this.#as(OpenMessage).addText(content, logprobs?.content ?? [])
      if (refusal) this.#as(OpenMessage).addRefusal(refusal)
      if (annotations?.length) this.#as(OpenMessage).annotate(annotations)
      for (const call of tool_calls ?? []) this.#addCall(call)
    }
    if (!finish_reason) return
    this.#finishReason = finish_reason
    this.#close(incompleteBy(finish_reason) ? 'incomplete' : 'completed')
  }

  /** The open item, if it is of this kind, or a new one. */
  #as<Item extends OpenItem>(Kind: new (place: Place) => Item): Item {
    if (this.#open instanceof Kind) return this.#open
    return this.#opened(place => new Kind(place))
  }

  /** A block in two items would have its signature apart from the text that it covers, and the next turn be refused. */
  #addThought(text: string | null | undefined, blocks: readonly ThinkingBlockDelta[]): void {
    const goesOn = this.#open instanceof OpenReasoning
    for (const { index } of blocks) {
      if (index === undefined) continue
      if (!goesOn && this.#thoughtsBegun.has(index)) throw mixed('thought')
      this.#thoughtsBegun.add(index)
    }
    this.#as(OpenReasoning).add(text, blocks)
  }

  #addCall(delta: ToolCallDelta): void {
    const { index } = delta
    const open = this.#open
    const begins = this.#begins(delta)
    if (!begins && open instanceof OpenCall && open.number === index) {
      open.nameFrom(delta)
      open.add(delta)
      return
    }
    if (!begins && this.#callsBegun.has(index)) throw mixed('tool call')
    this.#callsBegun.add(index)
    this.#opened(place => {
      const call = new OpenCall(place, delta)
      call.nameFrom(delta)
      return call
    }).add(delta)
  }

  /** Gemini numbers all calls 0; that a call is another one, its id and name tell. */
  #begins({ id, function: called, custom }: ToolCallDelta): boolean {
    if (!id || this.#callIds.has(id)) return false
    this.#callIds.add(id)
    return Boolean(called?.name ?? custom?.name)
  }

  #opened<Item extends OpenItem>(open: (place: Place) => Item): Item {
    this.#close('completed')
    const item = open({ index: this.#output.length, base: this.#base, tell: this.#tell, toolNames: this.#toolNames })
    item.begin()
    this.#open = item
    return item
  }

  #close(status: ItemStatus): void {
    if (this.#open) this.#output.push(this.#open.close(status))
    this.#open = undefined
  }

  get #base(): string {
    const { id } = this.#head ?? this.#asked
    return id
      .replace(/^chatcmpl-/, '')
      .replace(/[^\w-]/g, '')
      .slice(0, longestBase)
  }

  #response(status: ResponseStatus, error: ResponseFault | null = null): ResponseObject {
    const { created, model } = this.#head ?? this.#asked
    return {
      id: `resp_${this.#base}`,
      object: 'response',
      created_at: created,
      status,
      error,
      incomplete_details: error ? null : incompleteBy(this.#finishReason),
      model,
      output: [...this.#output],
      ...this.#repeated,
      ...this.#extras,
      usage: this.#usage ? toResponseUsage(this.#usage) : null,
    }
  }
}

function mixed(what: string): GatewayError {
  return new GatewayError(
    'upstream_bad_response',
    `The upstream went on with a ${what} after it had begun the next item; such a stream cannot be told as a response.`,
  )
}

/** OpenAI takes ids of items back that have 64 characters at most. */
const longestBase = 48

/** What a chunk may tell of the whole answer, and a response holds by the same name. */
const extraNames = ['service_tier', 'moderation', 'trace', 'additional_model_response_fields'] as const
