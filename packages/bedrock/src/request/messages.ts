import type { AssistantMessage, ChatCompletionRequest } from '@modelgate/core'
import { marked } from '../caching/cache-marks.ts'
import { RequestMedia } from '../media/request-media.ts'
import type { ModelCapabilities } from '../models/model-capabilities.ts'
import { replayableBlocks } from '../thinking/thinking-blocks.ts'
import { createToolHistory, type ToolHistory } from '../tools/tool-history.ts'
import { type ToolNames, toolIds } from '../tools/tool-names.ts'
import type { ContentBlock, ConverseMessage } from '../wire/converse-wire.ts'
import { toPartBlocks, toTextBlocks } from './content-parts.ts'
import { mustBe, quoted, refused } from './invalid-request.ts'
import { isInstruction } from './system.ts'
import { arrangeTurns } from './turns.ts'

type Message = ChatCompletionRequest['messages'][number]

/** What decides how messages are said. */
interface MessageRules {
  readonly capabilities: ModelCapabilities
  readonly toolNames: ToolNames
  /** The tools whose input is wrapped. */
  readonly wrappedTools?: ReadonlySet<string> | undefined
  /** Whether the request has a `toolConfig`. Without one Converse refuses tool blocks, and they are told as text. */
  readonly hasTools: boolean
}

/**
 * The conversation as alternating turns that Converse takes; `system` and `developer` messages are not among them.
 * @throws {GatewayError} `invalid_request` naming the message, for what cannot be told or does not hang together.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html
 */
export function toMessages(messages: readonly Message[], rules: MessageRules): ConverseMessage[] {
  const media = new RequestMedia(rules.capabilities)
  // Few conversations have tools in them.
  let history: ToolHistory | undefined
  const tools = (): ToolHistory => {
    history ??= createToolHistory({
      toolIds: toolIds[rules.capabilities.toolIds],
      toolNames: rules.toolNames,
      capabilities: rules.capabilities,
      wrappedTools: rules.wrappedTools,
      asText: !rules.hasTools,
    })
    return history
  }
  const turns: ConverseMessage[] = []
  messages.forEach((message, index) => {
    const at = `messages[${index}]`
    if (isInstruction(message)) return
    switch (message.role) {
      case 'user':
        addTo(turns, 'user', marked(toPartBlocks(message.content, `${at}.content`, media), message))
        break
      case 'assistant':
        if (turns.at(-1)?.role !== 'assistant') history?.startTurn()
        addTo(
          turns,
          'assistant',
          marked(toAssistantBlocks(message, at, { tools, capabilities: rules.capabilities }), message),
        )
        break
      case 'tool':
        addTo(
          turns,
          'user',
          marked(
            tools().result(message.tool_call_id, toPartBlocks(message.content, `${at}.content`, media), at),
            message,
          ),
        )
        break
      default:
        throw refused(
          `${at}.role`,
          `Bedrock cannot be sent the role ${quoted(message.role)}; use system, developer, user, assistant or tool`,
        )
    }
  })
  return arrangeTurns(turns, rules.capabilities)
}

/** Roles must alternate: what follows in the same role joins its turn, and a message that lost all its content leaves none. */
function addTo(turns: ConverseMessage[], role: ConverseMessage['role'], blocks: readonly ContentBlock[]): void {
  if (blocks.length === 0) return
  const last = turns.at(-1)
  if (last?.role === role) {
    // One by one: as arguments of one call, the parts of a long message would overflow the stack.
    for (const block of blocks) last.content.push(block)
  } else turns.push({ role, content: [...blocks] })
}

/** In the order the model produced them: reasoning, text, tool calls. */
function toAssistantBlocks(
  message: AssistantMessage,
  at: string,
  { tools, capabilities }: { readonly tools: () => ToolHistory; readonly capabilities: ModelCapabilities },
): ContentBlock[] {
  if (message.function_call) {
    throw refused(`${at}.function_call`, 'Bedrock cannot be sent the deprecated function_call; use tool_calls')
  }
  return [
    ...toReasoning(message, at, capabilities),
    ...toTextBlocks(message.content, `${at}.content`, 'assistant'),
    ...toTextBlocks(refusalOf(message, at), `${at}.refusal`, 'assistant'),
    ...(message.tool_calls ?? []).map(call => tools().call(call)),
  ]
}

function toReasoning(message: AssistantMessage, at: string, capabilities: ModelCapabilities): ContentBlock[] {
  return replayableBlocks(message, at, capabilities).map(block => {
    if (block.type === 'redacted_thinking') return { reasoningContent: { redactedContent: block.data } }
    const { thinking: text, signature } = block
    return { reasoningContent: { reasoningText: { text, ...(signature !== undefined && { signature }) } } }
  })
}

function refusalOf({ refusal }: AssistantMessage, at: string): string | null | undefined {
  if (refusal === undefined || refusal === null || typeof refusal === 'string') return refusal
  throw mustBe(`${at}.refusal`, 'a string', refusal)
}
