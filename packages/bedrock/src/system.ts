import type { ChatCompletionRequest } from '@modelgate/core'
import type { SystemBlock } from './converse-wire.ts'

type Message = ChatCompletionRequest['messages'][number]
type Instruction = Extract<Message, { role: 'system' | 'developer' }>

/** Whether a message instructs instead of taking a turn. */
export function isInstruction(message: Message): message is Instruction {
  return message.role === 'system' || message.role === 'developer'
}

/**
 * All `system` and `developer` texts, one block each, in order. Those in mid-conversation are hoisted, too: few models take
 * them in place, and a text in another place beats a lost one. Blank ones are refused by Converse and left out.
 */
export function toSystem(messages: readonly Message[]): SystemBlock[] {
  return messages
    .filter(isInstruction)
    .flatMap(({ content }) => (typeof content === 'string' ? [content] : content.map(part => part.text)))
    .filter(text => text.trim() !== '')
    .map(text => ({ text }))
}
