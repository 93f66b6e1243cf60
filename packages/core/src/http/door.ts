import { randomUUID } from 'node:crypto'
import { invalidKey } from '../auth/authenticate.ts'
import { GatewayError, toGatewayError } from '../errors.ts'
import type { Principal } from '../principal.ts'
import { sendError } from './answer.ts'
import { allowedMethods, findRoute, servesPath } from './door-routes.ts'
import type { DoorOptions } from './exchange.ts'
import type { AnswerHeaders, DoorRequest, Sink } from './front.ts'

/** The gateway over HTTP, without a server: fronts give it a request and a sink. */
export interface Door {
  /** Whether a path is the gateway's own, whatever the method; a front hands every other on to its host. */
  serves(path: string): boolean
  /** Answers a request. Never rejects: what fails is an answer, or the end of one. Resolves when the answer has gone out. */
  handle(request: DoorRequest, sink: Sink): Promise<void>
}

export function createDoor(options: DoorOptions): Door {
  async function answer(request: DoorRequest, sink: Sink, callId: string, headers: AnswerHeaders): Promise<void> {
    let bodyRead = false
    try {
      const { route, id } = findRoute(request.method, request.path)
      const principal = await authenticate(request, options.auth)
      const readBody = (): Promise<Uint8Array> => {
        bodyRead = true
        return request.readBody(options.maxBodyBytes)
      }
      await route.answer({ ...options, request, sink, callId, principal, headers, id, readBody })
    } catch (error) {
      const shown = toGatewayError(error)
      if (shown.code === 'internal') options.onError(shown.cause, callId)
      if (shown.code === 'invalid_configuration') options.onError(shown, callId)
      if (shown.code === 'method_not_allowed') headers.allow = allowedMethods(request.path)
      // A body that nobody reads would keep the connection busy: the caller is told to open another.
      if (shown.code === 'request_too_large' || (!bodyRead && bringsBody(request))) headers.connection = 'close'
      // Who has left needs no answer; anybody else would wait for one for ever, whichever layer it was that gave up.
      if (shown.code !== 'cancelled' || !request.controller.signal.aborted) sendError(sink, shown, headers)
    }
  }

  return {
    serves: servesPath,
    async handle(request, sink) {
      const callId = correlationId(request.headers['x-request-id'])
      // A sink throws where the host has answered meanwhile, as a time-out of its own does: that must not end the process.
      const answered = answer(request, sink, callId, { 'x-request-id': callId }).catch((error: unknown) =>
        options.onError(error, callId),
      )
      request.waitUntil?.(answered.then(options.flush).catch(error => options.onError(error, callId)))
      await answered
    },
  }
}

async function authenticate(request: DoorRequest, auth: DoorOptions['auth']): Promise<Principal | undefined> {
  const given = await request.principal?.()
  if (given) return given
  if (auth === 'none') return undefined
  if (!auth) {
    throw new GatewayError(
      'unauthenticated',
      "This gateway has no authentication configured, so its door is shut. Give createGateway() an `auth`: apiKeys(…), a function, or 'none'.",
    )
  }
  if (request.doubled?.length) {
    throw new GatewayError(
      'unauthenticated',
      `The header ${request.doubled.join(', ')} came more than once; send it once.`,
    )
  }
  const principal = await auth(request)
  if (!principal) throw invalidKey()
  return principal
}

/** Whether there is a body on the connection that the host has not read. */
function bringsBody({ headers, parsedBody }: DoorRequest): boolean {
  if (parsedBody !== undefined) return false
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** The caller's own id where it is fit for a header and a log line, else a fresh one. */
function correlationId(given: string | undefined): string {
  return given && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID()
}
