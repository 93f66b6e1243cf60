import { type AuthRequest, apiKeyOf, invalidKey, missingKey } from '../auth/authenticate.ts'
import { abortError, type ErrorCode, GatewayError, isCancelled, toGatewayError } from '../errors.ts'
import { within } from '../flush.ts'
import { isPromise } from '../is-promise.ts'
import type { Principal } from '../principal.ts'
import { sendError } from './answer.ts'
import { batchRoutes } from './batches/batch-routes.ts'
import { callIdOf } from './call-id.ts'
import type { Claim } from './callers.ts'
import { DoorExchange } from './door-exchange.ts'
import { allowedMethods, doorRoutes, findRoute, servesPath } from './door-routes.ts'
import type { DoorOptions, Exchange } from './exchange.ts'
import type { DoorRequest, Sink } from './front.ts'
import { ProxiedRequest } from './proxied-request.ts'
import { unlessAborted } from './unless-aborted.ts'

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
  authenticate(request: Pick<DoorRequest, keyof AuthRequest | 'doubled' | 'principal'>): Promise<Principal | undefined>
}

export function createDoor(options: DoorOptions): GatewayDoor {
  const { onError } = options
  const routes = options.handleBatches ? [...doorRoutes, ...batchRoutes] : doorRoutes

  /** Not by `await`: what waits for a stream's end is kept for as long as the stream. */
  function answer(exchange: DoorExchange): Promise<void> {
    const { request } = exchange
    try {
      const { route, id } = findRoute(request.method, request.path, routes)
      exchange.id = id
      const claim = options.callers?.claimOf(request.headers)
      const known = authenticate(request, options, claim)
      const goOn = (principal: Principal | undefined): Promise<void> => {
        exchange.principal = principal
        if (claim) bring(claim, exchange)
        return route.answer(exchange)
      }
      const answered = isPromise(known) ? unlessAborted(known, request.controller).then(goOn) : goOn(known)
      return answered.then(undefined, (error: unknown) => refuse(error, exchange))
    } catch (error) {
      return refuse(error, exchange)
    }
  }

  /** What its caller calls the upstream with. */
  function bring(claim: Claim, exchange: DoorExchange): void {
    if (claim.fault) throw claim.fault
    exchange.callerCredentials = claim.credentials
    if (!claim.isAlone) return
    const seen = asSeen(exchange.request, options)
    exchange.onCallerEnd = error => options.callers?.ended(claim, error, seen)
  }

  async function refuse(
    error: unknown,
    { request, sink, callId, headers, isRead, ending }: DoorExchange,
  ): Promise<void> {
    const shown = toGatewayError(error)
    if (shown.code === 'internal') onError(shown.cause, callId)
    if (shown.code === 'invalid_configuration') onError(shown, callId)
    if (shown.code === 'method_not_allowed') headers.allow = allowedMethods(request.path, routes)
    // A body that nobody reads would keep the connection busy: the caller is told to open another.
    const isUnread = isRead ? unreadBody.has(shown.code) : bringsBody(request)
    if (isUnread) headers.connection = 'close'
    // Who has left needs no answer; anybody else would wait for one for ever, whichever layer it was that gave up.
    if (isCancelled(shown) && request.controller.signal.aborted) return
    if (!ending.isCall) options.onRefused?.(shown)
    try {
      await sendError(sink, shown, headers)
    } catch (fault) {
      onError(fault, callId)
      await refuseBarely(sink, shown, callId)
    }
  }

  /** Waits for the call's own end first: what it tells the log would else come after the flush. */
  async function flush(
    { flushMs = 5_000, controller, headers }: DoorRequest,
    { callId, ending }: Answering,
  ): Promise<void> {
    try {
      const settled = ending.settled ?? Promise.resolve()
      const { signal } = controller
      // One whose caller has left may go on, for its answer to be kept under its idempotency key: its deadline ends it, not this.
      if (signal.aborted && isCancelled(abortError(signal))) await settled
      const flushed = within(
        settled.then(() => options.flush({ timeoutMs: flushMs })),
        flushMs,
      )
      // Of a process that is frozen before, a repeat would find no answer, and pay for another.
      const timeoutMs = Math.max(flushMs, answersMs)
      const kept =
        headers['idempotency-key'] !== undefined &&
        within(
          settled.then(() => options.flushAnswers({ timeoutMs })),
          timeoutMs,
        )
      await Promise.all([flushed, kept])
    } catch (error) {
      onError(error, callId)
    }
  }

  return {
    serves: path => servesPath(path, routes),
    async authenticate(request) {
      try {
        return await authenticate(request, options, undefined)
      } catch (error) {
        options.onRefused?.(toGatewayError(error))
        throw error
      }
    },
    handle(request, sink) {
      const callId = callIdOf(request.headers)
      const ending = { settled: undefined, isCall: false }
      const answered = answer(new DoorExchange({ door: options, request, sink, callId, ending }))
      request.waitUntil?.(answered.then(() => flush(request, { callId, ending })))
      return answered
    },
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

/** What the answer of an idempotency key may take to be kept, whatever else may; two tries of a store. */
const answersMs = 2_000

type Answering = Pick<Exchange, 'callId' | 'ending'>

/** As much of a request as authentication looks at. */
type Asking = Parameters<GatewayDoor['authenticate']>[0]

type MaybePrincipal = Principal | undefined | PromiseLike<Principal | undefined>

/** At once where the host's login and the key store answer at once. */
function authenticate(request: Asking, options: DoorOptions, claim: Claim | undefined): MaybePrincipal {
  const given = request.principal?.()
  if (isPromise(given)) return given.then(principal => principal ?? byKeyOrAlone(request, options, claim))
  return given ?? byKeyOrAlone(request, options, claim)
}

/** By a key of the gateway's; where none opens the door, by the caller's own credentials for an upstream, if these are enough. */
function byKeyOrAlone(request: Asking, options: DoorOptions, claim: Claim | undefined): MaybePrincipal {
  const { callers } = options
  if (!claim || !callers) return byKey(request, options)
  const seen = asSeen(request, options)
  const orAlone = (refusal: unknown): Principal => {
    const principal = callers.alone(claim, seen, refusal)
    if (principal) return principal
    throw callers.withRemedy(refusal)
  }
  let known: MaybePrincipal
  try {
    known = byKey(request, options)
  } catch (refusal) {
    return orAlone(refusal)
  }
  return isPromise(known) ? known.then(undefined, orAlone) : (known ?? callers.alone(claim, seen))
}

/** With the caller's address as far as proxies are trusted. */
function asSeen(request: Asking, { trustProxy }: DoorOptions): AuthRequest {
  return trustProxy === 0 ? request : new ProxiedRequest(request, trustProxy)
}

function byKey(request: Asking, options: DoorOptions): MaybePrincipal {
  const { auth } = options
  if (auth === 'none') return undefined
  if (!auth) {
    throw new GatewayError(
      'unauthenticated',
      "This gateway has no authentication configured, so its door is shut. Give createGateway() an `auth`: apiKeys(…), a function, or 'none'.",
    )
  }
  if (request.doubled?.includes('authorization')) {
    throw new GatewayError('unauthenticated', 'The header authorization came more than once; send it once.')
  }
  const principal = auth(asSeen(request, options))
  return isPromise(principal) ? principal.then(found => found ?? nobody(request)) : (principal ?? nobody(request))
}

function nobody({ headers }: Asking): never {
  throw apiKeyOf(headers) ? invalidKey() : missingKey()
}

/** What the reading of a body fails of while more of it comes. */
const unreadBody: ReadonlySet<ErrorCode> = new Set(['request_too_large', 'request_timeout'])

/** Whether there is a body on the connection that the host has not read. */
function bringsBody({ headers, parsedBody }: DoorRequest): boolean {
  if (parsedBody !== undefined) return false
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
