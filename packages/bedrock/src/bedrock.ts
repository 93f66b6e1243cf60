import type { Provider, Transport } from '@modelgate/core'
import { nodeTransport } from '@modelgate/core/node'
import { createBedrockApi } from './bedrock-api.ts'
import { createChatHandler } from './chat.ts'
import { checkOptions } from './check-options.ts'
import { type CredentialOptions, createAuthorizer, nodeProviderChain } from './credentials.ts'
import { createEmbeddingsHandler } from './embeddings.ts'
import { type EndpointOptions, resolveEndpoints } from './endpoints.ts'
import { isBedrockModel } from './model-id.ts'
import { listModels } from './model-list.ts'
import { capabilitiesOf } from './models.ts'
import { createSigner } from './sign.ts'

/** Every option accepts `undefined`, which means "not set". */
export interface BedrockOptions<Id extends string = 'bedrock'> extends EndpointOptions, CredentialOptions {
  /** Names this provider in targets (`id/model`), `x-provider`, headers and metrics. Default `bedrock`. */
  readonly id?: Id | undefined
  /** Default `AWS_REGION`, `AWS_DEFAULT_REGION`, `us-east-1`. */
  readonly region?: string | undefined
  /** Fixed keys, or a function that fetches some. Default: the environment's, then the SDK's provider chain. */
  readonly credentials?: CredentialOptions['credentials']
  /** A Bedrock API key, sent instead of a signature. Default `AWS_BEARER_TOKEN_BEDROCK`. */
  readonly bearerToken?: string | undefined
  /** How requests are sent. Default `nodeTransport()`; one passed in is not closed with this provider. */
  readonly transport?: Transport | undefined
  /** The foundation model behind an opaque ARN (application profile, provisioned or custom model), for its capabilities. */
  readonly baseModels?: Readonly<Record<string, string>> | undefined
}

/**
 * AWS Bedrock as a provider: chats over Converse, embeddings over InvokeModel, signed and framed without the SDK's client. Does no
 * I/O before the first call, which also finds the credentials.
 * @throws {GatewayError} `invalid_configuration` naming the option or environment variable, its value and the remedy.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference.html
 */
export function bedrock<const Id extends string = 'bedrock'>(options: BedrockOptions<Id> = {}): Provider<NoInfer<Id>> {
  checkOptions(options)
  const endpoints = resolveEndpoints(options, process.env)
  const transport = options.transport ?? nodeTransport()
  const api = createBedrockApi({
    endpoints,
    transport,
    authorizer: createAuthorizer(options, { env: process.env, now: Date.now, chain: nodeProviderChain }),
    sign: createSigner(endpoints.region),
  })
  const baseModels = new Map(Object.entries(options.baseModels ?? {}))
  const baseOf = (model: string): string => baseModels.get(model) ?? model
  return {
    id: options.id ?? ('bedrock' as Id),
    name: 'aws.bedrock',
    handlers: {
      chat: createChatHandler({ api, capabilitiesOf: model => capabilitiesOf(baseOf(model)) }),
      embeddings: createEmbeddingsHandler({ api, baseOf }),
    },
    claims: isBedrockModel,
    models: signal => listModels(api, signal),
    close: () => (options.transport ? Promise.resolve() : transport.close()),
  }
}
