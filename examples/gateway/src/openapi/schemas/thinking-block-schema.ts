import * as z from 'zod'
import { component, optional } from './component.ts'

const block = component(
  'ThinkingBlock',
  z.union([
    z.object({ type: z.literal('thinking'), thinking: z.string(), signature: optional(z.string()) }),
    z.object({ type: z.literal('redacted_thinking'), data: z.string() }),
  ]),
  { description: 'One block of reasoning, to be sent back unchanged with the turn it came with.' },
)

/** A piece of a block in a stream. */
export const thinkingBlockDeltaSchema = component(
  'ThinkingBlockDelta',
  z.intersection(block, z.object({ index: optional(z.number()) })),
)

/** What carries reasoning on assistant messages. */
export const reasoningFields = {
  reasoning_content: optional(z.string().nullable()),
  thinking_blocks: optional(z.array(block)),
}
