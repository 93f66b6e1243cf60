const closed = 'it closed the connection'
const late = 'it did not answer in time'
const selfSigned = 'its certificate is self-signed'
const headersTooLong = 'its headers are too long'

/** What the codes of the system, of TLS and of undici mean to who reads the message at night. */
const meanings: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name does not resolve; check the region or the base URL',
  EAI_AGAIN: 'its name could not be resolved just now',
  ECONNREFUSED: 'it refuses connections; check that it runs, and its port',
  ECONNRESET: closed,
  EPIPE: closed,
  UND_ERR_SOCKET: closed,
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ETIMEDOUT: late,
  UND_ERR_HEADERS_TIMEOUT: late,
  UND_ERR_CONNECT_TIMEOUT: 'no connection to it came about in time',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: selfSigned,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  HPE_HEADER_OVERFLOW: headersTooLong,
  UND_ERR_HEADERS_OVERFLOW: headersTooLong,
}

const noHttp = 'it did not speak HTTP; check whether its address is http or https'
const noTls = 'TLS with it failed; check whether its address is http or https'

/** How the other codes begin that come in families. */
const families: readonly (readonly [start: RegExp, meaning: string])[] = [
  [/^(HPE_|HTTPParserError$|UND_ERR_HTTP_PARSER$)/, noHttp],
  [/^(EPROTO$|ERR_SSL_)/, noTls],
]

/** The code of a failed connection, such as `ECONNRESET`. Undici gives its parser's errors none: their name stands for it. */
export function faultCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.name === 'HTTPParserError' ? error.name : undefined
}

/** Why an upstream gave no answer, for a message: `its certificate has expired (CERT_HAS_EXPIRED)`. Unknown codes stand for themselves. */
export function connectionFault(error: unknown): string {
  const code = faultCode(error)
  if (code === undefined) return 'the connection failed'
  const known = Object.hasOwn(meanings, code) ? meanings[code] : families.find(([start]) => start.test(code))?.[1]
  return `${known ?? 'the connection failed'} (${code})`
}

/** A cause may be a cause of itself. */
const deepest = 8

/**
 * The same error, and its causes, without the bytes that a parser of Node's or undici's stopped at and shows with it: they may be
 * an answer's, which no log may hold.
 */
export function withoutBytes(error: unknown): unknown {
  let cause = error
  for (let depth = 0; depth < deepest && cause instanceof Error; depth += 1) {
    Reflect.deleteProperty(cause, 'rawPacket')
    if (cause.name === 'HTTPParserError') Reflect.deleteProperty(cause, 'data')
    cause = cause.cause
  }
  return error
}
