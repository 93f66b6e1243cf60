import { isPlainTurn } from './plain-turn.ts'
import { isCount, isFlag, isListOf, isModelName, isOpen, isPlainlyRight, isText } from './plainly-right.ts'

/**
 * Whether a chat is plainly right: texts, pictures, tools, calls and their results, and the commonest other members, each of them valid.
 * Most chats are. They need no schema, which takes ten times as long, copies what it looks at, and has to be loaded first. What passes
 * here passes the schema of `chatFaults`, too, and a test holds them together; where this is false, that schema decides.
 */
export function isPlainChat(request: object): boolean {
  return isPlainlyRight(request, isRightMember) && request.messages !== undefined
}

/** By names that are written out: twice as fast as a table of them. */
function isRightMember(name: string, value: unknown): boolean {
  switch (name) {
    case 'model':
      return isModelName(value)
    case 'messages':
      return isListOf(value, isPlainMessage) && value.length > 0
    case 'stream':
    case 'parallel_tool_calls':
    case 'logprobs':
    case 'store':
      return isFlag(value)
    case 'stream_options':
      return isPlainlyRight(value, isRightOfStream)
    case 'max_completion_tokens':
    case 'max_tokens':
      return isCount(value)
    case 'n':
      return isCount(value) && (value as number) <= 128
    case 'seed':
      return Number.isSafeInteger(value)
    case 'temperature':
    case 'top_p':
    case 'frequency_penalty':
    case 'presence_penalty':
      return Number.isFinite(value)
    case 'tools':
      return isListOf(value, isPlainTool)
    case 'tool_choice':
      return value === 'auto' || value === 'none' || value === 'required'
    case 'stop':
      return isText(value) || isListOf(value, isText)
    case 'response_format':
      return isPlainFormat(value)
    case 'metadata':
      return isOpen(value)
    case 'user':
    case 'reasoning_effort':
    case 'verbosity':
    case 'service_tier':
    case 'safety_identifier':
    case 'prompt_cache_key':
      return isText(value)
    default:
      return false
  }
}

function isRightOfStream(name: string, value: unknown): boolean {
  return (name === 'include_usage' || name === 'include_obfuscation') && isFlag(value)
}

/** A text of somebody's, as most are, is seen at once. */
function isPlainMessage(message: unknown): boolean {
  const isTold =
    isPlainlyRight(message, isRightOfMessage) && message.role !== undefined && message.content !== undefined
  return isTold || isPlainTurn(message)
}

function isRightOfMessage(name: string, value: unknown): boolean {
  if (name === 'content') return isText(value)
  return name === 'role' && (value === 'user' || value === 'assistant' || value === 'system' || value === 'developer')
}

function isPlainTool(tool: unknown): boolean {
  return isPlainlyRight(tool, isRightOfTool) && tool.type !== undefined && tool.function !== undefined
}

function isRightOfTool(name: string, value: unknown): boolean {
  if (name === 'function') return isPlainlyRight(value, isRightOfNamed) && value.name !== undefined
  return name === 'cache_control' || (name === 'type' && value === 'function')
}

/** Of a function, and of a form. */
function isRightOfNamed(name: string, value: unknown): boolean {
  switch (name) {
    case 'name':
      return isText(value) && value !== ''
    case 'description':
      return isText(value)
    case 'parameters':
    case 'schema':
      return isOpen(value)
    case 'strict':
      return isFlag(value)
    default:
      return false
  }
}

function isPlainFormat(format: unknown): boolean {
  if (!isPlainlyRight(format, isRightOfFormat)) return false
  return format.type === 'json_schema' ? format.json_schema !== undefined : format.type !== undefined
}

function isRightOfFormat(name: string, value: unknown): boolean {
  if (name === 'json_schema') return isPlainlyRight(value, isRightOfNamed) && value.name !== undefined
  return name === 'type' && isText(value)
}
