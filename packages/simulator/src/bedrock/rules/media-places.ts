import { type JsonObject, pick, stringOf } from '../../json.ts'
import type { BlockAt, ConverseRequest } from '../converse-request.ts'

/** Where a request holds media of a kind, as `image`; those inside tool results among them. */
export function places({ allBlocks }: ConverseRequest, kind: string): readonly BlockAt[] {
  return allBlocks.filter(({ block }) => block[kind] !== undefined)
}

/** The base64 that a block of a kind brings along; undefined when its bytes are elsewhere. */
export function inlineBytes(block: JsonObject, kind: string): string | undefined {
  return stringOf(pick(block, kind, 'source', 'bytes'))
}

/** How many bytes base64 is of. */
export function bytesIn(base64: string | undefined): number {
  return base64 === undefined ? 0 : Math.floor((base64.replace(/=+$/, '').length * 3) / 4)
}
