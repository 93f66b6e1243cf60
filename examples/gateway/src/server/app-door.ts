import {
  type AnswerHeaders,
  callIdOf,
  clientAddress,
  type Door,
  type DoorRequest,
  type GatewayDoor,
  GatewayError,
  type Principal,
  requireScope,
  type Sink,
  sendError,
  toGatewayError,
} from '@modelgate/core'
import { adminCall } from './admin/tell-admin-call.ts'
import { answerHeaders, HeadedSink } from './answer-headers.ts'
import type { AppParts } from './app-parts.ts'
import type { Answer, AppRoute } from './app-route.ts'
import { appRoutes } from './app-routes.ts'
import { isPreflight, preflightHeaders } from './cors.ts'
import { type FoundPath, methodNotAllowed, methodsOf, notFound, pathFinder, routeOf } from './find-route.ts'
import { readJson } from './read-json.ts'
import { RequestAt } from './request-at.ts'
import { storeFault } from './store-fault.ts'

/** The app as a door: its own routes, the gateway's, both also behind the stage, and 404 for the rest. Every front that takes a gateway takes it. */
export function createAppDoor(app: AppParts, table: readonly AppRoute[] = appRoutes): Door {
  const { door } = app.gateway
  const find = pathFinder(table)
  const headersOf = answerHeaders(app)

  function handle(request: DoorRequest, bare: Sink): Promise<void> {
    const { path, query } = split(request.path)
    const found = find(path)
    if (app.cors && isPreflight(request)) return answerPreflight(bare, request, found)
    const sink = new HeadedSink(bare, headersOf(request))
    const route = found && routeOf(found, request.method)
    if (found && route && 'door' in route) {
      const at = route.door.replace('{id}', () => encodeURIComponent(found.params.id ?? '')) + query
      return door.handle(at === request.path ? request : new RequestAt(request, at), sink)
    }
    return answerOwn({ request, sink, path, query, found, route })
  }

  async function answerPreflight(bare: Sink, request: DoorRequest, found: FoundPath | undefined): Promise<void> {
    const { cors = { origins: [] }, trustProxy } = app
    const sink = new HeadedSink(bare, answerHeaders({ trustProxy })(request))
    try {
      sink.head(204, {
        'x-request-id': callIdOf(request.headers),
        ...preflightHeaders(cors, request, methodsOf(found)),
      })
      await sink.end()
    } catch (fault) {
      app.onError(fault, callIdOf(request.headers))
    }
  }

  async function answerOwn(exchange: OwnExchange): Promise<void> {
    const { request, sink } = exchange
    const requestId = callIdOf(request.headers)
    const headers: AnswerHeaders = { 'x-request-id': requestId, 'cache-control': 'no-store' }
    try {
      try {
        const answer = await answerRoute(exchange, requestId, headers)
        await send(sink, request.method, { ...answer, headers: { ...headers, ...answer.headers } })
      } catch (error) {
        const shown = toGatewayError(error)
        if (shown.code === 'request_too_large') headers.connection = 'close'
        if (toldFaults.has(shown.code)) app.onError(shown.cause ?? shown, requestId)
        if (shown.code === 'cancelled' && request.controller.signal.aborted) return
        await sendError(sink, shown, headers)
      }
    } catch (fault) {
      // A sink throws where its host has answered meanwhile: that must not end the process.
      app.onError(fault, requestId)
    }
  }

  async function answerRoute(exchange: OwnExchange, requestId: string, headers: AnswerHeaders): Promise<Answer> {
    const { request, path, query, found, route } = exchange
    // A body that nobody reads would keep the connection busy: the caller is told to open another.
    if (bringsBody(request)) headers.connection = 'close'
    if (!found) throw notFound(request.method, path, table)
    if (!route) {
      headers.allow = methodsOf(found).join(', ')
      throw methodNotAllowed(request.method, found)
    }
    if (!('answer' in route)) throw notFound(request.method, path, table)
    const principal = route.scope === 'public' ? undefined : await authenticated(door, request, route)
    const body = (): Promise<unknown> => {
      delete headers.connection
      return readJson(request)
    }
    const asked = { request, requestId, principal, params: found.params, query: new URLSearchParams(query), body }
    if (!principal) return route.answer(asked, app)
    const address = clientAddress(request.address, request.headers['x-forwarded-for'], app.trustProxy)
    const tell = (status: number, about?: string): void =>
      app.onAdminCall(adminCall(asked, principal, { operation: route.operationId, address, status, about }))
    try {
      requireScope(principal, route.scope)
      const answer = await route.answer(asked, app)
      tell(answer.status, answer.about)
      return answer
    } catch (error) {
      const fault = storeFault(error)
      tell(toGatewayError(fault).status)
      throw fault
    }
  }

  return { serves: path => find(split(path).path) !== undefined, handle }
}

/** Those whose cause no caller may see. */
const toldFaults: ReadonlySet<string> = new Set(['internal', 'invalid_configuration', 'upstream_unavailable'])

interface OwnExchange {
  readonly request: DoorRequest
  readonly sink: Sink
  readonly path: string
  readonly query: string
  readonly found: FoundPath | undefined
  readonly route: AppRoute | undefined
}

/** @throws {GatewayError} `unauthenticated`, and what else the look-up of a key throws */
async function authenticated(door: GatewayDoor, request: DoorRequest, { scope }: AppRoute): Promise<Principal> {
  const principal = await door.authenticate(request)
  // Where nobody is asked for a key, nobody is an administrator.
  if (!principal) throw new GatewayError('permission_denied', `This needs a key with the permission '${scope}'.`)
  return principal
}

function send(sink: Sink, method: string, answer: Answer): void | Promise<void> {
  const { status, body, contentType = 'application/json', headers } = answer
  const bytes = Buffer.from(typeof body === 'string' && answer.contentType ? body : JSON.stringify(body))
  sink.head(status, { ...headers, 'content-type': contentType, 'content-length': String(bytes.length) })
  return method === 'HEAD' ? sink.end() : sink.end(bytes)
}

function bringsBody({ headers }: DoorRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function split(url: string): { readonly path: string; readonly query: string } {
  const at = url.indexOf('?')
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at) }
}
