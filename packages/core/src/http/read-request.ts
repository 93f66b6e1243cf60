import { GatewayError } from '../errors.ts'
import { isBodyError } from '../wire/body-error.ts'
import { checkParsedBody } from '../wire/parsed-body.ts'
import { parseBody, type SourceBody } from '../wire/source-body.ts'
import type { Exchange } from './exchange.ts'
import type { DoorRequest } from './front.ts'

export interface ReadRequest {
  readonly value: object
  /** Absent where the host has parsed the body: its bytes are gone. */
  readonly source: SourceBody | undefined
}

const encoder = new TextEncoder()

/**
 * The request's body as an object: read and parsed here, or taken from a parser of the host's.
 * @throws {GatewayError} `invalid_request` saying what is wrong and where; `request_too_large`.
 */
export async function readRequest({
  request,
  readBody,
  auth,
  principal,
}: Pick<Exchange, 'request' | 'readBody' | 'auth' | 'principal'>): Promise<ReadRequest> {
  checkMediaType(request.headers, auth === 'none' && principal === undefined)
  const { parsedBody = await readBody() } = request
  try {
    if (!(parsedBody instanceof Uint8Array) && typeof parsedBody !== 'string') {
      return { value: checkParsedBody(parsedBody), source: undefined }
    }
    const source = parseBody(typeof parsedBody === 'string' ? encoder.encode(parsedBody) : parsedBody)
    return { value: source.value, source }
  } catch (error) {
    if (!isBodyError(error)) throw error
    throw new GatewayError('invalid_request', error.message, { param: error.param, cause: error })
  }
}

/**
 * A compressed body would be called bad UTF-8. And where nobody is asked for a key, any web page could make its visitors' browsers
 * spend money: a browser sends JSON to another origin only after asking, anything else without.
 * @see https://fetch.spec.whatwg.org/#cors-safelisted-request-header
 */
function checkMediaType(headers: DoorRequest['headers'], mustSayJson: boolean): void {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw new GatewayError(
      'unsupported_media_type',
      `content-encoding: '${encoding.slice(0, 60)}' is not read here; send the body uncompressed.`,
    )
  }
  const type = headers['content-type'] ?? ''
  if (mustSayJson && !/^application\/([\w.+-]+\+)?json\b/i.test(type)) {
    throw new GatewayError(
      'unsupported_media_type',
      `content-type: '${type.slice(0, 60)}' is not JSON; a gateway without keys takes application/json only.`,
    )
  }
}
