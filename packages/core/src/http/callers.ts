import { LRUCache } from 'lru-cache'
import { type AuthRequest, apiKeyOf } from '../auth/authenticate.ts'
import { FailedAttempts } from '../auth/failed-attempts.ts'
import type { CallerCredentials, CallerCredentialsMode } from '../caller-credentials.ts'
import { GatewayError, isGatewayError, toGatewayError } from '../errors.ts'
import type { Principal } from '../principal.ts'
import type { Provider } from '../provider.ts'

/** What a request's headers say of credentials of the caller's own. */
export interface Claim {
  readonly credentials?: CallerCredentials | undefined
  /** Why they cannot be used. Told to those who may come in. */
  readonly fault?: GatewayError | undefined
  /** Whether they alone let their caller in. */
  isAlone: boolean
}

/** A provider that takes credentials of callers. */
type Taker = Provider & Required<Pick<Provider, 'callerCredentials'>>

/** Refusals a minute and address, as of keys. */
const refusalsPerMinute = 30
/** Credentials that are remembered to be good. */
const maxGood = 2_000

/** The callers who bring credentials of their own for an upstream. */
export class Callers {
  readonly #mode: CallerCredentialsMode | undefined
  readonly #takers: readonly Taker[]
  readonly #refusals: FailedAttempts
  /** Made when it is needed: it takes its room at once. */
  #good: LRUCache<string, true> | undefined

  private constructor(mode: CallerCredentialsMode | undefined, takers: readonly Taker[]) {
    this.#mode = mode
    this.#takers = takers
    this.#refusals = new FailedAttempts(refusalsPerMinute, Date.now, tooManyRefusals)
  }

  /**
   * `undefined` where no provider takes any.
   * @param mode absent: nobody may bring any
   */
  static of(mode: CallerCredentialsMode | undefined, providers: readonly Provider[]): Callers | undefined {
    const takers = providers.filter(takesCredentials)
    return takers.length > 0 ? new Callers(mode, takers) : undefined
  }

  /** `undefined` where the headers hold none. */
  claimOf(headers: AuthRequest['headers']): Claim | undefined {
    const pin = headers['x-provider']
    const taker = this.#takers.find(({ id }) => id === pin) ?? this.#takers[0]
    if (!taker) return undefined
    let claim: Claim | undefined
    try {
      const credentials = taker.callerCredentials(headers)
      claim = credentials && { credentials, isAlone: false }
    } catch (error) {
      claim = { fault: toGatewayError(error), isAlone: false }
    }
    if (!claim) return undefined
    if (!this.#mode) return { fault: notTaken(), isAlone: false }
    return taker.id === pin ? claim : { fault: this.#needsPin(), isAlone: false }
  }

  /**
   * Whom a claim lets in who has no key; `undefined` where it needs one.
   * @param refusal why the key that came with it opened nothing, if any came
   * @throws {GatewayError} what is wrong with the claim; `rate_limited` where too many from its address were refused.
   */
  alone(claim: Claim | undefined, request: AuthRequest, refusal?: unknown): Principal | undefined {
    if (this.#mode !== 'alone' || !claim || !mayBeForOthers(request, refusal)) return undefined
    if (claim.fault) throw claim.fault
    const { owner, identity } = claim.credentials!
    if (!this.#good?.has(identity)) this.#refusals.check(request)
    claim.isAlone = true
    return { tenant: owner, userId: owner, tier: 'free', permissions: ['completions'] }
  }

  /** Why a key let nobody in, with what would have let in the credentials that came beside it, or alone. */
  withRemedy(refusal: unknown): unknown {
    if (this.#mode === 'alone' || !isGatewayError(refusal) || refusal.code !== 'unauthenticated') return refusal
    return new GatewayError('unauthenticated', `${refusal.message} ${needsAlone}`, { cause: refusal })
  }

  /**
   * Told how a request of somebody who came in alone ended: `undefined` for an answer. Refusals of the upstream's are counted; of
   * credentials that were never answered, which may be made up, whatever failed but the limits' own refusals.
   */
  ended({ credentials }: Claim, error: unknown, request: AuthRequest): void {
    if (!credentials) return
    const { identity } = credentials
    const code = error === undefined ? undefined : toGatewayError(error).code
    if (code === undefined) {
      this.#good ??= new LRUCache({ max: maxGood })
      if (!this.#good.has(identity)) this.#good.set(identity, true)
    } else if (code === 'upstream_auth_failed') {
      this.#good?.delete(identity)
      this.#refusals.refuse(request)
    } else if (code !== 'rate_limited' && !this.#good?.has(identity)) this.#refusals.refuse(request)
  }

  #needsPin(): GatewayError {
    const ids = this.#takers.map(({ id }) => id).join(', ')
    return new GatewayError(
      'invalid_request',
      `x-provider: credentials of your own go to one provider, which this header names; send one of ${ids}.`,
    )
  }
}

function takesCredentials(provider: Provider): provider is Taker {
  return provider.callerCredentials !== undefined
}

/**
 * Whether a refused key may be ignored. OpenAI's SDKs always send one, as a rule an upstream's, so that a key which opens nothing here says
 * nothing. But one that begins as this gateway's do was meant for it; and that a key came twice, or could not be checked, has to be told.
 */
function mayBeForOthers({ headers }: AuthRequest, refusal: unknown): boolean {
  if (refusal === undefined) return true
  const { code } = toGatewayError(refusal)
  return (code === 'unauthenticated' || code === 'rate_limited') && apiKeyOf(headers)?.startsWith('mg_') !== true
}

const needsAlone =
  "The credentials for an upstream that came with it let their caller in only where the gateway is set up with `callerCredentials: 'alone'` (`CALLER_CREDENTIALS=alone` of the gateway app)."

function notTaken(): GatewayError {
  return new GatewayError(
    'invalid_request',
    'This gateway takes no credentials of its callers for an upstream: leave them out, or have it set up with `callerCredentials` (`CALLER_CREDENTIALS` of the gateway app).',
  )
}

function tooManyRefusals(seconds: number): string {
  return `Too many requests from this address brought credentials that their upstream refused, or that were never answered here; wait ${seconds} s, then send valid ones.`
}
