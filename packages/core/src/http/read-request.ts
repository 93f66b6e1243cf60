import { GatewayError } from '../errors.ts'
import { isBodyError } from '../wire/body-error.ts'
import { checkParsedBody } from '../wire/parsed-body.ts'
import { parseBody, type SourceBody } from '../wire/source-body.ts'
import type { DoorRequest } from './front.ts'

/** A request's body, checked to be an object, and the bytes it came as. */
export interface ReadRequest {
  readonly value: object
  /** Absent where the host has parsed the body: its bytes are gone. */
  readonly source: SourceBody | undefined
}

const encoder = new TextEncoder()

/**
 * A request's body as an object: parsed here, or by a parser of the host's.
 * @param isOwn whether the bytes were read for the gateway alone, which may then write them over
 * @throws {GatewayError} `invalid_request` saying what is wrong and where.
 */
export function parseRequest(body: unknown, isOwn: boolean): ReadRequest {
  try {
    if (body instanceof Uint8Array) return withValue(parseBody(body, { isOwn }))
    if (typeof body === 'string') return withValue(parseBody(encoder.encode(body)))
    return { value: checkParsedBody(body), source: undefined }
  } catch (error) {
    if (!isBodyError(error)) throw error
    throw new GatewayError('invalid_request', error.message, { param: error.param, cause: error })
  }
}

function withValue(source: SourceBody): ReadRequest {
  return { value: source.value, source }
}

/**
 * Before the body is read: a compressed one would be called bad UTF-8, where no parser of the host's has unpacked it. And where nobody is asked for a key, any web page could
 * make its visitors' browsers spend money: a browser sends JSON to another origin only after asking, anything else without.
 * @see https://fetch.spec.whatwg.org/#cors-safelisted-request-header
 */
export function checkMediaType({ headers, parsedBody }: DoorRequest, mustSayJson: boolean): void {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity' && parsedBody === undefined) {
    throw new GatewayError(
      'unsupported_media_type',
      `content-encoding: '${encoding.slice(0, 60)}' is not read here; send the body uncompressed.`,
    )
  }
  const type = headers['content-type'] ?? ''
  if (mustSayJson && !/^application\/([\w.+-]+\+)?json\b/i.test(type)) {
    throw new GatewayError(
      'unsupported_media_type',
      `content-type: ${type ? `'${type.slice(0, 60)}' is not JSON` : 'is missing'}; a gateway without keys takes application/json only.`,
    )
  }
}
