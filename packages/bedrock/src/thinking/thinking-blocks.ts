import type { AssistantMessage, ThinkingBlock } from '@modelgate/core'
import { isBase64 } from '../media/images.ts'
import type { ModelCapabilities } from '../models/model-capabilities.ts'
import { mustBe } from '../request/invalid-request.ts'
import { isJsonObject, type JsonObject } from '../wire/json.ts'
import { joinedPieces, lostTheirText, type ThinkingPiece } from './thinking-pieces.ts'

/**
 * The reasoning that an assistant message sends back.
 * @param at where the message stands, such as `messages[2]`.
 * @throws {GatewayError} `invalid_request` naming the block, for one that no answer of the gateway could have held.
 */
function thinkingBlocksOf(message: AssistantMessage, at: string): readonly ThinkingBlock[] {
  const blocks: unknown = message.thinking_blocks
  if (blocks === undefined || blocks === null) return []
  const param = `${at}.thinking_blocks`
  if (!Array.isArray(blocks)) throw mustBe(param, 'the array that the answer came with', blocks)
  return joinedPieces(blocks.map((block: unknown, index) => checked(block, `${param}[${index}]`)))
}

/**
 * Those that the model takes back. Claude refuses the whole request for reasoning that it did not sign; OpenAI's models only encrypt
 * theirs; all others refuse or ignore what they are sent.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ReasoningTextBlock.html
 */
export function replayableBlocks(
  message: AssistantMessage,
  at: string,
  { replaysReasoning, reasoning }: ModelCapabilities,
): readonly ThinkingBlock[] {
  if (!replaysReasoning || !reasoning) return []
  const blocks = thinkingBlocksOf(message, at)
  if (reasoning === 'nestedEffort') return blocks.some(isSigned) ? [] : blocks.filter(isReadable)
  if (lostTheirText(message, blocks)) return []
  return blocks.filter(block =>
    isRedacted(block) ? isReadable(block) && isOwn(block.data) : isSigned(block) && isOwn(block.signature),
  )
}

type RedactedThinkingBlock = Extract<ThinkingBlock, { type: 'redacted_thinking' }>

function isRedacted(block: ThinkingBlock): block is RedactedThinkingBlock {
  return block.type === 'redacted_thinking'
}

/** Bedrock takes bytes here, in base64 text; anything else is refused with all that stands around it. */
function isReadable(block: ThinkingBlock): block is RedactedThinkingBlock {
  return isRedacted(block) && isBase64(block.data) && !/[-_]/.test(block.data)
}

function isSigned(block: ThinkingBlock): block is ThinkingBlock & { readonly signature: string } {
  return block.type === 'thinking' && block.signature !== undefined && block.signature !== ''
}

/** Claude's signatures are base64. What OpenAI encrypted starts as Fernet tokens do, as they are or in base64 once more. */
function isOwn(signature: string): boolean {
  return /^[\w+/-]+=*$/.test(signature) && !/^(?:gAAAA|Z0FBQUFB)/.test(signature)
}

function checked(block: unknown, at: string): ThinkingPiece {
  if (!isJsonObject(block)) throw mustBe(at, 'a block as the answer came with', block)
  if (block.type === 'redacted_thinking') {
    return { type: 'redacted_thinking', data: textAt(block, 'data', at) }
  }
  if (block.type !== 'thinking') throw mustBe(`${at}.type`, "'thinking' or 'redacted_thinking'", block.type)
  const thinking = textAt(block, 'thinking', at)
  const { signature } = block
  const piece = { type: 'thinking', thinking, ...(typeof block.index === 'number' && { index: block.index }) } as const
  if (signature === undefined || signature === null) return piece
  return { ...piece, signature: textAt(block, 'signature', at) }
}

function textAt(block: JsonObject, member: string, at: string): string {
  const value = block[member]
  if (typeof value === 'string') return value
  throw mustBe(`${at}.${member}`, 'the string that the answer came with', value)
}
