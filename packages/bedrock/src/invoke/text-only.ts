import type { Capability, ChatCompletionRequest } from '@modelgate/core'
import { isJsonObject } from '../wire/json.ts'
import { beyondText } from './native-chat.ts'

const media: ReadonlyMap<unknown, Capability> = new Map([
  ['file', 'documents'],
  ['input_audio', 'audio'],
])
const textual: ReadonlySet<unknown> = new Set(['text', 'refusal'])

/**
 * Refuses what a model cannot be sent over InvokeModel, while it is still known where the caller put it.
 * @throws {GatewayError} `invalid_request` naming the tools or the part that is no text.
 */
export function refuseBeyondText(request: ChatCompletionRequest): void {
  const { messages, tools, tool_choice: choice, functions, function_call: call } = request
  if (tools?.length && choice !== 'none') throw beyondText('tools')
  if (functions?.length && (choice ?? call) !== 'none') throw beyondText('functions')
  if (request.web_search_options) throw beyondText('web_search_options', 'webSearch')
  if (!Array.isArray(messages)) return
  messages.forEach((message, index) => {
    if (!Array.isArray(message?.content)) return
    message.content.forEach((part: unknown, at) => {
      if (!isJsonObject(part) || textual.has(part.type)) return
      throw beyondText(`messages[${index}].content[${at}]`, media.get(part.type) ?? 'images')
    })
  })
}
