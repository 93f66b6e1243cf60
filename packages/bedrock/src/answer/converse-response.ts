import { randomUUID } from 'node:crypto'
import {
  type Annotation,
  type ChatCompletion,
  type ChatCompletionMessage,
  type FunctionCall,
  GatewayError,
  type ThinkingBlock,
  type ToolCall,
} from '@modelgate/core'
import { createCallPlaces } from '../request/call-places.ts'
import { serviceTierOf } from '../request/service-tier.ts'
import { customInputOf } from '../tools/custom-input.ts'
import type { AnswerBlock, AnswerCitation, ConverseAnswer } from '../wire/converse-answer-wire.ts'
import type { AnswerRules } from './answer-rules.ts'
import { toTrace } from './answer-trace.ts'
import { toAnnotations } from './citations.ts'
import { nativeFieldsOf } from './native-fields.ts'
import { toFinishReason, unreadable } from './stop-reason.ts'
import { stripFences } from './strip-fences.ts'
import { toUsage } from './usage.ts'
import { unwrapRoot } from './wrapped-root.ts'

/** What all chunks of an answer share, and what reading it needs. */
export interface AnswerHead extends AnswerRules {
  readonly id: string
  /** Unix seconds. */
  readonly created: number
  readonly model: string
}

/**
 * A whole Converse answer as a chat completion.
 * @throws {GatewayError} `upstream_bad_response` for an answer without a message, or with nothing that Bedrock could read.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_ResponseSyntax
 */
export function toChatCompletion(answer: ConverseAnswer, head: AnswerHead): ChatCompletion {
  const message = toMessage(blocksOf(answer), head)
  const { tool_calls: calls, function_call: call } = message
  const hasCalls = calls !== undefined || Boolean(call)
  const usage = toUsage(answer.usage)
  const fault = unreadable(answer.stopReason, message.content === null && !hasCalls, usage)
  if (fault) throw fault
  const trace = toTrace(answer.trace)
  return {
    id: head.id,
    object: 'chat.completion',
    created: head.created,
    model: head.model,
    choices: [
      {
        index: 0,
        message,
        finish_reason: toFinishReason(answer.stopReason, hasCalls, Boolean(call)),
        logprobs: null,
      },
    ],
    ...(usage && { usage }),
    ...serviceTierOf(answer.serviceTier),
    ...(trace && { trace }),
    ...nativeFieldsOf(answer),
  }
}

/** @throws {GatewayError} `upstream_bad_response` for an answer without a message. */
export function blocksOf(answer: ConverseAnswer): readonly AnswerBlock[] {
  const blocks = answer.output?.message?.content
  if (Array.isArray(blocks)) return blocks
  throw new GatewayError('upstream_bad_response', 'Bedrock answered without a message.')
}

function toMessage(blocks: readonly AnswerBlock[], rules: AnswerRules): ChatCompletionMessage {
  const text = blocks.map(textOf).join('')
  const thinking = blocks.flatMap(toThinkingBlocks)
  const { calls, functionCall, answer, aside } = blocks.some(isCall) ? readCalls(blocks, rules) : noCalls
  const reasoning = blocks.map(({ reasoningContent }) => reasoningContent?.reasoningText?.text ?? '').join('')
  // Text beside the tool call that is the answer would spoil its JSON; as reasoning it is not lost.
  const shown = answer === undefined ? reasoning : reasoning + text + aside
  const annotations = answer === undefined && blocks.some(isCited) ? annotationsOf(blocks) : []
  return {
    role: 'assistant',
    content: answer ?? contentOf(text, rules),
    refusal: null,
    ...(shown && { reasoning_content: shown }),
    ...(thinking.length > 0 && { thinking_blocks: thinking }),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(functionCall && { function_call: functionCall }),
    ...(annotations.length > 0 && { annotations }),
  }
}

function contentOf(text: string, { stripFences: strips }: AnswerRules): string | null {
  return (strips ? stripFences(text) : text) || null
}

/** What a block says to the reader. */
export function textOf({ text, citationsContent }: AnswerBlock): string {
  return text ?? (citationsContent?.content ?? []).map(part => part.text ?? '').join('')
}

/** What a block's text rests on. */
export function citationsOf({ citationsContent }: AnswerBlock): readonly AnswerCitation[] {
  return citationsContent?.citations ?? []
}

function isCall({ toolUse }: AnswerBlock): boolean {
  return toolUse !== undefined
}

function isCited({ citationsContent }: AnswerBlock): boolean {
  return Boolean(citationsContent)
}

function annotationsOf(blocks: readonly AnswerBlock[]): Annotation[] {
  let start = 0
  return blocks.flatMap(block => {
    const end = start + textOf(block).length
    const annotations = citationsOf(block).flatMap(citation => toAnnotations(citation, { start, end }))
    start = end
    return annotations
  })
}

function toThinkingBlocks({ reasoningContent }: AnswerBlock): ThinkingBlock[] {
  if (reasoningContent?.redactedContent) return [{ type: 'redacted_thinking', data: reasoningContent.redactedContent }]
  const { text, signature } = reasoningContent?.reasoningText ?? {}
  return text || signature ? [{ type: 'thinking', thinking: text ?? '', ...(signature && { signature }) }] : []
}

/** The tool calls of a whole answer, by what becomes of them. */
interface ReadCalls {
  readonly calls: ToolCall[]
  functionCall?: FunctionCall
  /** The JSON that is the answer's content. */
  answer?: string
  aside: string
}

const noCalls: ReadCalls = { calls: [], aside: '' }

function readCalls(blocks: readonly AnswerBlock[], rules: AnswerRules): ReadCalls {
  const read: ReadCalls = { calls: [], aside: '' }
  const placeOf = createCallPlaces(rules)
  for (const { toolUse } of blocks) {
    // Tools that Bedrock ran itself are no calls for the client to answer.
    if (!toolUse || toolUse.type === serverToolUse) continue
    const { name: wireName = '', input } = toolUse
    const place = placeOf(wireName)
    if (place === 'leftOut') continue
    const json = JSON.stringify(rules.wrappedTools?.has(wireName) ? unwrapRoot(input ?? {}) : (input ?? {}))
    const name = rules.toolNames.fromWire(wireName)
    const id = toolUse.toolUseId || newToolCallId()
    if (place === 'content') read.answer = rules.wrappedRoot ? JSON.stringify(unwrapRoot(input ?? {})) : json
    else if (place === 'aside') read.aside += json
    else if (place === 'function_call') read.functionCall = { name, arguments: json }
    else if (place === 'custom') read.calls.push({ id, type: 'custom', custom: { name, input: customInputOf(input) } })
    else read.calls.push({ id, type: 'function', function: { name, arguments: json } })
  }
  return read
}

/** The `type` of a tool call that Bedrock ran itself. */
export const serverToolUse = 'server_tool_use'

/** Whether Bedrock ran a tool itself, as a search of the web: it charges for that beside the tokens, and tells nobody how much. */
export function ranTool({ output }: ConverseAnswer): true | undefined {
  return output?.message?.content?.some(({ toolUse }) => toolUse?.type === serverToolUse) || undefined
}

/** For models that leave the id empty: without one the client cannot answer. */
export function newToolCallId(): string {
  return `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`
}
