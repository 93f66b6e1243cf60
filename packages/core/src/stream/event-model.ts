import type { ChatCompletionChunk } from '../wire/chat-chunk.ts'

/** What chunks of one answer differ in: its text, and what OpenAI pads them with. */
const variable = /"(?:content|reasoning_content|obfuscation)":"((?:[^"\\]|\\.)*)"/g
/** What may stand in a string of JSON: no control character, quote or backslash. Matches always, be it nothing. */
const stringBody = /(?:[ !#-[\]-\xff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/y

/**
 * An event that was parsed, and by which those after it are known that say the same but for the text: they are JSON of the same form, which
 * nobody has to parse to know. Comparing costs a third of parsing.
 */
export class EventModel {
  private readonly event: Buffer
  /** Where each piece that does not vary begins and ends. */
  private readonly fixed: readonly (readonly [start: number, end: number])[]

  constructor(event: Buffer) {
    this.event = event
    this.fixed = fixedIn(event.toString('latin1'))
  }

  /**
   * Where the event ends that begins at `start` and is like this one; -1 where it is not.
   * @param text of `events`, one character a byte
   */
  endOfLike(events: Buffer, text: string, start: number): number {
    let at = start
    for (const [from, to] of this.fixed) {
      if (at > start) at = endOfString(text, at)
      const end = at + to - from
      if (end > events.length || events.compare(this.event, from, to, at, end) !== 0) return -1
      at = end
    }
    return at
  }
}

/** Whether of the chunks that say the same as this one but for the text nothing more is to be learnt: it has some, and tells no end. */
export function isModel({ choices }: ChatCompletionChunk): boolean {
  return choices.length > 0 && choices.every(choice => choice?.delta?.content && !choice.finish_reason)
}

function endOfString(text: string, at: number): number {
  stringBody.lastIndex = at
  stringBody.test(text)
  return stringBody.lastIndex
}

function fixedIn(event: string): (readonly [start: number, end: number])[] {
  const fixed: [number, number][] = []
  let start = 0
  for (const { index, 0: member, 1: value = '' } of event.matchAll(variable)) {
    const end = index + member.length - 1
    fixed.push([start, end - value.length])
    start = end
  }
  fixed.push([start, event.length])
  return fixed
}
