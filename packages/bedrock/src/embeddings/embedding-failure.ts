import { type ErrorCode, type GatewayError, isGatewayError } from '@modelgate/core'
import { changedError } from '../errors/changed-error.ts'
import type { EmbeddingBatch } from './embedding-batches.ts'

/** What fails for any item alike. */
const ofAllItems: ReadonlySet<ErrorCode> = new Set(['upstream_auth_failed', 'permission_denied', 'model_not_found'])
/** What an item itself is to blame for. */
const ofOneItem: ReadonlySet<ErrorCode> = new Set(['invalid_request', 'context_length_exceeded', 'content_filtered'])

/** The failure of one of a request's calls, which names the item, or the items that went with it: `` `input[7]`: … ``. */
export function atItems(error: unknown, { places }: EmbeddingBatch): unknown {
  if (!isGatewayError(error) || ofAllItems.has(error.code)) return error
  const place = faultyPlace(error, places)
  const [first, last] = place === undefined ? [places[0], places.at(-1)] : [place, place]
  const where = first === last ? `\`input[${first}]\`` : `\`input[${first}]\` to \`input[${last}]\``
  const blamed = first === last ? `input[${first}]` : 'input'
  const param = ofOneItem.has(error.code) ? blamed : error.param
  return changedError(error, { message: `${where}: ${error.message}`, param })
}

/** Bedrock points into the body that it was sent: `#/texts/3: expected maxLength: 2048, actual: 2049`. */
function faultyPlace({ code, message }: GatewayError, places: readonly number[]): number | undefined {
  if (places.length === 1) return places[0]
  const pointed = ofOneItem.has(code) ? /#\/texts\/(\d{1,4})\b/.exec(message)?.[1] : undefined
  return pointed === undefined ? undefined : places[Number(pointed)]
}
