import { GatewayError } from '../errors.ts'
import { connectionFault, faultCode, withoutBytes } from './connection-fault.ts'

/**
 * What a request fails of that got no answer: `timeout_connect` where its code says so, else `upstream_unavailable`.
 * @param coded the cause of `cause` that has the code, where that is another
 */
export function noAnswer(host: string, cause: unknown, coded: unknown = cause): GatewayError {
  if (faultCode(coded) === 'UND_ERR_CONNECT_TIMEOUT') {
    return new GatewayError('timeout_connect', `No connection to ${host} in time.`, { cause })
  }
  const message = `The upstream ${host} gave no answer: ${connectionFault(coded)}.`
  return new GatewayError('upstream_unavailable', message, { cause: withoutBytes(cause) })
}

/** What an answer fails of whose connection ends before its body has. */
export function brokenAnswer(cause: unknown): GatewayError {
  const message = 'The connection to the upstream broke before the answer was complete.'
  return new GatewayError('stream_interrupted', message, { cause: withoutBytes(cause) })
}
