export { bedrock } from './bedrock.ts'
export type { BedrockOptions } from './bedrock-options.ts'
export type { CachingPlaces } from './caching/caching-places.ts'
export type { ProfileOptions } from './catalogue/model-resolver.ts'
export type { ChatOptions } from './chat.ts'
export type { AssumeRole } from './credentials/assume-role.ts'
export type { AwsCredentials, CredentialSource } from './credentials/aws-credentials.ts'
export type { CredentialOptions } from './credentials/credentials.ts'
export type { EmbeddingInputType, EmbeddingOptions } from './embeddings/embedding-options.ts'
export type { FetchImagesOptions } from './media/image-fetcher.ts'
export type { Lanes } from './models/lanes.ts'
export type { Lane } from './models/model-capabilities.ts'
export type {
  BedrockChatRequest,
  BedrockEmbeddingsExtensions,
  BedrockEmbeddingsRequest,
  BedrockRequestExtensions,
} from './request/request-extensions.ts'
export type { UnsupportedParams } from './request/unsupported-params.ts'
export type { BedrockClient } from './upstream/bedrock-client.ts'
export type { EndpointOptions } from './upstream/endpoints.ts'
