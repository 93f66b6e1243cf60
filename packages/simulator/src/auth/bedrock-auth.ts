import { timingSafeEqual } from 'node:crypto'
import type { Failure } from '../script.ts'
import { expectedSignature, parseAuthorization, type SignatureParts, type SignedRequest, sha256Hex } from './sigv4.ts'

/** A key pair the simulator knows. */
export interface SimulatorCredential {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** When given, requests must carry it in `x-amz-security-token`. */
  readonly sessionToken?: string | undefined
  /** Answers every request with ExpiredTokenException, as STS credentials past their hour do. */
  readonly expired?: boolean | undefined
}

/** Who may call Bedrock, and what time it is. */
export interface BedrockGate {
  readonly credentials: readonly SimulatorCredential[]
  readonly bearerTokens: readonly string[]
  readonly now: () => Date
}

/** As the scope of a signature names it. */
type AwsService = 'bedrock' | 's3'

const SKEW_MS = 5 * 60_000
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

const refusal = (type: string, message: string): Failure => ({ status: 403, type, message })
const invalid = (message: string): Failure => refusal('InvalidSignatureException', message)
const expired: Failure = refusal('ExpiredTokenException', 'The security token included in the request is expired')
const unrecognized: Failure = refusal(
  'UnrecognizedClientException',
  'The security token included in the request is invalid.',
)

/** Why AWS would refuse the caller; undefined when it would let it in. */
export function refuseBedrockCaller(request: SignedRequest, gate: BedrockGate): Failure | undefined {
  return refuseCaller(request, gate, 'bedrock')
}

/** Why S3 would refuse the caller; undefined when it would let it in. */
export function refuseS3Caller(request: SignedRequest, gate: BedrockGate): Failure | undefined {
  return refuseCaller(request, gate, 's3')
}

function refuseCaller(request: SignedRequest, gate: BedrockGate, service: AwsService): Failure | undefined {
  const authorization = request.headers.authorization
  if (authorization === undefined) return refusal('MissingAuthenticationTokenException', 'Missing Authentication Token')
  const bearer = /^Bearer (.*)$/i.exec(authorization)
  if (bearer) {
    if (gate.bearerTokens.includes(bearer[1] ?? '')) return undefined
    return refusal('AccessDeniedException', 'Authentication failed: Please make sure your API Key is valid.')
  }
  const parts = parseAuthorization(authorization)
  if (!parts) return invalid("Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters.")
  const credential = gate.credentials.find(known => known.accessKeyId === parts.accessKeyId)
  if (!credential) return unrecognized
  const by = { credential, now: gate.now(), service }
  return refuseCredential(request, credential) ?? refuseSignature(request, parts, by)
}

function refuseCredential(request: SignedRequest, credential: SimulatorCredential): Failure | undefined {
  if (credential.expired) return expired
  const token = request.headers['x-amz-security-token']
  if (token === credential.sessionToken) return undefined
  return token === undefined ? unrecognized : expired
}

interface Verification {
  readonly service: AwsService
  readonly credential: SimulatorCredential
  readonly now: Date
}

function refuseSignature(request: SignedRequest, parts: SignatureParts, by: Verification): Failure | undefined {
  const reason = scopeFault(request, parts, by.service) ?? timeFault(request, by.now) ?? coverageFault(request, parts)
  if (reason !== undefined) return invalid(reason)
  const expected = expectedSignature(request, parts, by.credential.secretAccessKey)
  return timingSafeEqual(Buffer.from(expected), Buffer.from(parts.signature)) ? undefined : invalid(MISMATCH)
}

function scopeFault(request: SignedRequest, parts: SignatureParts, service: AwsService): string | undefined {
  const stamp = request.headers['x-amz-date'] ?? ''
  if (parts.service !== service) return `Credential should be scoped to correct service: '${service}'. `
  if (!REGION.test(parts.region)) return 'Credential should be scoped to a valid region. '
  if (stamp.slice(0, 8) === parts.date) return undefined
  return `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${parts.date}' != '${stamp.slice(0, 8)}', from '${stamp}'.`
}

const basic = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '')

function timeFault(request: SignedRequest, now: Date): string | undefined {
  const stamp = request.headers['x-amz-date'] ?? ''
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(stamp)
  if (!match) return 'Date must be in ISO-8601 basic format.'
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  const age = now.getTime() - Date.UTC(year, month - 1, day, hour, minute, second)
  const clock = basic(now.getTime())
  if (age > SKEW_MS)
    return `Signature expired: ${stamp} is now earlier than ${basic(now.getTime() - SKEW_MS)} (${clock} - 5 min.)`
  if (age < -SKEW_MS)
    return `Signature not yet current: ${stamp} is still later than ${basic(now.getTime() + SKEW_MS)} (${clock} + 5 min.)`
  return undefined
}

/** Headers that would let a request be altered on its way if the signature left them out. */
const MUST_BE_SIGNED = ['x-amz-date', 'x-amz-security-token']

function coverageFault(request: SignedRequest, parts: SignatureParts): string | undefined {
  if (!parts.signedHeaders.some(name => name === 'host' || name === ':authority'))
    return "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
  const bare = MUST_BE_SIGNED.find(name => name in request.headers && !parts.signedHeaders.includes(name))
  if (bare !== undefined) return `'${bare}' must be a 'SignedHeader' in the AWS Authorization.`
  if (parts.signedHeaders.some((name, index) => name <= (parts.signedHeaders[index - 1] ?? ''))) return MISMATCH
  const declared = request.headers['x-amz-content-sha256']
  const isOpen = parts.service === 's3' && declared === 'UNSIGNED-PAYLOAD'
  if (declared !== undefined && !isOpen && declared !== sha256Hex(request.body))
    return "The provided 'x-amz-content-sha256' header does not match what was computed."
  return undefined
}
