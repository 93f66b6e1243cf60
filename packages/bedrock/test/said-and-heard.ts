import type { ChatMessage } from '@modelgate/core'
import type { BedrockChatRequest } from '../src/index.ts'

/** A text of the caller, and who said it. */
export interface Said {
  readonly kind: 'instructions' | 'user' | 'assistant' | 'result' | 'arguments' | 'tool'
  readonly text: string
  /** Where it stands in the request, as `messages[2].content[0]`. */
  readonly at: string
}

/** A text that reached Bedrock. Everything that is no text block of a turn is of `nobody`: inputs, schemas, a native prompt. */
export interface Heard {
  readonly from: 'system' | 'user' | 'assistant' | 'nobody'
  readonly text: string
}

/** What the caller says, in order. */
export function saidIn(request: BedrockChatRequest): Said[] {
  const { messages, tools, functions, tool_choice, function_call } = request
  const choice = tool_choice ?? function_call
  const isOffered = choice === undefined || choice === null || choice === 'auto' || choice === 'required'
  const definitions = functions?.map(definition => ({ type: 'function' as const, function: definition })) ?? []
  const offered = (isOffered ? [...(tools ?? []), ...definitions] : []).flatMap((tool, index): Said[] => {
    const { description } = tool.type === 'custom' ? tool.custom : tool.function
    return description ? [{ kind: 'tool', text: description, at: `tools[${index}]` }] : []
  })
  return [...messages.flatMap((message, index) => saidBy(message, `messages[${index}]`)), ...offered]
}

const kindOfRole = {
  system: 'instructions',
  developer: 'instructions',
  user: 'user',
  assistant: 'assistant',
  tool: 'result',
  function: 'result',
} as const

function saidBy(message: ChatMessage, at: string): Said[] {
  const kind = kindOfRole[message.role]
  const { content } = message
  const parts = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : (content ?? [])
  const texts = parts.flatMap((part, index): Said[] => {
    if (part.type === 'text') return [{ kind, text: part.text, at: `${at}.content[${index}]` }]
    return part.type === 'refusal' ? [{ kind, text: part.refusal, at: `${at}.content[${index}]` }] : []
  })
  if (message.role !== 'assistant') return texts
  const calls = [
    ...(message.function_call ? [message.function_call.arguments] : []),
    ...(message.tool_calls ?? []).map(call => (call.type === 'function' ? call.function.arguments : call.custom.input)),
  ]
  return [
    ...texts,
    ...(message.refusal ? [{ kind, text: message.refusal, at: `${at}.refusal` }] : []),
    ...calls.map((text, index): Said => ({ kind: 'arguments', text, at: `${at}.tool_calls[${index}]` })),
  ]
}

/** How many images, files and recordings a request has. */
export function attachmentsIn({ messages }: BedrockChatRequest): number {
  const parts = messages.flatMap<{ readonly type: string }>(({ content }) =>
    typeof content === 'object' ? (content ?? []) : [],
  )
  return parts.filter(({ type }) => type !== 'text' && type !== 'refusal').length
}

/** How many of them reached Bedrock. */
export function mediaIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const own = ['image', 'document', 'video', 'audio'].some(kind => isObject(value) && isObject(value[kind])) ? 1 : 0
  const members = Object.entries(value).filter(([key]) => key !== 'toolUse' && key !== 'toolConfig')
  return members.reduce((sum, [, member]) => sum + mediaIn(member), own)
}

/** Every text of an upstream's body, in its order. */
export function heardIn(body: unknown): Heard[] {
  if (!isObject(body)) return []
  const { messages, system, ...rest } = body
  return [
    ...listOf(system).flatMap(block => heardInBlock(block, 'system')),
    ...listOf(messages).flatMap(message => {
      const { role, content } = isObject(message) ? message : {}
      const from = role === 'assistant' ? 'assistant' : 'user'
      return listOf(content).flatMap(block => heardInBlock(block, from))
    }),
    ...leavesOf(rest).map((text): Heard => ({ from: 'nobody', text })),
  ]
}

function heardInBlock(block: unknown, from: Heard['from']): Heard[] {
  if (!isObject(block)) return []
  if (typeof block.text === 'string') return [{ from, text: block.text }]
  if (isObject(block.toolResult)) return listOf(block.toolResult.content).flatMap(part => heardInBlock(part, from))
  if (isObject(block.toolUse)) {
    const whole = JSON.stringify(block.toolUse.input)
    return [whole, ...leavesOf(block.toolUse.input)].map((text): Heard => ({ from: 'nobody', text }))
  }
  return leavesOf(block).map((text): Heard => ({ from: 'nobody', text }))
}

function leavesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : []
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : [])
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
