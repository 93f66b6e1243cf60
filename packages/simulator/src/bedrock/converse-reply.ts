import type { Reply } from '../brain/prompt.ts'
import { countTokens } from '../brain/tokens.ts'
import { arrayOf, type JsonObject } from '../json.ts'
import type { ConverseRequest } from './converse-request.ts'
import { signatureFor } from './reasoning-marks.ts'

/** A reply with what only Converse reports. */
export interface ConverseReply {
  readonly reply: Reply
  readonly request: ConverseRequest
  readonly usage: JsonObject
}

const STOP_REASONS: Readonly<Record<Reply['ending'], string>> = {
  end: 'end_turn',
  length: 'max_tokens',
  'stop-sequence': 'stop_sequence',
  tools: 'tool_use',
}

/** The reply's stopReason. */
export function stopReasonOf({ reply }: ConverseReply): string {
  return STOP_REASONS[reply.ending]
}

/** A thinking block's signature: opaque, and only Claude gives one. */
export function signatureOf({ reply, request }: ConverseReply): string | undefined {
  return request.model.claude ? signatureFor(reply.reasoning) : undefined
}

/** What stands beside the answer: metrics, usage, and what the request asked to have echoed. */
export function metadataOf({ reply, request, usage }: ConverseReply): JsonObject {
  const { serviceTier, performanceConfig } = request.body
  return {
    metrics: { latencyMs: 100 + reply.outputTokens * 7 },
    usage,
    ...(serviceTier === undefined ? {} : { serviceTier }),
    ...(performanceConfig === undefined ? {} : { performanceConfig }),
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
 * `totalTokens` has all (facts §11).
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
    ...(write > 0 ? { cacheDetails: [{ ttl: '5m', inputTokens: write }] } : {}),
  }
}

function cachedPrefix(request: ConverseRequest): string {
  const system = arrayOf(request.body.system)
  const parts = [...request.tools, ...system, ...request.blocks.map(place => place.block)].map(part =>
    JSON.stringify(part),
  )
  return parts.slice(0, parts.findLastIndex(part => part.startsWith('{"cachePoint"')) + 1).join('')
}
