import type { AssistantMessage, ThinkingBlock } from '@modelgate/core'

/** A block as a client sends it back: whole, or a piece as a stream had it, with the `index` of its block. */
export type ThinkingPiece = ThinkingBlock & { readonly index?: number }

/** Whole blocks of the pieces that a client kept: those of one block share its `index`, also where a stream had others in between. */
export function joinedPieces(pieces: readonly ThinkingPiece[]): readonly ThinkingPiece[] {
  const blocks: ThinkingPiece[] = []
  /** Where the blocks stand that no signature has ended, by their `index`. */
  const begun = new Map<number, number>()
  for (const piece of pieces) {
    const { index } = piece
    if (index === undefined || piece.type !== 'thinking') {
      blocks.push(piece)
      continue
    }
    const at = begun.get(index) ?? blocks.length
    const block = blocks[at]
    blocks[at] = block?.type === 'thinking' ? { ...block, ...piece, thinking: block.thinking + piece.thinking } : piece
    if (piece.signature) begun.delete(index)
    else begun.set(index, at)
  }
  return blocks
}

/**
 * Whether the text that was signed is lost: OpenAI's stream helper keeps the last piece of each member only, so that a signature
 * stands without its text, beside the rest of a `reasoning_content`. A model that shows no thoughts gives neither text.
 */
export function lostTheirText(
  { reasoning_content: shown }: AssistantMessage,
  blocks: readonly ThinkingBlock[],
): boolean {
  return Boolean(shown) && !blocks.some(block => block.type === 'thinking' && block.thinking !== '')
}
