import { randomUUID } from 'node:crypto'
import {
  type ChatCompletion,
  type ChatCompletionMessage,
  GatewayError,
  type ThinkingBlock,
  type ToolCall,
} from '@modelgate/core'
import type { AnswerRules } from './answer-rules.ts'
import type { AnswerBlock, ConverseAnswer } from './converse-wire.ts'
import { serviceTierOf } from './service-tier.ts'
import { toFinishReason } from './stop-reason.ts'
import type { ToolNames } from './tool-names.ts'
import { toUsage } from './usage.ts'

/** What all chunks of an answer share, and what reading it needs. */
export interface AnswerHead extends AnswerRules {
  readonly id: string
  /** Unix seconds. */
  readonly created: number
  readonly model: string
}

/**
 * A whole Converse answer as a chat completion.
 * @throws {GatewayError} `upstream_bad_response` for an answer without a message.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_ResponseSyntax
 */
export function toChatCompletion(answer: ConverseAnswer, head: AnswerHead): ChatCompletion {
  const message = toMessage(blocksOf(answer), head.toolNames)
  const usage = toUsage(answer.usage)
  return {
    id: head.id,
    object: 'chat.completion',
    created: head.created,
    model: head.model,
    choices: [
      {
        index: 0,
        message,
        finish_reason: toFinishReason(answer.stopReason, message.tool_calls !== undefined),
        logprobs: null,
      },
    ],
    ...(usage && { usage }),
    ...serviceTierOf(answer.serviceTier),
  }
}

/** @throws {GatewayError} `upstream_bad_response` for an answer without a message. */
export function blocksOf(answer: ConverseAnswer): readonly AnswerBlock[] {
  const blocks = answer.output?.message?.content
  if (Array.isArray(blocks)) return blocks
  throw new GatewayError('upstream_bad_response', 'Bedrock answered without a message.')
}

function toMessage(blocks: readonly AnswerBlock[], toolNames: ToolNames): ChatCompletionMessage {
  const text = blocks.map(textOf).join('')
  const thinking = blocks.flatMap(toThinkingBlocks)
  const reasoning = blocks.map(({ reasoningContent }) => reasoningContent?.reasoningText?.text ?? '').join('')
  const calls = blocks.flatMap(block => toToolCalls(block, toolNames))
  return {
    role: 'assistant',
    content: text === '' ? null : text,
    refusal: null,
    ...(reasoning && { reasoning_content: reasoning }),
    ...(thinking.length > 0 && { thinking_blocks: thinking }),
    ...(calls.length > 0 && { tool_calls: calls }),
  }
}

function textOf({ text, citationsContent }: AnswerBlock): string {
  return text ?? (citationsContent?.content ?? []).map(part => part.text ?? '').join('')
}

function toThinkingBlocks({ reasoningContent }: AnswerBlock): ThinkingBlock[] {
  if (reasoningContent?.redactedContent) return [{ type: 'redacted_thinking', data: reasoningContent.redactedContent }]
  const { text, signature } = reasoningContent?.reasoningText ?? {}
  return text || signature ? [{ type: 'thinking', thinking: text ?? '', ...(signature && { signature }) }] : []
}

/** Tools that Bedrock ran itself are no calls for the client to answer. */
function toToolCalls({ toolUse }: AnswerBlock, toolNames: ToolNames): ToolCall[] {
  if (!toolUse || toolUse.type === serverToolUse) return []
  const name = toolNames.fromWire(toolUse.name ?? '')
  return [
    {
      id: toolUse.toolUseId || newToolCallId(),
      type: 'function',
      function: { name, arguments: JSON.stringify(toolUse.input ?? {}) },
    },
  ]
}

/** The `type` of a tool call that Bedrock ran itself. */
export const serverToolUse = 'server_tool_use'

/** For models that leave the id empty: without one the client cannot answer. */
export function newToolCallId(): string {
  return `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`
}
