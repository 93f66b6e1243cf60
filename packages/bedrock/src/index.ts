export type { AssumeRole } from './assume-role.ts'
export { type BedrockOptions, bedrock } from './bedrock.ts'
export type { BedrockClient } from './bedrock-client.ts'
export type { ProfileOptions } from './catalogue/model-resolver.ts'
export type { ChatOptions } from './chat.ts'
export type { AwsCredentials, CredentialOptions, CredentialSource } from './credentials.ts'
export type { EmbeddingInputType, EmbeddingOptions } from './embedding-options.ts'
export type { EndpointOptions } from './endpoints.ts'
export type { FetchImagesOptions } from './image-fetcher.ts'
export type { Lanes } from './lanes.ts'
export type { Lane } from './model-capabilities.ts'
export type { CachingPlaces } from './prompt-caching.ts'
export type {
  BedrockChatRequest,
  BedrockEmbeddingsExtensions,
  BedrockEmbeddingsRequest,
  BedrockRequestExtensions,
} from './request-extensions.ts'
export type { UnsupportedParams } from './unsupported-params.ts'
