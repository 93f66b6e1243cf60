import type { Reply } from '../brain/prompt.ts'
import { countTokens } from '../brain/tokens.ts'
import { arrayOf, type JsonObject, pick } from '../json.ts'
import { type AnswerBlock, guardrailTrace } from './answer-blocks.ts'
import type { ConverseRequest } from './converse-request.ts'
import type { Triggers } from './triggers.ts'

/** A reply with what only Converse reports. */
export interface ConverseReply {
  readonly reply: Reply
  readonly request: ConverseRequest
  readonly usage: JsonObject
  readonly blocks: readonly AnswerBlock[]
  readonly triggers: Triggers
  /** Whether a guardrail spoke in place of the model. */
  readonly blocked: boolean
}

const STOP_REASONS: Readonly<Record<Reply['ending'], string>> = {
  end: 'end_turn',
  length: 'max_tokens',
  'stop-sequence': 'stop_sequence',
  tools: 'tool_use',
}

/** The reply's stopReason. */
export function stopReasonOf({ reply, blocked, triggers }: ConverseReply): string {
  return blocked ? 'guardrail_intervened' : (triggers.stopReason ?? STOP_REASONS[reply.ending])
}

/** What stands beside the answer: metrics, usage, and what the request asked to have echoed. */
export function metadataOf({ reply, request, usage, blocked }: ConverseReply): JsonObject {
  const { serviceTier, performanceConfig } = request.body
  const trace = blocked ? guardrailTrace(request) : undefined
  return {
    metrics: { latencyMs: 100 + reply.outputTokens * 7 },
    usage,
    ...(serviceTier === undefined ? {} : { serviceTier }),
    ...(performanceConfig === undefined ? {} : { performanceConfig }),
    ...(trace && { trace }),
  }
}

/** The one response field clients ask for: which stop sequence fired. */
export function additionalFieldsOf({ reply, request }: ConverseReply): JsonObject {
  const asked = arrayOf(request.body.additionalModelResponseFieldPaths).includes('/delta/stop_sequence')
  if (!asked || !request.model.claude) return {}
  return { additionalModelResponseFields: { delta: { stop_sequence: reply.stopSequence ?? null } } }
}

/** Shorter prefixes are silently not cached. */
const MINIMUM_CACHED_TOKENS = 1024

/**
 * Tokens by kind. A prefix up to the last cachePoint is written the first time and read from then on; `inputTokens` leaves both out,
 * `totalTokens` has all.
 */
export function usageOf(request: ConverseRequest, reply: Reply, cache: Set<string>): JsonObject {
  const { inputTokens, outputTokens } = reply
  if (!request.model.cacheUsage) return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens }
  const prefix = cachedPrefix(request)
  const tokens = Math.min(countTokens(prefix), inputTokens - 1)
  const cached = tokens >= MINIMUM_CACHED_TOKENS ? tokens : 0
  const key = `${request.model.id}${prefix}`
  const read = cached > 0 && cache.has(key) ? cached : 0
  const write = cached - read
  if (cached > 0) cache.add(key)
  return {
    inputTokens: inputTokens - cached,
    outputTokens,
    totalTokens: inputTokens + outputTokens,
    cacheReadInputTokens: read,
    cacheReadInputTokenCount: read,
    cacheWriteInputTokens: write,
    cacheWriteInputTokenCount: write,
    ...(write > 0 ? { cacheDetails: cacheDetails(request, write) } : {}),
  }
}

/** What was written, by how long it stays; what stays an hour stands first. */
function cacheDetails(request: ConverseRequest, written: number): readonly JsonObject[] {
  const hour = Math.min(written, countTokens(cachedPrefix(request, '1h')))
  return [
    { ttl: '1h', inputTokens: hour },
    { ttl: '5m', inputTokens: written - hour },
  ].filter(({ inputTokens }) => inputTokens > 0)
}

/** All up to the last cachePoint, or the last of one ttl. */
function cachedPrefix(request: ConverseRequest, ttl?: string): string {
  const blocks = [...request.tools, ...arrayOf(request.body.system), ...request.blocks.map(place => place.block)]
  const last = blocks.findLastIndex(block => {
    const point = pick(block, 'cachePoint')
    return point !== undefined && (ttl === undefined || pick(point, 'ttl') === ttl)
  })
  return blocks
    .slice(0, last + 1)
    .map(block => JSON.stringify(block))
    .join('')
}
