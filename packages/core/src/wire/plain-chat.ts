import { isCount, isFlag, isListOf, isModelName, isPlainlyRight, isText } from './plainly-right.ts'

/**
 * Whether a chat is plainly right: messages of text, and none but the commonest other members, each of them valid. Most chats are. They
 * need no schema, which takes three times as long, copies what it looks at, and has to be loaded first. What passes here passes the schema
 * of `chatFaults`, too, and a test holds them together; where this is false, that schema decides.
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
      return isFlag(value)
    case 'stream_options':
      return isPlainlyRight(value, isRightOfStream)
    case 'max_completion_tokens':
    case 'max_tokens':
      return isCount(value)
    case 'temperature':
    case 'top_p':
      return Number.isFinite(value)
    case 'user':
      return isText(value)
    default:
      return false
  }
}

function isRightOfStream(name: string, value: unknown): boolean {
  return (name === 'include_usage' || name === 'include_obfuscation') && isFlag(value)
}

function isPlainMessage(message: unknown): boolean {
  return isPlainlyRight(message, isRightOfMessage) && message.role !== undefined && message.content !== undefined
}

function isRightOfMessage(name: string, value: unknown): boolean {
  if (name === 'content') return isText(value)
  return name === 'role' && (value === 'user' || value === 'assistant' || value === 'system' || value === 'developer')
}
