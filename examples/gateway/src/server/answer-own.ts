import {
  type AnswerHeaders,
  clientAddress,
  type DoorRequest,
  type GatewayDoor,
  GatewayError,
  type Principal,
  requireScope,
  toGatewayError,
} from '@modelgate/core'
import { adminCall } from './admin/tell-admin-call.ts'
import type { AppParts } from './app-parts.ts'
import type { Answer, AppRoute, Asked, OwnRoute } from './app-route.ts'
import { checkQuery } from './check-query.ts'
import { type FoundPath, methodNotAllowed, methodsOf, notFound } from './find-route.ts'
import { readJson } from './read-json.ts'
import { storeFault } from './store-fault.ts'

/** A request that is not the gateway's door's to answer. */
export interface OwnRequest {
  readonly request: DoorRequest
  readonly requestId: string
  readonly path: string
  readonly query: string
  readonly found: FoundPath | undefined
  readonly route: AppRoute | undefined
  /** Of its answer, whatever that will be: added to as it is made. */
  readonly headers: AnswerHeaders
}

/**
 * What one of the app's own routes answers.
 * @throws {GatewayError} what is answered instead
 */
export async function answerOwn(own: OwnRequest, app: AppParts, table: readonly AppRoute[]): Promise<Answer> {
  const { request, requestId, path, query, found, route, headers } = own
  // A body that nobody reads would keep the connection busy: the caller is told to open another.
  if (bringsBody(request)) headers.connection = 'close'
  if (!found) throw notFound(request.method, path, table)
  if (!route) {
    headers.allow = methodsOf(found).join(', ')
    throw methodNotAllowed(request.method, found)
  }
  if (!('answer' in route)) throw notFound(request.method, path, table)
  const principal = route.scope === 'public' ? undefined : await authenticated(app.gateway.door, request, route)
  const body = (): Promise<unknown> => {
    delete headers.connection
    return readJson(request)
  }
  const asked = { request, requestId, principal, params: found.params, query: new URLSearchParams(query), body }
  return principal ? answerKnown({ ...asked, principal }, route, app) : route.answer(asked, app)
}

/** For a key whose scope is looked at. Who runs the gateway is told of it, whatever becomes of it. */
async function answerKnown(asked: Asked & { principal: Principal }, route: OwnRoute, app: AppParts): Promise<Answer> {
  const { request, principal } = asked
  const address = clientAddress(request.address, request.headers['x-forwarded-for'], app.trustProxy)
  const tell = (status: number, about?: string): void =>
    app.onAdminCall(adminCall(asked, principal, { operation: route.operationId, address, status, about }))
  try {
    requireScope(principal, route.scope)
    checkQuery(asked.query, route)
    const answer = await route.answer(asked, app)
    if (!route.isScraped) tell(answer.status, answer.about)
    return answer
  } catch (error) {
    const fault = storeFault(error)
    tell(toGatewayError(fault).status)
    throw fault
  }
}

/** @throws {GatewayError} `unauthenticated`, and what else the look-up of a key throws */
async function authenticated(door: GatewayDoor, request: DoorRequest, { scope }: AppRoute): Promise<Principal> {
  const principal = await door.authenticate(request)
  // Where nobody is asked for a key, nobody is an administrator.
  if (!principal) throw new GatewayError('permission_denied', `This needs a key with the permission '${scope}'.`)
  return principal
}

function bringsBody({ headers }: DoorRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
