import type { AssistantMessage, ChatCompletionRequest, FunctionTool, ToolChoice } from '@modelgate/core'
import { refuseTwins } from '../tools/tools.ts'
import { mustBe, quoted, refused } from './invalid-request.ts'
import { openObject } from './open-object.ts'
import type { BedrockChatRequest } from './request-extensions.ts'

type Message = ChatCompletionRequest['messages'][number]

/**
 * The request with `functions`, `function_call` and messages of their kind said as tools, so that nothing else need know of them;
 * the request itself where there are none.
 * @throws {GatewayError} `invalid_request` for functions beside tools, a choice that none of them meets, and a result without its call.
 * @see https://developers.openai.com/api/docs/api-reference/chat/create
 */
export function withoutFunctions(request: BedrockChatRequest): BedrockChatRequest {
  const offers = Boolean(request.functions?.length)
  const chooses = request.function_call !== undefined && request.function_call !== null
  if (!offers && !chooses && !request.messages.some(isOfFunctions)) return request
  const { functions, function_call, messages, ...others } = request
  if (offers && request.tools?.length) {
    throw refused('functions', 'the deprecated functions cannot stand beside tools; send all of them as tools')
  }
  const tools = (functions ?? []).map(toTool)
  refuseTwins(tools, 'functions')
  const tool_choice = request.tool_choice ?? (function_call ? toToolChoice(function_call, functions ?? []) : undefined)
  return {
    ...others,
    messages: toToolMessages(messages),
    ...(offers && { tools }),
    ...(tool_choice !== undefined && { tool_choice }),
  }
}

function isOfFunctions(message: Message): boolean {
  return message.role === 'function' || (message.role === 'assistant' && Boolean(message.function_call))
}

function toTool({ name, description, parameters }: FunctionTool['function'], index: number): FunctionTool {
  openObject(parameters, `functions[${index}].parameters`, 'a JSON Schema')
  if (description !== undefined && description !== null && typeof description !== 'string') {
    throw mustBe(`functions[${index}].description`, 'a string', description)
  }
  return {
    type: 'function',
    function: { name, ...(description && { description }), ...(parameters && { parameters }) },
  }
}

/** Without functions there is nothing to choose, and `auto` and `none` say nothing. */
function toToolChoice(
  choice: NonNullable<BedrockChatRequest['function_call']>,
  functions: readonly { readonly name: string }[],
): ToolChoice | undefined {
  if (choice === 'auto' || choice === 'none') return functions.length > 0 ? choice : undefined
  if (typeof choice !== 'object') throw mustBe('function_call', "'none', 'auto' or { name: 'get_weather' }", choice)
  if (functions.some(({ name }) => name === choice.name)) return { type: 'function', function: { name: choice.name } }
  throw refused('function_call', `${quoted(choice.name)} is none of the request's functions; name one of them`)
}

interface OpenCall {
  readonly id: string
  readonly name: string
}

/** Calls had no ids: each gets one of its place, which stays the same while the conversation grows. */
function toToolMessages(messages: readonly Message[]): Message[] {
  let open: OpenCall | undefined
  return messages.map((message, index): Message => {
    if (message.role === 'function') {
      if (open?.name !== message.name) throw unanswering(message.name, index)
      return { role: 'tool', tool_call_id: open.id, content: message.content ?? '', ...markOf(message) }
    }
    if (message.role !== 'assistant') return message
    open = undefined
    const { function_call: call, ...others } = message
    if (!call) return message
    open = { id: `function_call_${index}`, name: call.name }
    const said: AssistantMessage = {
      ...others,
      tool_calls: [...(message.tool_calls ?? []), { id: open.id, type: 'function', function: call }],
    }
    return said
  })
}

function markOf({ cache_control }: Message): Pick<Message, 'cache_control'> {
  return cache_control ? { cache_control } : {}
}

function unanswering(name: string, index: number): Error {
  const why = `${quoted(name)} answers no function_call of the assistant message before it; send the name that was called`
  return refused(`messages[${index}].name`, why)
}
