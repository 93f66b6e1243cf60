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

/** The blocks again; none of what another API has made, which no chat has a place for. */
export function unpackThinking(packed: string | null | undefined): ThinkingBlock[] {
  if (!packed?.startsWith(mark)) return []
  try {
    const blocks: unknown = JSON.parse(Buffer.from(packed.slice(mark.length), 'base64url').toString())
    return Array.isArray(blocks) ? blocks.filter(isBlock) : []
  } catch {
    return []
  }
}

function isBlock(value: unknown): value is ThinkingBlock {
  if (!isObject(value)) return false
  const { type, thinking, signature, data } = value as Readonly<Record<string, unknown>>
  if (type === 'redacted_thinking') return typeof data === 'string'
  return (
    type === 'thinking' && typeof thinking === 'string' && (signature === undefined || typeof signature === 'string')
  )
}
