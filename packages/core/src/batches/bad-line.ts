import { GatewayError, isGatewayError } from '../errors.ts'

/** A fault of one line: `Line 17: …`. */
export function badLine(number: number, why: string, cause?: unknown): GatewayError {
  return new GatewayError('invalid_request', `Line ${number}: ${why}.`, { param: 'file', cause })
}

/** What a line's model was refused for, under the line's number. */
export function badModel(number: number, error: unknown): unknown {
  if (!isGatewayError(error)) return error
  const { code, status, lacks, message } = error
  return new GatewayError(code, `Line ${number}: body.model: ${message}`, {
    param: 'file',
    status,
    lacks,
    cause: error,
  })
}
