import { abortError, type ErrorCode, GatewayError, isGatewayError } from '@modelgate/core'

/** What failed, and whether another connection may do better. */
export interface SourceFailure {
  readonly error: GatewayError
  /** `lost`: the next search had better connect anew. `stale`: this one had, for the server has been restarted since the last. */
  readonly connection: 'kept' | 'lost' | 'stale'
}

/**
 * A failure of the MCP client's as an error of ours, without it as its cause: its message quotes what the server answered, which may hold what
 * was asked, and causes are logged. A search that its caller gave up leaves the connection as it is, and so does a server's refusal.
 * A session that the server does not know (any more) is answered with 404 as the protocol has it, and by some with 400. What is not connected
 * any more, such as a child process that is being ended, was sent nothing.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management
 */
export function toSourceError(
  error: unknown,
  { source, signal }: { source: string; signal: AbortSignal },
): SourceFailure {
  if (signal.aborted) return { error: abortError(signal), connection: 'kept' }
  const cause = gatewayErrorIn(error)
  if (cause) {
    if (partsOf(cause.cause).code === keptConnectionLost) return { error: cause, connection: 'stale' }
    const isLost = cause.code === 'upstream_unavailable' || cause.code === 'stream_interrupted'
    return { error: cause, connection: isLost ? 'lost' : 'kept' }
  }
  const { name, code, status } = partsOf(error)
  const parts = [name, code, status].filter(part => part !== undefined).join(' ')
  const remedy = remedies.get(status) ?? remedies.get(code) ?? remedies.get(name)
  const message = `The MCP source ${source} failed: ${parts}${remedy ? `; ${remedy}` : ''}.`
  const failed = (ours: ErrorCode): GatewayError => new GatewayError(ours, message)
  if (authErrors.has(name) || status === 401 || status === 403) {
    return { error: failed('upstream_auth_failed'), connection: 'kept' }
  }
  if (name === 'ProtocolError') {
    const isOfQuery = code === invalidParams || code === resourceNotFound
    return { error: failed(isOfQuery ? 'invalid_request' : 'upstream_bad_response'), connection: 'kept' }
  }
  const answered = typeof code === 'string' ? ofAnswers.get(code) : undefined
  if (answered) return { error: failed(answered), connection: 'kept' }
  const isStale = status === 404 || status === 400 || code === 'NOT_CONNECTED'
  return { error: failed('upstream_unavailable'), connection: isStale ? 'stale' : 'lost' }
}

/** What core's transports say of a kept connection that the server closed as it was used again. */
const keptConnectionLost = 'ERR_KEPT_CONNECTION_LOST'

/** JSON-RPC's, and what MCP calls a URI that leads nowhere: both answer what was asked for, and another search may do better. */
const invalidParams = -32602
const resourceNotFound = -32002

const unknownVersion = 'UNSUPPORTED_PROTOCOL_VERSION'

const authErrors: ReadonlySet<string> = new Set(['UnauthorizedError', 'InsufficientScopeError'])

/** What a server answered that is up: a result out of shape, and one that asks back, which the words of a query may have led to. */
const ofAnswers: ReadonlyMap<string, ErrorCode> = new Map([
  ['INVALID_RESULT', 'upstream_bad_response'],
  ['UNSUPPORTED_RESULT_TYPE', 'invalid_request'],
])

const wrongToken = 'the server does not let this one in; look at `server.token`'
const moved = 'the server is elsewhere, and redirects are not followed; look at `server.url`'
const nothingThere = 'no MCP server answers here; look at `server.url`'

/** What to do about a status, a code or a kind of error. */
const remedies: ReadonlyMap<string | number | undefined, string> = new Map<string | number, string>([
  [301, moved],
  [302, moved],
  [307, moved],
  [308, moved],
  [401, wrongToken],
  [403, wrongToken],
  ['UnauthorizedError', wrongToken],
  ['InsufficientScopeError', wrongToken],
  [404, nothingThere],
  [405, nothingThere],
  ['CLIENT_HTTP_UNEXPECTED_CONTENT', nothingThere],
  [
    invalidParams,
    'it does not take what it was asked with; look at the arguments of the tool, or the URIs of the resources',
  ],
  [unknownVersion, 'it speaks another revision of the protocol; look for a newer `@modelcontextprotocol/client`'],
  ['INVALID_RESULT', 'its answer is not of the shape that the protocol has'],
  ['UNSUPPORTED_RESULT_TYPE', 'it asks back before it answers, which is refused'],
  ['ENOENT', 'there is no such program, or no such directory; look at `server.command` and `server.cwd`'],
  ['EACCES', 'the program may not be started; look at `server.command`'],
  [
    'CONNECTION_CLOSED',
    'the connection was closed, or the child process has ended; run its command by hand to see what it says',
  ],
])

/** The client wraps what its `fetch` throws, once or twice. */
function gatewayErrorIn(error: unknown): GatewayError | undefined {
  let inner = error
  for (let depth = 0; depth < 4 && inner instanceof Error; depth++) {
    if (isGatewayError(inner)) return inner
    inner = inner.cause
  }
  return undefined
}

function partsOf(error: unknown): { name: string; code?: string | number; status?: number } {
  if (!(error instanceof Error)) return { name: 'unknown' }
  const name = error.name === 'Error' ? error.constructor.name : error.name
  // The client has no code for it, and what stands behind these words comes from the server.
  const isVersion = error.message.startsWith("Server's protocol version is not supported")
  const code: unknown = isVersion ? unknownVersion : Reflect.get(error, 'code')
  const status: unknown = Reflect.get(error, 'status')
  return {
    name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof status === 'number' ? { status } : {}),
  }
}
