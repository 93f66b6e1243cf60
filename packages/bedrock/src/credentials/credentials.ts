import type { Environment } from '../upstream/endpoints.ts'
import type { AssumeRole, RoleAssuming } from './assume-role.ts'
import type { Authorization, Authorizer, AwsCredentials, CredentialSource } from './aws-credentials.ts'
import { renewedCredentials } from './renewed-credentials.ts'

/** Where credentials come from. Nothing given: the environment, then the SDK's chain. */
export interface CredentialOptions {
  readonly credentials?: CredentialSource | undefined
  readonly bearerToken?: string | undefined
  /** A role that is assumed with these credentials, or those found, and whose own are then used. */
  readonly assumeRole?: AssumeRole | undefined
}

/** What the machine offers, so that tests can offer something else. */
interface AuthorizerPorts {
  readonly env: Environment
  readonly now: () => number
  /** The SDK's chain: SSO, profiles, web identity, ECS, EKS, IMDS. Loaded on the first use only. */
  readonly chain: () => Promise<AwsCredentials>
  /** A session of a role. Likewise. */
  readonly assume: (assuming: RoleAssuming) => Promise<AwsCredentials>
  /** The provider's. */
  readonly region: string
}

/**
 * Finds credentials at the first call: `bearerToken`, `assumeRole`, `credentials`, `AWS_BEARER_TOKEN_BEDROCK`, static keys in the environment
 * (unless `AWS_PROFILE` names a profile), then the SDK's chain. Fetched ones are shared and fetched once at a time.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export function createAuthorizer(options: CredentialOptions, ports: AuthorizerPorts): Authorizer {
  let found: Authorizer | undefined
  return {
    authorize() {
      found ??= find(options, ports)
      return found.authorize()
    },
    forget: refused => found?.forget(refused) ?? false,
  }
}

function find(options: CredentialOptions, ports: AuthorizerPorts): Authorizer {
  const { env, now } = ports
  if (options.bearerToken) return fixed({ kind: 'bearer', token: options.bearerToken })
  const { assumeRole: role, credentials } = options
  if (role) {
    const failure = 'The role that this gateway calls Bedrock with cannot be assumed; the cause says why.'
    const fetch = (): Promise<AwsCredentials> => ports.assume({ role, credentials, region: ports.region })
    return renewedCredentials({ fetch, now, source: 'AWS STS', failure })
  }
  if (typeof options.credentials === 'function')
    return renewedCredentials({ fetch: options.credentials, now, source: 'The function `credentials`' })
  if (options.credentials) return fixed({ kind: 'sigv4', credentials: options.credentials })
  // One read from a file ends with a line break, which no header can hold.
  const set = (name: string): string | undefined => env[name]?.trim() || undefined
  const bearer = set('AWS_BEARER_TOKEN_BEDROCK')
  if (bearer) return fixed({ kind: 'bearer', token: bearer })
  const accessKeyId = set('AWS_ACCESS_KEY_ID')
  const secretAccessKey = set('AWS_SECRET_ACCESS_KEY')
  if (accessKeyId && secretAccessKey && !env.AWS_PROFILE) {
    const sessionToken = set('AWS_SESSION_TOKEN')
    return fixed({ kind: 'sigv4', credentials: { accessKeyId, secretAccessKey, sessionToken } })
  }
  return renewedCredentials({ fetch: ports.chain, now, source: "AWS's provider chain" })
}

/** The same for all calls, and never others. */
export function fixed(authorization: Authorization): Authorizer {
  return { authorize: () => authorization, forget: () => false }
}

/** The SDK's default chain, imported on the first use: it costs tens of milliseconds that static keys never pay. */
export async function nodeProviderChain(): Promise<AwsCredentials> {
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers')
  return fromNodeProviderChain()()
}
