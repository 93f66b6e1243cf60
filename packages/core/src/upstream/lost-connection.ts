import { GatewayError } from '../errors.ts'
import { connectionFault, faultCode, withoutBytes } from './connection-fault.ts'
import type { UpstreamRequest } from './transport.ts'

/** How a connection ends that the upstream had closed while it was kept. */
const staleCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/** The code of what a request ends with whose kept connection was lost. */
export const keptConnectionLost = 'ERR_KEPT_CONNECTION_LOST'

/** Whether a kept connection was closed at the moment it was used again, before any of an answer came. */
export function isStale(cause: unknown): boolean {
  return staleCodes.has(faultCode(cause) ?? '')
}

/**
 * Whether a request may go out again that a kept connection lost. One whose writing failed has not reached the upstream whole, and one
 * that may be repeated by its method does no harm; any other may have been carried out already.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2
 */
export function mayResend({ method }: Pick<UpstreamRequest, 'method'>, cause: unknown): boolean {
  return method !== 'POST' || (cause instanceof Error && 'syscall' in cause && cause.syscall === 'write')
}

/** What the caller of the transport is told instead: it says nothing of the upstream's health. */
export function lostConnection(host: string, cause: unknown): GatewayError {
  const message = `The upstream ${host} closed a kept connection as it was used again: ${connectionFault(cause)}.`
  const lost = Object.assign(new Error(message, { cause: withoutBytes(cause) }), { code: keptConnectionLost })
  return new GatewayError('upstream_unavailable', message, { cause: lost })
}
