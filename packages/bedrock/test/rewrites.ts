import type { BedrockChatRequest } from '../src/index.ts'
import { type Heard, heardIn, type Said, saidIn } from './said-and-heard.ts'

/** What may be done to a text of the caller on its way. */
export interface Rewrite {
  readonly name: 'hoist' | 'merge' | 'sanitise' | 'trim' | 'drop blank'
  readonly kinds: readonly Said['kind'][]
  /** The inverse: whether the caller's text can be had back from this one; `undefined` stands for no text at all. */
  readonly undoes: (heard: Heard | undefined, said: Said) => boolean
}

const spoken = ['user', 'assistant', 'result', 'instructions'] as const

/** All that the translator may do to a text; whatever else becomes of one is a loss. */
export const rewrites: readonly Rewrite[] = [
  {
    name: 'hoist', // Taken out of its place, whole: into `system`, or in front of the first user turn.
    kinds: ['instructions'],
    undoes: (heard, { text }) => heard?.text === text && heard.from === 'user',
  },
  {
    name: 'merge', // Joined to other words, as `Assistant: …` or `[The tool read returned]`: it is cut out again.
    kinds: [...spoken, 'arguments', 'tool'],
    undoes: (heard, { text }) => heard !== undefined && heard.text.length > text.length && heard.text.includes(text),
  },
  {
    name: 'sanitise', // Names and ids only, which the answer has back; arguments as the object they say.
    kinds: ['arguments'],
    undoes: (heard, { text }) => heard?.text !== undefined && isSaidAs(text, heard.text),
  },
  {
    name: 'trim', // White space at the end of the final turn.
    kinds: ['assistant'],
    undoes: (heard, { text }) => heard?.from === 'assistant' && heard.text === text.trimEnd(),
  },
  {
    name: 'drop blank', // Nothing but white space is nothing.
    kinds: [...spoken, 'arguments', 'tool'],
    undoes: (heard, { text }) => heard === undefined && text.trim() === '',
  },
]

const speakers: Readonly<Record<Said['kind'], Heard['from']>> = {
  instructions: 'system',
  user: 'user',
  assistant: 'assistant',
  result: 'user',
  arguments: 'nobody',
  tool: 'nobody',
}
/** What keeps its order: a result may move before the text that the user wrote before it. */
const ordered: readonly Said['kind'][] = ['instructions', 'user', 'assistant']

/** The texts of a request that did not reach Bedrock, or not in their order; empty when all is well. */
export function lostTexts(request: BedrockChatRequest, body: unknown): string[] {
  const heard = heardIn(body)
  const reached: Partial<Record<Said['kind'], number>> = {}
  return saidIn(request).flatMap(said => {
    if (undone(undefined, said)) return []
    const from = ordered.includes(said.kind) ? (reached[said.kind] ?? 0) : 0
    const isWhole = ({ text, from: speaker }: Heard) => text === said.text && speaker === speakers[said.kind]
    // The earliest that fits, so that a text is never looked for behind its own place.
    const at = heard.findIndex((one, index) => index >= from && (isWhole(one) || undone(one, said)))
    const found = heard[at]
    if (!found) return [`${said.at}: ${JSON.stringify(said.text)}`]
    // A rewritten text may hold the next one as well; one that stands alone holds itself only.
    reached[said.kind] = isWhole(found) ? at + 1 : at
    return []
  })
}

function undone(heard: Heard | undefined, said: Said): boolean {
  return rewrites.some(({ kinds, undoes }) => kinds.includes(said.kind) && undoes(heard, said))
}

/** Arguments are told as the object they say. */
function isSaidAs(argumentsText: string, input: string): boolean {
  try {
    return input.includes(JSON.stringify(JSON.parse(argumentsText)))
  } catch {
    return false
  }
}
