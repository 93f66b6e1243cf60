import {
  type AnswerHeaders,
  callIdOf,
  type Door,
  type DoorRequest,
  type Sink,
  sendError,
  toGatewayError,
} from '@modelgate/core'
import { answerHeaders, HeadedSink } from './answer-headers.ts'
import { answerOwn, type OwnRequest } from './answer-own.ts'
import type { AppParts } from './app-parts.ts'
import type { Answer, AppRoute } from './app-route.ts'
import { appRoutes } from './app-routes.ts'
import { isPreflight, preflightHeaders } from './cors.ts'
import { type FoundPath, methodsOf, pathFinder, routeOf } from './find-route.ts'
import { RequestAt } from './request-at.ts'

/** The app as a door: its own routes, the gateway's, both also behind the stage, and 404 for the rest. Every front that takes a gateway takes it. */
export function createAppDoor(app: AppParts, table: readonly AppRoute[] = appRoutes): Door {
  return new AppDoor(app, table)
}

class AppDoor implements Door {
  readonly #app: AppParts
  readonly #table: readonly AppRoute[]
  readonly #find: (path: string) => FoundPath | undefined
  readonly #headersOf: (request: DoorRequest) => AnswerHeaders

  constructor(app: AppParts, table: readonly AppRoute[]) {
    this.#app = app
    this.#table = table
    this.#find = pathFinder(table)
    this.#headersOf = answerHeaders(app)
  }

  serves(path: string): boolean {
    return this.#find(split(path).path) !== undefined
  }

  handle(request: DoorRequest, bare: Sink): Promise<void> {
    const { path, query } = split(request.path)
    const found = this.#find(path)
    if (this.#app.cors && isPreflight(request)) return this.#answerPreflight(bare, request, found)
    const sink = new HeadedSink(bare, this.#headersOf(request))
    const route = found && routeOf(found, request.method)
    if (found && route && 'door' in route) {
      const at = route.door.replace('{id}', () => encodeURIComponent(found.params.id ?? '')) + query
      return this.#app.gateway.door.handle(at === request.path ? request : new RequestAt(request, at), sink)
    }
    const requestId = callIdOf(request.headers)
    const headers = { 'x-request-id': requestId, 'cache-control': 'no-store' }
    return this.#answerOwn({ request, requestId, path, query, found, route, headers }, sink)
  }

  async #answerPreflight(bare: Sink, request: DoorRequest, found: FoundPath | undefined): Promise<void> {
    const { cors = { origins: [] }, trustProxy } = this.#app
    const sink = new HeadedSink(bare, answerHeaders({ trustProxy })(request))
    try {
      sink.head(204, {
        'x-request-id': callIdOf(request.headers),
        ...preflightHeaders(cors, request, methodsOf(found)),
      })
      await sink.end()
    } catch (fault) {
      this.#app.onError(fault, callIdOf(request.headers))
    }
  }

  async #answerOwn(own: OwnRequest, sink: Sink): Promise<void> {
    const { request, requestId, headers } = own
    const { onError } = this.#app
    try {
      try {
        const answer = await answerOwn(own, this.#app, this.#table)
        await send(sink, request.method, { ...answer, headers: { ...headers, ...answer.headers } })
      } catch (error) {
        const shown = toGatewayError(error)
        if (shown.code === 'request_too_large') headers.connection = 'close'
        if (toldFaults.has(shown.code)) onError(shown.cause ?? shown, requestId)
        if (shown.code === 'cancelled' && request.controller.signal.aborted) return
        await sendError(sink, shown, headers)
      }
    } catch (fault) {
      // A sink throws where its host has answered meanwhile: that must not end the process.
      onError(fault, requestId)
    }
  }
}

/** Those whose cause no caller may see. */
const toldFaults: ReadonlySet<string> = new Set(['internal', 'invalid_configuration', 'upstream_unavailable'])

function send(sink: Sink, method: string, answer: Answer): void | Promise<void> {
  const { status, body, contentType = 'application/json', headers } = answer
  const bytes = Buffer.from(typeof body === 'string' && answer.contentType ? body : JSON.stringify(body))
  sink.head(status, { ...headers, 'content-type': contentType, 'content-length': String(bytes.length) })
  return method === 'HEAD' ? sink.end() : sink.end(bytes)
}

function split(url: string): { readonly path: string; readonly query: string } {
  const at = url.indexOf('?')
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at) }
}
