import type { LineBound } from '../batch-provider.ts'
import type { Call } from '../contract.ts'
import { isChat } from '../is-chat.ts'
import type { ChatMessage } from '../wire/chat-message.ts'
import type { ChatCompletionRequest } from '../wire/chat-request.ts'
import type { EmbeddingsRequest } from '../wire/embeddings.ts'
import { answeredSoundTokens, embeddedMediaTokens, mediaTokens } from './media-tokens.ts'

/** The most tokens that a call may use, apart: they have prices of their own. */
export interface UsageBound {
  /** Of all upstream prompts: an upstream that gives one answer at a time is given the prompt as often as there are answers. */
  readonly promptTokens: number
  /** Of all answers. */
  readonly completionTokens: number
}

/** The most tokens a call may use, prompt and completion together. */
export function tokenBound(call: Call, cap: number): number {
  const { promptTokens, completionTokens } = usageBound(call, cap)
  return promptTokens + completionTokens
}

/**
 * The most tokens a call may use: a token is never less than a byte of text, so the bytes of all that a model is given, those that a
 * layer may yet add, a maximum for whatever is no text, and the output cap: all for each of the answers asked for, since an upstream that
 * gives one at a time is given the prompt as often. `cap` is in tokens.
 */
export function usageBound(call: Call, cap: number): UsageBound {
  if (isChat(call)) {
    const { request, context } = call
    const answers = request.n ?? 1
    const promptTokens = promptBound(request, context.source?.length) + context.addableTokens + addedTokens(request)
    return { promptTokens: answers * promptTokens, completionTokens: answers * cap }
  }
  if (!isEmbeddings(call)) return { promptTokens: bytesIn(call.request), completionTokens: 0 }
  const { input, model: _model, ...rest } = call.request
  return { promptTokens: bytesIn(rest) + inputBound(input), completionTokens: 0 }
}

/** The most tokens that a request may use which is a line of a file; `undefined` of its answers where it has no output cap. */
export function lineBound(request: ChatCompletionRequest, length: number): LineBound {
  const answers = request.n ?? 1
  const cap = Math.max(request.max_completion_tokens ?? 0, request.max_tokens ?? 0)
  return {
    promptTokens: answers * (promptBound(request, length) + addedTokens(request)),
    completionTokens: cap > 0 ? answers * cap : undefined,
  }
}

/**
 * Instructions that come on top where there are tools, or a form of the answer, which may be asked for by a tool: the longest that
 * are told of are 530. https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview
 */
const toolInstructionTokens = 1_000

function addedTokens({ tools, functions, response_format }: ChatCompletionRequest): number {
  return tools || functions || response_format ? toolInstructionTokens : 0
}

/** Of all the request: what an unknown field holds, a model may be given, too. `length` is that of its JSON, where it came as such. */
function promptBound(request: ChatCompletionRequest, length: number | undefined): number {
  // As JSON the text is no shorter, and its length is known; but a picture in it would count as so much text.
  if (length !== undefined && !request.messages.some(hasMedia)) return length
  const { messages, ...rest } = request
  let total = bytesIn(rest)
  for (const message of messages) total += messageBound(message)
  return total
}

function hasMedia(message: ChatMessage): boolean {
  if (answeredSoundTokens(message) > 0) return true
  return Array.isArray(message.content) && message.content.some(part => mediaTokens(part) !== undefined)
}

function messageBound(message: ChatMessage): number {
  const { content, ...rest } = message
  let total = bytesIn(rest) + answeredSoundTokens(message)
  if (!Array.isArray(content)) return total + bytesIn(content)
  for (const part of content) total += mediaTokens(part) ?? bytesIn(part)
  return total
}

/** What stands around a value in a prompt: quotes, a name, a place in a list. */
const aroundValue = 4

/** UTF-8 bytes of all text in a value, the names of its members included. A request is at most 64 levels deep. */
function bytesIn(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value) + aroundValue
  if (typeof value !== 'object' || value === null) return String(value).length + aroundValue
  let bytes = aroundValue
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) bytes += Buffer.byteLength(name) + bytesIn(member)
  }
  return bytes
}

function inputBound(input: EmbeddingsRequest['input']): number {
  if (typeof input === 'string') return itemBound(input)
  let total = 0
  for (const item of input) {
    if (typeof item === 'number') total += 1
    else total += typeof item === 'string' ? itemBound(item) : item.length + aroundValue
  }
  return total
}

function itemBound(item: string): number {
  return embeddedMediaTokens(item) ?? bytesIn(item)
}

function isEmbeddings(call: Call): call is Call<'embeddings'> {
  return call.operation === 'embeddings'
}
