import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime'
import { GatewayError, type Transport, unlessAborted } from '@modelgate/core'
import type { Authorization, Authorizer } from '../credentials/aws-credentials.ts'
import { noCredentials } from '../errors/sdk-errors.ts'
import { type BedrockApi, createBedrockApi } from './bedrock-api.ts'
import { type Environment, resolveEndpoints } from './endpoints.ts'
import { createSigner } from './sign.ts'

/** What stands beside a client. */
interface ClientApiParts {
  readonly endpoint: string | undefined
  readonly env: Environment
  readonly transport: Transport
}

/**
 * The API without the client, which knows the data plane only: sent over our transport, with the client's region and credentials.
 * Nothing is asked of it before the first request.
 */
export function createClientApi({ config }: BedrockRuntimeClient, parts: ClientApiParts): BedrockApi {
  const { endpoint, env, transport } = parts
  let pending: Promise<BedrockApi> | undefined

  async function create(): Promise<BedrockApi> {
    const region = await config.region().catch((cause: unknown) => {
      pending = undefined
      const words = 'bedrock({ client }): the client has no region; set one where it is made.'
      throw new GatewayError('invalid_configuration', words, { cause })
    })
    const endpoints = resolveEndpoints({ region, endpoint }, env)
    return createBedrockApi({ endpoints, transport, authorizer: authorizerOf(config, env), sign: createSigner(region) })
  }
  return {
    async send(request) {
      pending ??= create()
      return (await unlessAborted(pending, request.signal)).send(request)
    },
  }
}

/** The client keeps and renews its credentials itself. */
function authorizerOf(config: BedrockRuntimeClient['config'], env: Environment): Authorizer {
  return {
    async authorize() {
      try {
        return await authorizationOf(config, env)
      } catch (cause) {
        throw noCredentials(cause)
      }
    },
    forget: () => false,
  }
}

/** What the client would take itself. Versions from before API keys know no preference. */
async function authorizationOf(config: BedrockRuntimeClient['config'], env: Environment): Promise<Authorization> {
  const [preferred] = (await config.authSchemePreference?.()) ?? []
  if (preferred !== 'httpBearerAuth') return { kind: 'sigv4', credentials: await config.credentials() }
  const token = (await config.token?.())?.token ?? env.AWS_BEARER_TOKEN_BEDROCK
  if (token) return { kind: 'bearer', token }
  throw new Error('The client prefers a bearer token and has none.')
}
