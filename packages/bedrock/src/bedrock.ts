import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime'
import type { CallerCredentials, Provider } from '@modelgate/core'
import { nodeTransport } from '@modelgate/core/node'
import type { BedrockOptions } from './bedrock-options.ts'
import { toCachingPlaces } from './caching/prompt-caching.ts'
import type { ModelResolver } from './catalogue/model-resolver.ts'
import { createProfiles } from './catalogue/profiles.ts'
import { throughProfiles } from './catalogue/through-profiles.ts'
import { createChatHandler } from './chat.ts'
import { checkOptions } from './check-options.ts'
import { assumeRole } from './credentials/assume-role.ts'
import { toCallerError } from './credentials/caller-errors.ts'
import { CallerKeys } from './credentials/caller-keys.ts'
import { createAuthorizer, fixed, nodeProviderChain } from './credentials/credentials.ts'
import { type Handlers, servingCallers } from './credentials/for-callers.ts'
import { createEmbeddingsHandler } from './embeddings/embeddings.ts'
import { createFanOut } from './fan-out/fan-out.ts'
import { createInvokeChat } from './invoke/invoke-chat.ts'
import { fetchingImages } from './media/fetched-images.ts'
import { createImageFetcher } from './media/image-fetcher.ts'
import { refusingS3 } from './media/s3-access.ts'
import { chatByLane, createLaneOf } from './models/lanes.ts'
import type { Lane, ModelCapabilities } from './models/model-capabilities.ts'
import { isBedrockModel } from './models/model-id.ts'
import { capabilitiesOf } from './models/models.ts'
import { createPrices } from './models/prices.ts'
import { createTargetCapabilities } from './models/target-capabilities.ts'
import { createOpenaiChat } from './openai-lane/openai-chat.ts'
import { remembered } from './remembered.ts'
import { dearerTiersOf } from './request/service-tier.ts'
import { type BedrockApi, createBedrockApi } from './upstream/bedrock-api.ts'
import type { BedrockRuntime } from './upstream/bedrock-runtime.ts'
import { createClientApi } from './upstream/client-api.ts'
import { asking, clientRegion } from './upstream/client-region.ts'
import { resolveEndpoints } from './upstream/endpoints.ts'
import { createHttpRuntime } from './upstream/http-runtime.ts'
import { createSdkRuntime } from './upstream/sdk-runtime.ts'
import { createSigner } from './upstream/sign.ts'

/**
 * AWS Bedrock as a provider: chats over Converse, embeddings over InvokeModel, signed and framed without the SDK's client unless
 * `client` is given. Does no I/O before the first call, which also finds the credentials.
 * @throws {GatewayError} `invalid_configuration` naming the option or environment variable, its value and the remedy.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference.html
 */
export function bedrock<const Id extends string = 'bedrock'>(options: BedrockOptions<Id> = {}): Provider<NoInfer<Id>> {
  checkOptions(options)
  const upstream = options.client ? overClient(options, options.client as BedrockRuntimeClient) : overHttp(options)
  const { region, close, withKeys } = upstream
  const baseModels = new Map(Object.entries(options.baseModels ?? {}))
  const profiles = createProfiles(upstream, { ...options, baseModels })
  const { resolver } = profiles
  const baseOf = (model: string): string => resolver.baseOf(model)
  const automaticCaching = toCachingPlaces(options.promptCaching)
  const s3Allowed = options.s3Media === true
  const capabilitiesOfBase = remembered(base => ({ ...capabilitiesOf(base), automaticCaching, s3Allowed }))
  const capabilities = (model: string): ModelCapabilities => capabilitiesOfBase(baseOf(model))
  const chooseLane = createLaneOf({ lanes: options.lanes, baseOf, capabilitiesOf: capabilities })
  const settledLane = remembered(chooseLane)
  // What is behind a profile of the account's may be learnt later.
  const laneOf = (model: string): Lane => (resolver.isSettled(model) ? settledLane(model) : chooseLane(model))
  const { unsupportedParams, sendMetadata, fetchImages } = options
  const id = options.id ?? ('bedrock' as Id)
  const fetchImage = fetchImages && createImageFetcher(fetchImages === true ? {} : fetchImages)

  function handlersOver({ runtime, control: api }: Ways, names: ModelResolver): Handlers {
    const parts = { runtime, capabilitiesOf: capabilities, baseOf, unsupportedParams, sendMetadata }
    const overOpenai = createOpenaiChat({ id, api, baseOf })
    // Images are fetched once for all answers.
    const chat = chatByLane(laneOf, {
      converse: createFanOut(createChatHandler(parts)),
      invoke: createFanOut(createInvokeChat(parts)),
      openai: s3Allowed ? overOpenai : refusingS3(overOpenai),
    })
    const seeing = fetchImage ? fetchingImages(chat, { fetchImage, capabilitiesOf: capabilities }) : chat
    return {
      chat: throughProfiles(seeing, names),
      embeddings: throughProfiles(
        createEmbeddingsHandler({ runtime, baseOf, options: options.embeddings, unsupportedParams }),
        names,
      ),
    }
  }
  const own = handlersOver(upstream, resolver)
  const handlersFor = (caller: Ways): Handlers => handlersOver(caller, profiles.resolverFor(caller))
  return {
    id,
    name: 'aws.bedrock',
    handlers: withKeys ? servingCallers(own, keys => handlersFor(withKeys(keys))) : own,
    claims: isBedrockModel,
    priceOf: createPrices({
      region: terms => regionOf(terms.callerCredentials) ?? region(),
      pricedAs: (model, terms) => profiles.pricedAs(model, terms),
    }),
    dearerTiersOf,
    capabilitiesOf: createTargetCapabilities({ baseOf, capabilitiesOf: capabilities, laneOf }),
    models(signal, credentials) {
      const keys = CallerKeys.of(credentials)
      return profiles.models(signal, keys && withKeys?.(keys))
    },
    ...(withKeys && { callerCredentials: headers => CallerKeys.read(headers, id) }),
    close,
  }
}

function regionOf(credentials: CallerCredentials | undefined): string | undefined {
  return CallerKeys.of(credentials)?.region
}

/** The ways to Bedrock's two planes, with one's credentials. */
interface Ways {
  readonly runtime: BedrockRuntime
  readonly control: BedrockApi
  /** A client of the SDK may find its own out at its first call. */
  readonly region: () => string | undefined
}

interface Upstream extends Ways {
  readonly close: () => Promise<void>
  /** The same signed with a caller's own keys, in its region, and with nothing else of the provider's. A client of the SDK has but its own. */
  readonly withKeys?: ((keys: CallerKeys) => Ways) | undefined
}

function overHttp(options: BedrockOptions<string>): Upstream {
  const endpoints = resolveEndpoints(options, process.env)
  const transport = options.transport ?? nodeTransport()
  const api = createBedrockApi({
    endpoints,
    transport,
    authorizer: createAuthorizer(options, {
      env: process.env,
      now: Date.now,
      chain: nodeProviderChain,
      assume: assumeRole,
      region: endpoints.region,
    }),
    sign: createSigner(endpoints.region),
  })
  const close = (): Promise<void> => (options.transport ? Promise.resolve() : transport.close())
  function withKeys({ credentials, region = endpoints.region }: CallerKeys): Ways {
    const theirs = createBedrockApi({
      endpoints: resolveEndpoints({ endpoint: options.endpoint, region }, process.env),
      transport,
      authorizer: fixed({ kind: 'sigv4', credentials }),
      sign: createSigner(region),
      toError: toCallerError,
    })
    return { runtime: createHttpRuntime(theirs), control: theirs, region: () => region }
  }
  return { runtime: createHttpRuntime(api), control: api, region: () => endpoints.region, close, withKeys }
}

function overClient({ endpoint }: BedrockOptions<string>, client: BedrockRuntimeClient): Upstream {
  // One that is none is told here, not at the first list of models. The region is the client's, and known later.
  resolveEndpoints({ endpoint, region: 'us-east-1' }, {})
  const transport = nodeTransport()
  const control = createClientApi(client, { endpoint, env: process.env, transport })
  const region = clientRegion(client)
  const runtime = asking(region, createSdkRuntime(client))
  return { runtime, control, region, close: () => transport.close() }
}
