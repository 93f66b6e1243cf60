import { GatewayError, isGatewayError } from '@modelgate/core'
import type { Authorization, Authorizer, AwsCredentials } from './aws-credentials.ts'
import { credentialFault } from './credential-fault.ts'

/** Where fetched credentials come from. */
interface CredentialFetching {
  readonly fetch: () => Promise<AwsCredentials>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** For messages, at the beginning of a sentence. */
  readonly source: string
  /** What is said where it gave none, and why that was is not for callers. Default: what to set. */
  readonly failure?: string | undefined
}

const renewBeforeMs = 5 * 60_000
/** Longer than this nobody waits for a source, and it may be asked anew. */
const fetchMs = 10_000
/** A source that failed is left alone this long, twice as long each time up to the longest. */
const restMs = 1_000
const longestRestMs = 10_000

const nothingSet =
  'No AWS credentials for Bedrock: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_BEARER_TOKEN_BEDROCK or AWS_PROFILE, run with a role, or pass `credentials`.'

type Signing = Extract<Authorization, { kind: 'sigv4' }>

/**
 * Credentials that a source gives for a while: shared by all calls, fetched once at a time, renewed five minutes before they expire. A
 * source that fails, or hangs for ten seconds, is not asked at every call.
 */
export function renewedCredentials(fetching: CredentialFetching): Authorizer {
  return new RenewedCredentials(fetching)
}

class RenewedCredentials implements Authorizer {
  readonly #fetching: CredentialFetching
  #current: Signing | undefined
  #refused: Signing | undefined
  #pending: Promise<Authorization> | undefined
  #restUntil = Number.NEGATIVE_INFINITY
  #failures = 0
  #fault: unknown

  constructor(fetching: CredentialFetching) {
    this.#fetching = fetching
  }

  authorize(): Authorization | Promise<Authorization> {
    const current = this.#current
    const leftMs = this.#leftMs(current)
    if (current && leftMs > renewBeforeMs) return current
    const isGood = leftMs > 0
    if (!this.#pending && this.#isResting()) {
      // A source that has just given them knows better than this machine's clock whether their time is over.
      if (current && (isGood || this.#failures === 0)) return current
      return Promise.reject(this.#unavailable())
    }
    this.#pending ??= this.#fetchOnce()
    if (!current || !isGood) return this.#pending
    // Nobody waits for new ones while the old ones work: their source may be slow, or hang.
    this.#pending.catch(() => {})
    return current
  }

  forget(refused: Authorization): boolean {
    // A hundred calls may be refused with the same ones; what has come in their place is good.
    if (this.#current === refused) {
      this.#refused = this.#current
      this.#current = undefined
      this.#restUntil = Number.NEGATIVE_INFINITY
    }
    return true
  }

  #unavailable(): GatewayError {
    const cause = this.#fault
    if (isGatewayError(cause)) return cause
    return new GatewayError('upstream_auth_failed', this.#fetching.failure ?? nothingSet, { cause })
  }

  #leftMs(authorization: Signing | undefined): number {
    if (!authorization) return Number.NEGATIVE_INFINITY
    const { expiration } = authorization.credentials
    return expiration ? expiration.getTime() - this.#fetching.now() : Number.POSITIVE_INFINITY
  }

  #isResting(): boolean {
    const now = this.#fetching.now()
    // A clock that was set back must not prolong the rest.
    return now < this.#restUntil && now >= this.#restUntil - longestRestMs
  }

  async #fetchOnce(): Promise<Authorization> {
    const asked = this.#ask()
    try {
      return this.#take(await within(asked, this.#fetching.source))
    } catch (cause) {
      this.#fail(cause)
      asked.then(late => this.#leftMs(late) > this.#leftMs(this.#current) && this.#take(late)).catch(() => {})
      // A failed renewal must not fail calls that the old credentials still serve.
      if (this.#current && this.#leftMs(this.#current) > 0) return this.#current
      throw this.#unavailable()
    } finally {
      this.#pending = undefined
    }
  }

  async #ask(): Promise<Signing> {
    const { fetch, source } = this.#fetching
    const credentials = await fetch()
    const fault = credentialFault(credentials)
    if (fault) throw new GatewayError('upstream_auth_failed', `${source} gave no credentials for Bedrock: ${fault}.`)
    if (isSame(credentials, this.#refused?.credentials)) {
      const words = `${source} gave the credentials again that AWS calls expired; look at why they are not renewed.`
      throw new GatewayError('upstream_auth_failed', words)
    }
    return { kind: 'sigv4', credentials }
  }

  #take(given: Signing): Signing {
    this.#current = given
    this.#refused = undefined
    this.#failures = 0
    this.#fault = undefined
    const mustRenew = this.#leftMs(given) <= renewBeforeMs
    // Those of a source that gives none for longer would be asked for at every call.
    this.#restUntil = mustRenew ? this.#fetching.now() + longestRestMs : Number.NEGATIVE_INFINITY
    return given
  }

  #fail(cause: unknown): void {
    this.#fault = cause
    this.#restUntil = this.#fetching.now() + Math.min(restMs * 2 ** Math.min(this.#failures, 10), longestRestMs)
    this.#failures += 1
  }
}

function isSame(given: AwsCredentials, refused: AwsCredentials | undefined): boolean {
  return given.accessKeyId === refused?.accessKeyId && given.sessionToken === refused.sessionToken
}

/** Many ways to fetch credentials have no time limit of their own. */
function within<T>(fetched: Promise<T>, source: string): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const late = (): void => reject(new Error(`${source} gave no credentials within ${fetchMs} ms.`))
  const timer = setTimeout(late, fetchMs)
  fetched.then(resolve, reject).finally(() => clearTimeout(timer))
  return promise
}
