import type { ChatCompletionRequest, Tool, ToolChoice } from '@modelgate/core'
import { isObject } from '../is-object.ts'
import { fitsInput, toInput } from './response-input.ts'

/** OpenAI refuses a smaller cap on a response. */
const leastTokens = 16

/** What only chats have, and whether what one says there can be left out. */
const ownToChats: Readonly<Record<string, (value: unknown) => boolean>> = {
  n: value => value === 1,
  stop: value => Array.isArray(value) && value.length === 0,
  logit_bias: value => isObject(value) && Object.keys(value).length === 0,
  frequency_penalty: value => value === 0,
  presence_penalty: value => value === 0,
  logprobs: value => value === false,
  top_logprobs: value => value === 0,
  modalities: value => String(value) === 'text',
  // It changes nothing but how alike two answers are.
  seed: () => true,
}

/** What both call alike. */
const shared: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'temperature',
  'top_p',
  'parallel_tool_calls',
  'metadata',
  'service_tier',
  'safety_identifier',
  'user',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
])

/** What both have, under other names. */
const renamed: ReadonlySet<string> = new Set([
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
])

/**
 * A chat as the body of `POST /responses`; `undefined` where that has no place for something that it asks, and where
 * something is no chat's: what responses alone can do, as to run on in the background, is not asked for by a chat.
 * @param dropped gets the names of what is left out
 * @see https://developers.openai.com/api/docs/guides/migrate-to-responses
 */
export function toResponseRequest(request: ChatCompletionRequest, dropped: Set<string>): object | undefined {
  const { messages, tools, reasoning_effort: effort, stream_options: streaming } = request
  const cap = request.max_completion_tokens ?? request.max_tokens ?? undefined
  const choice = toToolChoice(request.tool_choice)
  const told = Object.entries(request).filter(([, value]) => value !== undefined && value !== null)
  if (!told.every(([name, value]) => fits(name, value)) || !fitsInput(messages)) return undefined
  if ((cap !== undefined && cap < leastTokens) || !(tools ?? []).every(isTool) || choice === null) return undefined
  if (told.some(([name]) => name === 'seed')) dropped.add('seed')
  if (messages.some(message => 'name' in message && message.name !== undefined)) dropped.add('messages.name')
  return {
    ...Object.fromEntries(told.filter(([name]) => shared.has(name))),
    input: toInput(messages),
    // Chats are not kept unless they ask for it, responses unless they refuse.
    store: request.store ?? false,
    ...(tools && { tools: tools.map(toTool) }),
    ...(choice !== undefined && { tool_choice: choice }),
    ...(cap !== undefined && { max_output_tokens: cap }),
    ...(effort && { reasoning: { effort } }),
    ...textOf(request),
    ...(streaming?.include_obfuscation === false && { stream_options: { include_obfuscation: false } }),
  }
}

function fits(name: string, value: unknown): boolean {
  if (shared.has(name) || renamed.has(name)) return true
  return Object.hasOwn(ownToChats, name) && ownToChats[name]?.(value) === true
}

function textOf({ response_format: format, verbosity }: ChatCompletionRequest): object | undefined {
  if (!format && !verbosity) return undefined
  const told = format?.type === 'json_schema' ? { type: format.type, ...format.json_schema } : format
  return { text: { ...(told && { format: told }), ...(verbosity && { verbosity }) } }
}

/** OpenAI's own tools are none of a chat's. */
function isTool(tool: Tool): boolean {
  return tool.type === 'function' ? isObject(tool.function) : tool.type === 'custom' && isObject(tool.custom)
}

/** A function of a chat is not strict unless it says so, one of a response unless it denies it. */
function toTool(tool: Tool): object {
  if (tool.type === 'function') {
    const { parameters = { type: 'object', properties: {} }, strict, ...named } = tool.function
    return { ...named, type: tool.type, parameters, strict: strict ?? false }
  }
  const { format, ...named } = tool.custom
  const told = format?.type === 'grammar' ? { ...format.grammar, type: format.type } : format
  return { ...named, type: tool.type, ...(told && { format: told }) }
}

/** `null` for a choice that is none of a chat's. */
function toToolChoice(choice: ToolChoice | null | undefined): unknown {
  if (choice === undefined || choice === null) return undefined
  if (typeof choice === 'string') return choice
  if (choice.type !== 'allowed_tools') return toNamed(choice)
  const { mode, tools } = choice.allowed_tools ?? {}
  const named = Array.isArray(tools) ? tools.map(toNamed) : [null]
  return named.includes(null) ? null : { type: choice.type, mode, tools: named }
}

/** `{ type: 'function', function: { name } }` → `{ type: 'function', name }` */
function toNamed(choice: object): object | null {
  const { type, function: called, custom = called }: NamedChoice = choice
  return (type === 'function' || type === 'custom') && isObject(custom)
    ? { name: Reflect.get(custom, 'name'), type }
    : null
}

interface NamedChoice {
  readonly type?: string
  readonly function?: object
  readonly custom?: object
}
