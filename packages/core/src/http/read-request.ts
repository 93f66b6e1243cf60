import { GatewayError } from '../errors.ts'
import { isBodyError } from '../wire/body-error.ts'
import { checkParsedBody } from '../wire/parsed-body.ts'
import { parseBody, type SourceBody } from '../wire/source-body.ts'
import type { Exchange } from './door-routes.ts'

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
export async function readRequest({ request, readBody }: Pick<Exchange, 'request' | 'readBody'>): Promise<ReadRequest> {
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
