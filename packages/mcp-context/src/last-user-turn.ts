import type { ChatCompletionRequest, UserMessage } from '@modelgate/core'

/** Where the last thing that the user said stands among the messages; `undefined` where the user said nothing. */
export function lastUserTurn({ messages }: ChatCompletionRequest): LastUserTurn | undefined {
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index]
    if (message?.role === 'user') return { index, message }
  }
  return undefined
}

/** The last words of the user, and where they stand. */
interface LastUserTurn {
  readonly index: number
  readonly message: UserMessage
}

/** Its text, of which no more than the first 8,192 characters are looked at. Other parts than text say nothing here. */
export function textOfTurn({ content }: UserMessage): string {
  if (typeof content === 'string') return content.slice(0, mostText)
  let text = ''
  for (const part of content) {
    if (text.length >= mostText) break
    if (part?.type === 'text' && typeof part.text === 'string') text += `${text && ' '}${part.text.slice(0, mostText)}`
  }
  return text.slice(0, mostText)
}

const mostText = 8_192

/**
 * The request with one more part at the end of its last user turn. Nothing else is another object than it was. A `cache_control` of the
 * whole message stays where the caller's own words end: what follows them differs from turn to turn.
 */
export function withLastPart(request: ChatCompletionRequest, turn: LastUserTurn, text: string): ChatCompletionRequest {
  const { cache_control, content, ...rest } = turn.message
  const own = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content
  const last = own.at(-1)
  const marked = cache_control && last ? [...own.slice(0, -1), { cache_control, ...last }] : own
  const message: UserMessage = { ...rest, content: [...marked, { type: 'text', text }] }
  return { ...request, messages: request.messages.with(turn.index, message) }
}
