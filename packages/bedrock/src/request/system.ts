import type { ChatCompletionRequest } from '@modelgate/core'
import { marked } from '../caching/cache-marks.ts'
import type { SystemBlock } from '../wire/converse-wire.ts'
import { quoted, refused } from './invalid-request.ts'

type Message = ChatCompletionRequest['messages'][number]
type Instruction = Extract<Message, { role: 'system' | 'developer' }>

/** Whether a message instructs instead of taking a turn. */
export function isInstruction(message: Message): message is Instruction {
  return message.role === 'system' || message.role === 'developer'
}

/**
 * All `system` and `developer` texts, one block each, in order. Those in mid-conversation are hoisted, too: few models take
 * them in place, and a text in another place beats a lost one. Blank ones are refused by Converse and left out.
 * @throws {GatewayError} `invalid_request` naming a part that is no text.
 */
export function toSystem(messages: readonly Message[]): SystemBlock[] {
  const blocks: SystemBlock[] = []
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index]!
    // One by one: as arguments of one call, the parts of a long message would overflow the stack.
    if (isInstruction(message)) for (const block of marked(blocksOf(message, index), message)) blocks.push(block)
  }
  return blocks
}

function blocksOf({ role, content }: Instruction, messageIndex: number): SystemBlock[] {
  if (typeof content === 'string') return textBlocks(content)
  return content.flatMap((part, index) => {
    const { type, text } = part
    if (typeof text === 'string') return marked(textBlocks(text), part)
    const why = `Bedrock takes only text in a ${role} message, not a part of type ${quoted(type)}; put it in a user message`
    throw refused(`messages[${messageIndex}].content[${index}]`, why)
  })
}

function textBlocks(text: string): SystemBlock[] {
  return text.trim() === '' ? [] : [{ text }]
}
