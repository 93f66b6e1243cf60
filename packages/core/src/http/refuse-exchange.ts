import { type ErrorCode, type GatewayError, isCancelled, toGatewayError } from '../errors.ts'
import { sendError } from './answer.ts'
import type { DoorExchange } from './door-exchange.ts'
import type { DoorRoute } from './door-route.ts'
import { allowedMethods } from './door-routes.ts'
import type { DoorRequest, Sink } from './front.ts'

/** Answers an exchange with what it failed of. Never rejects; who has left is sent nothing. */
export async function refuseExchange(
  error: unknown,
  { door, request, sink, callId, headers, isRead, ending }: DoorExchange,
  routes: readonly DoorRoute[],
): Promise<void> {
  const { onError, onRefused } = door
  const shown = toGatewayError(error)
  if (shown.code === 'internal') onError(shown.cause, callId)
  if (shown.code === 'invalid_configuration') onError(shown, callId)
  if (shown.code === 'method_not_allowed') headers.allow = allowedMethods(request.path, routes)
  // A body that nobody reads would keep the connection busy: the caller is told to open another.
  const isUnread = isRead ? unreadBody.has(shown.code) : bringsBody(request)
  // A retry on the connection of a gateway that shuts down would meet the same one.
  if (isUnread || shown.code === 'shutting_down') headers.connection = 'close'
  // Who leaves before the body is in is counted here or nowhere.
  if (!ending.isCall) onRefused?.(shown)
  // Who has left needs no answer; anybody else would wait for one for ever, whichever layer it was that gave up.
  if (isCancelled(shown) && request.controller.signal.aborted) return
  try {
    await sendError(sink, shown, headers)
  } catch (fault) {
    onError(fault, callId)
    await refuseBarely(sink, shown, callId)
  }
}

/**
 * Without the headers of what came before: one that a layer has given may be none. Where it was the host that has answered
 * meanwhile, as a time-out of its own does, this fails, too: that must not end the process.
 */
async function refuseBarely(sink: Sink, error: GatewayError, callId: string): Promise<void> {
  try {
    await sendError(sink, error, { 'x-request-id': callId })
  } catch {
    // Told already.
  }
}

/** What the reading of a body fails of while more of it comes. */
const unreadBody: ReadonlySet<ErrorCode> = new Set(['request_too_large', 'request_timeout'])

/** Whether there is a body on the connection that the host has not read. */
function bringsBody({ headers, parsedBody }: DoorRequest): boolean {
  if (parsedBody !== undefined) return false
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
