import type { ThinkingBlock, ThinkingBlockDelta } from '../wire/thinking-block.ts'

/** The blocks of a stream so far. */
export interface ThinkingSoFar {
  readonly thinking: ThinkingBlock[]
  /** Where those stand whose pieces are numbered, by their numbers. */
  readonly thinkingAt: Map<number, number>
}

/** Pieces of one block have its number, or come one after another until the signature ends it. A redacted block is whole. */
export function addThinking({ thinking, thinkingAt }: ThinkingSoFar, { index, ...piece }: ThinkingBlockDelta): void {
  const at = index === undefined ? thinking.length - 1 : thinkingAt.get(index)
  const block = at === undefined ? undefined : thinking[at]
  const goesOn = block?.type === 'thinking' && (index !== undefined || block.signature === undefined)
  if (at !== undefined && goesOn && piece.type === 'thinking') {
    const signature = joined(block.signature, piece.signature)
    thinking[at] = { ...block, thinking: block.thinking + piece.thinking, ...(signature && { signature }) }
    return
  }
  if (index !== undefined) thinkingAt.set(index, thinking.length)
  thinking.push(piece)
}

function joined(before: string | undefined, piece: string | undefined): string | undefined {
  return before === undefined ? piece : before + (piece ?? '')
}
