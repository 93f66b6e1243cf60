import type { AssistantMessage, ThinkingBlock } from '@modelgate/core'

/** A block as a client sends it back: whole, or a piece as a stream had it, with the `index` of its block. */
export type ThinkingPiece = ThinkingBlock & { readonly index?: number }

/** Whole blocks of the pieces that a client kept side by side: those of one block share its `index`. */
export function joinedPieces(pieces: readonly ThinkingPiece[]): readonly ThinkingPiece[] {
  const blocks: ThinkingPiece[] = []
  for (const piece of pieces) {
    const last = blocks.at(-1)
    if (last?.type === 'thinking' && piece.type === 'thinking' && continues(last, piece)) {
      blocks[blocks.length - 1] = { ...last, ...piece, thinking: last.thinking + piece.thinking }
    } else blocks.push(piece)
  }
  return blocks
}

function continues({ index, signature }: ThinkingPiece & { readonly type: 'thinking' }, piece: ThinkingPiece): boolean {
  return index !== undefined && index === piece.index && !signature
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
