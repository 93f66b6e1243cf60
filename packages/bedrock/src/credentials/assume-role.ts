import { kindOf } from '../request/invalid-request.ts'
import { isJsonObject } from '../wire/json.ts'
import type { AwsCredentials, CredentialSource } from './aws-credentials.ts'

/** A role that calls are made with. */
export interface AssumeRole {
  /** `arn:aws:iam::123456789012:role/bedrock-gateway` */
  readonly roleArn: string
  /** What the role's trust policy asks others' accounts for. */
  readonly externalId?: string | undefined
  /** Names the calls in CloudTrail. Default `modelgate`. */
  readonly sessionName?: string | undefined
  /** Seconds a session lasts, 900 to 43,200; a role that is assumed with another's session gets 3,600 at most. Default 3,600. */
  readonly durationSeconds?: number | undefined
  /** Of the STS endpoint that is asked. Default: the provider's own. */
  readonly region?: string | undefined
}

/** Who assumes the role, and where. */
export interface RoleAssuming {
  readonly role: AssumeRole
  /** Default: what the SDK's provider chain finds. */
  readonly credentials: CredentialSource | undefined
  /** The provider's. */
  readonly region: string
}

/**
 * Assumes a role by STS, for one session. The SDK's client of STS is imported on the first use.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export async function assumeRole({ role, credentials, region }: RoleAssuming): Promise<AwsCredentials> {
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers')
  const { roleArn, externalId, sessionName = 'modelgate', durationSeconds = 3_600 } = role
  const assume = fromTemporaryCredentials({
    ...(credentials && { masterCredentials: () => keysOf(credentials) }),
    params: {
      RoleArn: roleArn,
      RoleSessionName: sessionName,
      DurationSeconds: durationSeconds,
      ...(externalId !== undefined && { ExternalId: externalId }),
    },
    clientConfig: { region: role.region ?? region },
  })
  return assume()
}

/** As the SDK takes them: what is not there must not be `undefined`. */
async function keysOf(source: CredentialSource) {
  const given = typeof source === 'function' ? await source() : source
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = given
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }), ...(expiration && { expiration }) }
}

/** What is wrong with a role, as JavaScript may give it; `undefined` for a good one. */
export function assumeRoleFault(role: unknown): string | undefined {
  if (!isJsonObject(role)) return `must be an object such as { roleArn: 'arn:aws:iam::…:role/…' }, got ${kindOf(role)}.`
  const { roleArn, durationSeconds } = role
  if (typeof roleArn !== 'string' || !/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/.test(roleArn))
    return "`roleArn` must be the ARN of a role, 'arn:aws:iam::123456789012:role/name'."
  for (const [name, form, wanted] of texts) {
    const value = role[name]
    if (value === undefined || (typeof value === 'string' && form.test(value))) continue
    return `\`${name}\` must be ${wanted}; correct it, or leave it out.`
  }
  if (durationSeconds === undefined || isDuration(durationSeconds)) return undefined
  return '`durationSeconds` must be a whole number of seconds from 900 to 43200.'
}

const texts = [
  ['externalId', /^[\w+=,.@:/-]{2,1224}$/, '2 to 1,224 letters, digits and characters of _+=,.@:/-'],
  ['sessionName', /^[\w+=,.@-]{2,64}$/, '2 to 64 letters, digits and characters of _+=,.@-'],
  ['region', /^[a-z][a-z0-9-]*$/, "the name of an AWS region, such as 'us-east-1'"],
] as const

function isDuration(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 900 && Number(value) <= 43_200
}
