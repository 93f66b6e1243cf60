import { toGatewayError } from '../errors.ts'
import { isPromise } from '../is-promise.ts'
import type { Principal } from '../principal.ts'
import { unlessAborted } from '../unless-aborted.ts'
import { type Asking, asSeen, authenticateCaller } from './authenticate-caller.ts'
import { batchRoutes } from './batches/batch-routes.ts'
import { BodilessSink } from './bodiless-sink.ts'
import { callIdOf } from './call-id.ts'
import type { Claim } from './callers.ts'
import { DoorExchange } from './door-exchange.ts'
import type { DoorRoute } from './door-route.ts'
import { doorRoutes, findRoute, servesPath } from './door-routes.ts'
import type { DoorOptions } from './exchange.ts'
import { flushAfter } from './flush-after.ts'
import type { DoorRequest, Sink } from './front.ts'
import { refuseExchange } from './refuse-exchange.ts'

/** The gateway over HTTP, without a server: fronts give it a request and a sink. */
export interface Door {
  /** Whether a path is the gateway's own, whatever the method; a front hands every other on to its host. */
  serves(path: string): boolean
  /** Answers a request. Never rejects: what fails is an answer, or the end of one. Resolves when the answer has gone out. */
  handle(request: DoorRequest, sink: Sink): Promise<void>
}

/** The door of a gateway, which knows whose keys open it. */
export interface GatewayDoor extends Door {
  /**
   * Who sends a request, as for the gateway's own paths: the host's login, else the gateway's `auth`. For paths of a host's own that keys
   * open; `requireScope` then says whether theirs may. `undefined` where `auth` is `'none'`.
   * @throws {GatewayError} `unauthenticated`, `rate_limited`, `keys_unavailable`
   */
  authenticate(request: Asking): Promise<Principal | undefined>
}

/** The door of a gateway: who calls is known before a body is read, and every request gets an answer of its route's, or an error. */
export function createDoor(options: DoorOptions): GatewayDoor {
  const routes = options.handleBatches ? [...doorRoutes, ...batchRoutes] : doorRoutes
  return {
    serves: path => servesPath(path, routes),
    async authenticate(request) {
      try {
        return await authenticateCaller(request, options)
      } catch (error) {
        options.onRefused?.(toGatewayError(error))
        throw error
      }
    },
    handle(request, sink) {
      const ending = { settled: undefined, isCall: false }
      const out = request.method === 'HEAD' ? new BodilessSink(sink) : sink
      const exchange = new DoorExchange({
        door: options,
        request,
        sink: out,
        callId: callIdOf(request.headers),
        ending,
      })
      const answered = answer(exchange, routes)
      request.waitUntil?.(answered.then(() => flushAfter(exchange)))
      return answered
    },
  }
}

/** Not by `await`: what waits for a stream's end is kept for as long as the stream. */
function answer(exchange: DoorExchange, routes: readonly DoorRoute[]): Promise<void> {
  const { door, request } = exchange
  try {
    const { route, id } = findRoute(request.method, request.path, routes)
    exchange.id = id
    const claim = door.callers?.claimOf(request.headers)
    const known = authenticateCaller(request, door, claim)
    const goOn = (principal: Principal | undefined): Promise<void> => {
      exchange.principal = principal
      if (claim) bring(claim, exchange)
      return route.answer(exchange)
    }
    const answered = isPromise(known) ? unlessAborted(known, request.controller.signal).then(goOn) : goOn(known)
    return answered.then(undefined, (error: unknown) => refuseExchange(error, exchange, routes))
  } catch (error) {
    return refuseExchange(error, exchange, routes)
  }
}

/** What its caller calls the upstream with. */
function bring(claim: Claim, exchange: DoorExchange): void {
  if (claim.fault) throw claim.fault
  const { door, request } = exchange
  exchange.callerCredentials = claim.credentials
  if (!claim.isAlone) return
  const seen = asSeen(request, door)
  exchange.onCallerEnd = error => door.callers?.ended(claim, error, seen)
}
