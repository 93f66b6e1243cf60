import type { ChatCompletionRequest } from '../wire/chat-request.ts'
import type { CustomToolDefinition, Tool, ToolChoice } from '../wire/chat-tool.ts'
import type { ResponseFormat } from '../wire/response-format.ts'
import type {
  CallableTool,
  ResponsesCustomTool,
  ResponsesRequest,
  ResponsesToolChoice,
  TextFormat,
  ToolReference,
} from '../wire/responses-request.ts'
import { placedTools } from './placed-tools.ts'
import { type Origin, toMessages } from './to-messages.ts'

/** A request for a response as the chat that answers it. */
export interface TranslatedRequest {
  readonly chat: ChatCompletionRequest
  /** Where each message came from. */
  readonly origins: readonly Origin[]
  /** And each tool. */
  readonly toolOrigins: readonly string[]
}

/**
 * What is not the chat's: it is translated, answered by the gateway, or has no meaning without tools that OpenAI runs. `metadata` marks
 * what is kept: OpenAI refuses a chat with it that is not, and any with `client_metadata`, in which Codex tells of itself.
 */
const own: ReadonlySet<string> = new Set([
  'background',
  'client_metadata',
  'context_management',
  'conversation',
  'include',
  'input',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'parallel_tool_calls',
  'previous_response_id',
  'prompt',
  'reasoning',
  'store',
  'stream_options',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'truncation',
])

/** The chat that answers a request which was checked. A streamed one tells its usage, which is in every response. */
export function toChatRequest(request: ResponsesRequest): TranslatedRequest {
  const { messages, origins } = toMessages(request)
  const shared = Object.fromEntries(Object.entries(request).filter(([name]) => !own.has(name)))
  const tools = placedTools(request)
  const chat = {
    ...shared,
    messages,
    ...answerMembers(request),
    ...toolMembers(
      request,
      tools.map(({ tool }) => tool),
    ),
    ...(request.stream && { stream_options: { include_usage: true } }),
  }
  return { chat: chat as ChatCompletionRequest, origins, toolOrigins: tools.map(({ origin }) => origin) }
}

/** What the answer shall be like. */
function answerMembers(request: ResponsesRequest): Partial<ChatCompletionRequest> {
  const { max_output_tokens: cap, text, reasoning, include, top_logprobs } = request
  const wantsLogprobs = include?.includes('message.output_text.logprobs') || (top_logprobs ?? 0) > 0
  return {
    ...(cap != null && { max_completion_tokens: cap }),
    ...(text?.format && text.format.type !== 'text' && { response_format: toResponseFormat(text.format) }),
    ...(text?.verbosity && { verbosity: text.verbosity }),
    ...(reasoning?.effort && { reasoning_effort: reasoning.effort }),
    ...(wantsLogprobs && { logprobs: true, ...(top_logprobs != null && { top_logprobs }) }),
  }
}

function toResponseFormat(format: TextFormat): ResponseFormat {
  if (format.type !== 'json_schema') return format
  const { type, ...json_schema } = format
  return { type, json_schema }
}

/** A chat without tools may say nothing of their use. Who forces one is told that there is none. */
function toolMembers(request: ResponsesRequest, tools: readonly CallableTool[]): Partial<ChatCompletionRequest> {
  const { tool_choice: choice, parallel_tool_calls } = request
  if (tools.length === 0) {
    return choice && choice !== 'auto' && choice !== 'none' ? { tool_choice: toToolChoice(choice) } : {}
  }
  return {
    tools: tools.map(toTool),
    ...(choice && { tool_choice: toToolChoice(choice) }),
    ...(parallel_tool_calls != null && { parallel_tool_calls }),
  }
}

function toTool(tool: CallableTool): Tool {
  const { name, description } = tool
  const named = { name, ...(description != null && { description }), ...othersOf(tool) }
  const { cache_control } = tool as { readonly cache_control?: Tool['cache_control'] }
  const mark = cache_control && { cache_control }
  if (tool.type === 'custom') {
    return { type: 'custom', custom: { ...named, ...customFormat(tool) }, ...mark }
  }
  const { parameters, strict } = tool
  const definition = { ...named, ...(parameters != null && { parameters }), ...(strict != null && { strict }) }
  return { type: 'function', function: definition, ...mark }
}

/** What is translated, or was checked to ask for nothing; all else travels on, for the upstream to take or to refuse. */
const ownOfTool: ReadonlySet<string> = new Set([
  'allowed_callers',
  'async',
  'cache_control',
  'defer_loading',
  'description',
  'format',
  'name',
  'output_schema',
  'parameters',
  'strict',
  'type',
])

function othersOf(tool: CallableTool): object {
  return Object.fromEntries(Object.entries(tool).filter(([name]) => !ownOfTool.has(name)))
}

function customFormat({ format }: ResponsesCustomTool): Pick<CustomToolDefinition, 'format'> {
  if (format?.type !== 'grammar') return format ? { format } : {}
  const { definition, syntax } = format
  return { format: { type: 'grammar', grammar: { definition, syntax } } }
}

function toToolChoice(choice: ResponsesToolChoice): ToolChoice {
  if (typeof choice === 'string') return choice
  if (choice.type === 'allowed_tools') {
    const { type, mode, tools } = choice
    return { type, allowed_tools: { mode, tools: tools.map(toReference) } }
  }
  const { type, name } = choice
  return type === 'custom' ? { type, custom: { name } } : { type, function: { name } }
}

function toReference({ type, name, ...others }: ToolReference): Record<string, unknown> {
  return name === undefined ? { type, ...others } : { type, [type]: { name } }
}
