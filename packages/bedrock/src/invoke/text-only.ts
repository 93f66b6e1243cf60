import type { ChatCompletionRequest } from '@modelgate/core'
import { isJsonObject } from '../json.ts'
import { beyondText } from './native-chat.ts'

const textual: ReadonlySet<unknown> = new Set(['text', 'refusal'])

/**
 * Refuses what a model cannot be sent over InvokeModel, while it is still known where the caller put it.
 * @throws {GatewayError} `invalid_request` naming the tools or the part that is no text.
 */
export function refuseBeyondText(request: ChatCompletionRequest): void {
  const { messages, tools, tool_choice: choice, functions, function_call: call } = request
  if (tools?.length && choice !== 'none') throw beyondText('tools')
  if (functions?.length && (choice ?? call) !== 'none') throw beyondText('functions')
  if (request.web_search_options) throw beyondText('web_search_options')
  if (!Array.isArray(messages)) return
  messages.forEach((message, index) => {
    if (!Array.isArray(message?.content)) return
    message.content.forEach((part: unknown, at) => {
      if (isJsonObject(part) && !textual.has(part.type)) throw beyondText(`messages[${index}].content[${at}]`)
    })
  })
}
