import { isCount, isText } from './plainly-right.ts'

/**
 * Whether a chat is one of texts, with the commonest members, all as they should be. Most are: they need no schema, which takes three times as long and
 * copies what it looks at, and a cold start builds none. What passes here passes `checkChatRequest`'s schema, too; of all else that tells.
 */
export function isPlainChat(request: object): boolean {
  if (!isPlain(request)) return false
  for (const name in request) if (!isPlainMember(name, request[name])) return false
  return request.messages !== undefined
}

/** As long as AWS lets an ARN be: a name stands in headers, logs and messages. */
export const longestModelName = 2_048

type Plain = Readonly<Record<string, unknown>>

/** No class made it. */
function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function isPlainMember(name: string, value: unknown): boolean {
  if (value === undefined) return true
  switch (name) {
    case 'model':
      return isText(value) && value.length >= 1 && value.length <= longestModelName
    case 'messages':
      return Array.isArray(value) && value.length > 0 && arePlainMessages(value)
    case 'stream':
      return typeof value === 'boolean'
    case 'stream_options':
      return arePlainStreamOptions(value)
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

/** Holes are none. */
function arePlainMessages(messages: readonly unknown[]): boolean {
  for (const message of messages) if (!isPlainMessage(message)) return false
  return true
}

function isPlainMessage(message: unknown): boolean {
  if (!isPlain(message)) return false
  for (const name in message) if (name !== 'role' && name !== 'content') return false
  const { role, content } = message
  return isText(content) && (role === 'user' || role === 'assistant' || role === 'system' || role === 'developer')
}

function arePlainStreamOptions(options: unknown): boolean {
  if (!isPlain(options)) return false
  for (const name in options) {
    if (name !== 'include_usage' && name !== 'include_obfuscation') return false
    if (options[name] !== undefined && typeof options[name] !== 'boolean') return false
  }
  return true
}
