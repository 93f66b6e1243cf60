import type { Reply, Turn } from '../../brain/prompt.ts'
import { arrayOf, type JsonObject, pick, stringOf } from '../../json.ts'

/** A turn that is text alone. */
export function turn(text: string, role: Turn['role'] = 'user'): Turn {
  return { role, text, toolCalls: [], toolResults: [] }
}

/** What was said last in a prompt that is one text, between the marks of its turns. */
export function lastLine(prompt: string, marks: RegExp): string {
  const said = prompt.split(marks).filter(part => part.trim() !== '')
  return said.at(-1)?.trim() ?? ''
}

/** Text, or the texts of parts. */
export function contentText(content: unknown): string {
  const texts = arrayOf(content).map(part => stringOf(pick(part, 'text')) ?? '')
  return stringOf(content) ?? texts.join('\n')
}

/** The turns of a body with `messages`. */
export function messageTurns(body: JsonObject): Turn[] {
  return arrayOf(body.messages).map(message =>
    turn(contentText(pick(message, 'content')), pick(message, 'role') === 'assistant' ? 'assistant' : 'user'),
  )
}

/** A list of texts, such as stop sequences. */
export function strings(value: unknown): string[] {
  return arrayOf(value).map(String)
}

/** A family's word for an answer that was cut by its cap, else its other word. */
export function byLength(reply: Reply, length: string, other: string): string {
  return reply.ending === 'length' ? length : other
}
