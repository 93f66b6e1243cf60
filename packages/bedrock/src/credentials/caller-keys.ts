import { hash } from 'node:crypto'
import { type CallerCredentials, GatewayError } from '@modelgate/core'
import type { AwsCredentials } from './aws-credentials.ts'

/** Of a request, by lower-case name. */
type RequestHeaders = Readonly<Record<string, string | undefined>>

/**
 * AWS keys of its own that a caller sent. No printing and no copying of them gives more than whose they are: the keys stand where only
 * this class reaches.
 */
export class CallerKeys implements CallerCredentials {
  readonly provider: string
  readonly owner: string
  readonly identity: string
  readonly #credentials: AwsCredentials
  readonly #region: string | undefined

  private constructor(provider: string, credentials: AwsCredentials, region: string | undefined) {
    const { accessKeyId, secretAccessKey, sessionToken = '' } = credentials
    this.provider = provider
    this.owner = `aws:${accessKeyId}`
    // Of the secret, too: who only knows a key's id must not be taken for its owner, and shut a target for it.
    this.identity = hash(
      'sha256',
      JSON.stringify([accessKeyId, secretAccessKey, sessionToken, region ?? '']),
      'base64url',
    )
    this.#credentials = credentials
    this.#region = region
  }

  /**
   * Those of a request's headers; `undefined` where there are none.
   * @throws {GatewayError} `invalid_request` naming the header that is missing or malformed, never a value.
   */
  static read(headers: RequestHeaders, provider: string): CallerKeys | undefined {
    if (!names.some(name => headers[name])) return undefined
    const [accessKeyId, secretAccessKey, sessionToken, region] = names.map(name => checked(name, headers[name]))
    if (!accessKeyId || !secretAccessKey) throw missing(accessKeyId ? names[1] : names[0])
    // Never that of the environment, which belongs to other keys.
    return new CallerKeys(provider, { accessKeyId, secretAccessKey, sessionToken }, region)
  }

  /** The same value, where it is one of this class. */
  static of(value: CallerCredentials | undefined): CallerKeys | undefined {
    return value !== undefined && #credentials in value ? value : undefined
  }

  get credentials(): AwsCredentials {
    return this.#credentials
  }

  /** The region asked for. */
  get region(): string | undefined {
    return this.#region
  }
}

const names = ['x-aws-access-key-id', 'x-aws-secret-access-key', 'x-aws-session-token', 'x-aws-region'] as const
type HeaderName = (typeof names)[number]

/** A region becomes part of a host name, which keys are then sent to: of letters, hyphens and a number it cannot be another host's. */
const forms: Readonly<Record<HeaderName, readonly [RegExp, string]>> = {
  'x-aws-access-key-id': [/^[A-Z0-9]{16,128}$/, '16 to 128 of A–Z and 0–9'],
  'x-aws-secret-access-key': [/^[\x21-\x7e]{1,256}$/, 'visible ASCII characters, without spaces'],
  'x-aws-session-token': [/^[\x21-\x7e]{1,8192}$/, 'visible ASCII characters, without spaces'],
  'x-aws-region': [/^(?=.{1,32}$)[a-z]{2}(-[a-z]+)+-\d{1,2}$/, "the name of an AWS region, such as 'us-east-1'"],
}

/** One that was sent empty, as of a variable that is not set, was not sent. */
function checked(name: HeaderName, value: string | undefined): string | undefined {
  if (!value) return undefined
  const [form, wanted] = forms[name]
  if (form.test(value)) return value
  throw new GatewayError('invalid_request', `${name}: must be ${wanted}, sent once; correct the header.`)
}

function missing(name: HeaderName): GatewayError {
  const words = `${name}: is missing; AWS credentials of your own are x-aws-access-key-id and x-aws-secret-access-key, and x-aws-session-token where they have one.`
  return new GatewayError('invalid_request', words)
}
