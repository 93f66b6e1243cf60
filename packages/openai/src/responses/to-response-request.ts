import type { ChatCompletionRequest, Tool, ToolChoice } from '@modelgate/core'
import { fitsInput, toInput } from './response-input.ts'

/** OpenAI refuses a smaller cap on a response. */
const leastTokens = 16

/** What only chats have, and whether what one says there can be left out. */
const ownToChats: Readonly<Record<string, (value: unknown) => boolean>> = {
  n: value => value === 1,
  stop: value => Array.isArray(value) && value.length === 0,
  logit_bias: value => typeof value === 'object' && Object.keys(value ?? {}).length === 0,
  frequency_penalty: value => value === 0,
  presence_penalty: value => value === 0,
  logprobs: value => value === false,
  top_logprobs: value => value === 0,
  modalities: value => String(value) === 'text',
  prediction: () => false,
  audio: () => false,
  web_search_options: () => false,
  moderation: () => false,
  functions: () => false,
  function_call: () => false,
}

/** What both have, under other names. */
const renamed = [
  'messages',
  'tools',
  'tool_choice',
  'response_format',
  'max_completion_tokens',
  'max_tokens',
  'reasoning_effort',
  'verbosity',
  'stream_options',
  'store',
  'seed',
]

/**
 * A chat as the body of `POST /responses`; `undefined` where that has no place for something that it asks. Members that are known to
 * neither go as they are.
 * @param dropped gets the names of what is left out, which changes nothing but how alike two answers are
 * @see https://developers.openai.com/api/docs/guides/migrate-to-responses
 */
export function toResponseRequest(request: ChatCompletionRequest, dropped: Set<string>): object | undefined {
  const { messages, tools, tool_choice: choice, reasoning_effort: effort, stream_options: streaming } = request
  const cap = request.max_completion_tokens ?? request.max_tokens ?? undefined
  if (!fits(request) || !fitsInput(messages) || (cap !== undefined && cap < leastTokens)) return undefined
  if (request.seed !== undefined && request.seed !== null) dropped.add('seed')
  if (messages.some(message => 'name' in message && message.name !== undefined)) dropped.add('messages.name')
  const others = Object.entries(request).filter(([name]) => !renamed.includes(name) && !Object.hasOwn(ownToChats, name))
  return {
    ...Object.fromEntries(others),
    input: toInput(messages),
    // Chats are not kept unless they ask for it, responses unless they refuse.
    store: request.store ?? false,
    ...(tools && { tools: tools.map(toTool) }),
    ...(choice !== undefined && { tool_choice: toToolChoice(choice) }),
    ...(cap !== undefined && { max_output_tokens: cap }),
    ...(effort && { reasoning: { effort } }),
    ...textOf(request),
    ...(streaming?.include_obfuscation === false && { stream_options: { include_obfuscation: false } }),
  }
}

function fits(request: ChatCompletionRequest): boolean {
  return Object.entries(ownToChats).every(([name, isIdle]) => {
    const value: unknown = Reflect.get(request, name)
    return value === undefined || value === null || isIdle(value)
  })
}

function textOf({ response_format: format, verbosity }: ChatCompletionRequest): object | undefined {
  if (!format && !verbosity) return undefined
  const told = format?.type === 'json_schema' ? { type: format.type, ...format.json_schema } : format
  return { text: { ...(told && { format: told }), ...(verbosity && { verbosity }) } }
}

/** A function of a chat is not strict unless it says so, one of a response unless it denies it. Other types are none of a chat's. */
function toTool(tool: Tool): object {
  if (tool.type === 'function') {
    const { parameters = { type: 'object', properties: {} }, strict, ...named } = tool.function
    return { type: tool.type, ...named, parameters, strict: strict ?? false }
  }
  if (tool.type !== 'custom') return tool
  const { format, ...named } = tool.custom
  const told = format?.type === 'grammar' ? { type: format.type, ...format.grammar } : format
  return { type: tool.type, ...named, ...(told && { format: told }) }
}

function toToolChoice(choice: ToolChoice): unknown {
  if (typeof choice === 'string') return choice
  if (choice.type === 'allowed_tools') {
    const { mode, tools } = choice.allowed_tools
    return { type: choice.type, mode, tools: tools.map(flat) }
  }
  return flat({ ...choice })
}

/** `{ type: 'function', function: { name } }` → `{ type: 'function', name }` */
function flat({ function: named, custom, ...tool }: Readonly<Record<string, unknown>>): object {
  return Object.assign(tool, named ?? custom)
}
