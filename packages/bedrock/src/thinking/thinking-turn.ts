import type { AssistantMessage } from '@modelgate/core'
import type { ModelCapabilities } from '../models/model-capabilities.ts'
import type { BedrockChatRequest } from '../request/request-extensions.ts'
import { replayableBlocks } from './thinking-blocks.ts'

type Message = BedrockChatRequest['messages'][number]

/**
 * Whether the last assistant turn calls tools and does not start with its thinking, as it must while Claude thinks within a budget:
 * adaptive thinking asks for none. Where the client lost it, the whole request would be refused: that turn goes on without thinking.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html
 * @see https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking#validation-changes
 */
export function lostItsThinking(request: BedrockChatRequest, capabilities: ModelCapabilities): boolean {
  // Without tools on offer, calls are told as text.
  if (!request.tools?.length || request.tool_choice === 'none') return false
  const { messages } = request
  const starts = (message: AssistantMessage, index: number): boolean =>
    replayableBlocks(message, `messages[${index}]`, capabilities).length > 0
  // Of the last assistant turn, which may be several messages; those that leave nothing are no turn.
  let first: boolean | undefined
  let calls = false
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index]
    if (message === undefined || isSilent(message)) continue
    if (message.role === 'assistant') {
      if (starts(message, index)) first = true
      else if (says(message)) first = false
      calls ||= isCalling(message)
    } else if (first !== undefined) break
  }
  return calls && first === false
}

function says(message: AssistantMessage): boolean {
  return isCalling(message) || !isBlank(message.content) || !isBlank(message.refusal)
}

function isCalling({ tool_calls: calls, function_call: call }: AssistantMessage): boolean {
  return (calls?.length ?? 0) > 0 || (call !== undefined && call !== null)
}

/** What leaves no turn of its own: instructions are hoisted, and a user's blank message is left out. */
function isSilent(message: Message): boolean {
  if (message.role === 'user') return isBlank(message.content)
  return message.role === 'system' || message.role === 'developer'
}

function isBlank(content: unknown): boolean {
  if (typeof content === 'string') return content.trim() === ''
  if (!Array.isArray(content)) return true
  return content.every((part: { readonly type?: unknown; readonly text?: unknown } | null) => {
    return part?.type === 'text' && isBlank(part.text)
  })
}
