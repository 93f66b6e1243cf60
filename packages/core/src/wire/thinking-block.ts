/**
 * Extension, not OpenAI's: one block of a model's reasoning. A tool-using conversation must send the blocks back unchanged
 * and in order: the `signature` covers the text, and Bedrock refuses a turn whose block was edited.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html
 */
export type ThinkingBlock = VisibleThinkingBlock | RedactedThinkingBlock

/** Reasoning in readable text. In a stream, `signature` comes with the block's last delta. */
export interface VisibleThinkingBlock {
  readonly type: 'thinking'
  readonly thinking: string
  readonly signature?: string
}

/** Reasoning the provider encrypted; `data` is opaque base64 that only the provider can read. */
export interface RedactedThinkingBlock {
  readonly type: 'redacted_thinking'
  readonly data: string
}

/**
 * A piece of a block in a stream. Pieces with one `index`, the block's place among the answer's, belong together; without it a
 * piece continues the block before it until that has its signature.
 */
export type ThinkingBlockDelta = ThinkingBlock & { readonly index?: number }

/**
 * Extension fields that carry reasoning on assistant messages (both directions) and on stream deltas.
 * `reasoning_content` is the text to show (DeepSeek's name; newer vLLM and OpenRouter say `reasoning`); `thinking_blocks` is what to send back.
 */
export interface ReasoningFields {
  readonly reasoning_content?: string | null
  readonly thinking_blocks?: ThinkingBlock[]
}
