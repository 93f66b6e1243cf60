import { isObject } from '../wire/is-object.ts'
import type { ThinkingBlock } from '../wire/thinking-block.ts'

const mark = 'modelgate.'

/**
 * What a `reasoning` item carries for the next turn in its `encrypted_content`: a model's blocks with their signatures, which cover
 * the text. Not encrypted: it holds what the caller is shown anyhow, and what only the model's provider can read.
 */
export function packThinking(blocks: readonly ThinkingBlock[]): string {
  return mark + Buffer.from(JSON.stringify(blocks)).toString('base64url')
}

/** The blocks again, with the members that blocks have; none of what another API has made, which no chat has a place for. */
export function unpackThinking(packed: string | null | undefined): ThinkingBlock[] {
  if (!packed?.startsWith(mark)) return []
  try {
    const blocks: unknown = JSON.parse(Buffer.from(packed.slice(mark.length), 'base64url').toString())
    return Array.isArray(blocks) ? blocks.flatMap(toBlock) : []
  } catch {
    return []
  }
}

/** What else it may hold, such as a thousand levels, was not looked at with the body: whatever walks it would fail. */
function toBlock(value: unknown): ThinkingBlock[] {
  if (!isObject(value)) return []
  const { type, thinking, signature, data } = value as Readonly<Record<string, unknown>>
  if (type === 'redacted_thinking') return typeof data === 'string' ? [{ type, data }] : []
  if (type !== 'thinking' || typeof thinking !== 'string') return []
  if (signature === undefined) return [{ type, thinking }]
  return typeof signature === 'string' ? [{ type, thinking, signature }] : []
}
