import type { Call } from '../contract.ts'
import { isChat } from '../is-chat.ts'

/** A call as who waits for its stream's end keeps it: the prompt may be as large as all the stream, and the end does not tell of it. */
export function withoutPrompt(call: Call): Call {
  if (!isChat(call)) return call
  const { tools: _tools, functions: _functions, response_format: _format, ...request } = call.request
  return { ...call, request: { ...request, messages: [] } }
}
