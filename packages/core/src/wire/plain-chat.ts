import { isCount, isFlag, isListOf, isPlainlyRight, isText, type MemberChecks } from './plainly-right.ts'

/**
 * Whether a chat is one of texts, with the commonest members, all as they should be. Most are: they need no schema, and a cold start builds none. What
 * passes here passes `checkChatRequest`'s schema, too; of all else that tells.
 */
export function isPlainChat(request: object): boolean {
  return isPlainlyRight(request, requestChecks) && request.messages !== undefined
}

const requestChecks: MemberChecks = {
  model: value => isText(value) && value.length >= 1 && value.length <= longestModelName,
  messages: value => isListOf(value, isPlainMessage) && value.length > 0,
  stream: isFlag,
  stream_options: value => isPlainlyRight(value, streamChecks),
  max_completion_tokens: isCount,
  max_tokens: isCount,
  temperature: Number.isFinite,
  top_p: Number.isFinite,
  user: isText,
}

/** As long as AWS lets an ARN be: a name stands in headers, logs and messages. */
export const longestModelName = 2_048

const streamChecks: MemberChecks = { include_usage: isFlag, include_obfuscation: isFlag }

const messageChecks: MemberChecks = {
  role: value => value === 'user' || value === 'assistant' || value === 'system' || value === 'developer',
  content: isText,
}

function isPlainMessage(message: unknown): boolean {
  return isPlainlyRight(message, messageChecks) && message.role !== undefined && message.content !== undefined
}
