import { noteDroppedName } from './dropped-params.ts'
import { openObject } from './open-object.ts'
import type { BedrockChatRequest } from './request-extensions.ts'

/** Bedrock's limits of `requestMetadata`. Java's white space, not JavaScript's, which counts more characters. */
const maxPairs = 16
const keyPattern = /^[a-zA-Z0-9 \t\n\v\f\r:_@$#=/+,.-]{1,256}$/
const valuePattern = /^[a-zA-Z0-9 \t\n\v\f\r:_@$#=/+,.-]{0,256}$/

/**
 * `request_metadata` as Bedrock takes it. A pair that it would refuse the call for is left out and named: with characters replaced,
 * two tenants could become one in the invocation log. `undefined` when no pair is left.
 * @throws {GatewayError} `invalid_request` for what is no object.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_RequestSyntax
 */
export function toRequestMetadata(
  { request_metadata, requestMetadata }: BedrockChatRequest,
  dropped: Set<string>,
): Record<string, string> | undefined {
  const example = "an object such as { team: 'a' }"
  const given =
    openObject(request_metadata, 'request_metadata', example) ?? openObject(requestMetadata, 'requestMetadata', example)
  if (!given) return undefined
  const pairs = sayablePairs(given, 'request_metadata', { room: maxPairs, dropped })
  return pairs.length > 0 ? Object.fromEntries(pairs) : undefined
}

/**
 * The request with OpenAI's `metadata` among its `request_metadata`, whose own pairs win and come first. What Bedrock would refuse
 * is left out and named.
 */
export function withMetadata(request: BedrockChatRequest, dropped: Set<string>): BedrockChatRequest {
  const { metadata, ...others } = request
  if (!metadata) return request
  const own = toRequestMetadata(request, new Set()) ?? {}
  const more = Object.entries(metadata).filter(([key]) => !Object.hasOwn(own, key))
  const room = maxPairs - Object.keys(own).length
  const pairs = sayablePairs(Object.fromEntries(more), 'metadata', { room, dropped })
  const given = request.request_metadata ?? request.requestMetadata
  return { ...others, request_metadata: { ...given, ...Object.fromEntries(pairs) } }
}

interface Room {
  /** How many pairs may still be said. */
  readonly room: number
  readonly dropped: Set<string>
}

function sayablePairs(given: object, param: string, { room, dropped }: Room): [key: string, value: string][] {
  const pairs: [string, string][] = []
  for (const [key, value] of Object.entries(given) as [string, unknown][]) {
    if (value === null || value === undefined) continue
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
    const sayable = typeof text === 'string' && keyPattern.test(key) && valuePattern.test(text)
    if (sayable && pairs.length < room) pairs.push([key, text])
    else noteDroppedName(`${param}.${key}`, dropped)
  }
  return pairs
}
