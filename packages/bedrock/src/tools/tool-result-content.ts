import type { ModelCapabilities } from '../models/model-capabilities.ts'
import type { PartBlock } from '../request/content-parts.ts'
import type { ToolResultBlock } from '../wire/converse-wire.ts'

/** What a tool result may hold. */
export type ResultBlock = ToolResultBlock['content'][number]

/** A tool's output, parted by where it may stand. */
interface SplitToolResult {
  readonly inside: ResultBlock[]
  /** What the model takes from the user only: it follows the results of the turn. */
  readonly after: PartBlock[]
}

const pointers = {
  image: 'The image follows the tool results.',
  video: 'The video follows the tool results.',
  audio: 'The recording follows the tool results.',
} as const

/**
 * Parts a tool's output: models differ in the media that a tool result may hold, and what one may not hold follows it, pointed to
 * from its place.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolResultContentBlock.html
 */
export function splitToolResult(
  blocks: readonly PartBlock[],
  { resultImages, resultDocuments }: Pick<ModelCapabilities, 'resultImages' | 'resultDocuments'>,
): SplitToolResult {
  const inside: ResultBlock[] = []
  const after: PartBlock[] = []
  for (const block of blocks) {
    if ('text' in block || ('image' in block && resultImages)) inside.push(block)
    else if ('document' in block) {
      const { format, name } = block.document
      if (resultDocuments === 'all' || resultDocuments.includes(format)) inside.push(block)
      else {
        inside.push({ text: `The document "${name}" follows the tool results.` })
        after.push(block)
      }
    } else {
      inside.push({ text: 'image' in block ? pointers.image : 'video' in block ? pointers.video : pointers.audio })
      after.push(block)
    }
  }
  return { inside, after }
}
