/** What the system's error codes mean to who reads the message at night. Codes that are not here stand for themselves. */
const meanings: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name does not resolve; check the region or the base URL',
  EAI_AGAIN: 'its name could not be resolved just now',
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'it closed the connection',
  EPIPE: 'it closed the connection',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ETIMEDOUT: 'it did not answer in time',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

/** The system's code of a failed connection, such as `ECONNRESET`. */
export function faultCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Why an upstream gave no answer, for a message: `it refuses connections (ECONNREFUSED)`. */
export function connectionFault(error: unknown): string {
  const code = faultCode(error)
  if (code === undefined) return 'the connection failed'
  const meaning = Object.hasOwn(meanings, code) ? meanings[code] : 'the connection failed'
  return `${meaning} (${code})`
}
