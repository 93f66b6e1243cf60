import type { Transport } from '@modelgate/core'
import type { CachingPlaces } from './caching/caching-places.ts'
import type { ProfileOptions } from './catalogue/model-resolver.ts'
import type { ChatOptions } from './chat.ts'
import type { CredentialOptions } from './credentials/credentials.ts'
import type { EmbeddingOptions } from './embeddings/embedding-options.ts'
import type { FetchImagesOptions } from './media/image-fetcher.ts'
import type { Lanes } from './models/lanes.ts'
import type { BedrockClient } from './upstream/bedrock-client.ts'
import type { EndpointOptions } from './upstream/endpoints.ts'

/** Every option accepts `undefined`, which means "not set". */
export interface BedrockOptions<Id extends string = 'bedrock'>
  extends EndpointOptions,
    CredentialOptions,
    ChatOptions,
    ProfileOptions {
  /** Names this provider in targets (`id/model`), `x-provider`, headers and metrics. Default `bedrock`. */
  readonly id?: Id | undefined
  /** Default `AWS_REGION`, `AWS_DEFAULT_REGION`, `us-east-1`. */
  readonly region?: string | undefined
  /** Fixed keys, or a function that fetches some. Default: the environment's, then the SDK's provider chain. */
  readonly credentials?: CredentialOptions['credentials']
  /** A role that is assumed with these, and whose session then signs: renewed five minutes before it ends. */
  readonly assumeRole?: CredentialOptions['assumeRole']
  /** A Bedrock API key, sent instead of a signature. Default `AWS_BEARER_TOKEN_BEDROCK`. */
  readonly bearerToken?: string | undefined
  /** How requests are sent. Default `nodeTransport()`; one passed in is not closed with this provider. */
  readonly transport?: Transport | undefined
  /**
   * A client of the AWS SDK that sends all calls of models: its region, endpoint, credentials, proxy and middleware count, and its
   * retries do not. Yours to destroy. Costs about six times the CPU of the default. Lists of models go without it.
   */
  readonly client?: BedrockClient | undefined
  /**
   * The foundation model behind an opaque ARN (application profile, provisioned or custom model), for its capabilities, and for the price
   * of an application profile. The others are not paid for by the token.
   */
  readonly baseModels?: Readonly<Record<string, string>> | undefined
  /**
   * What of every prompt is cached, where the model can: nothing by default, since writing to the cache costs a quarter more than the
   * tokens (twice as much for an hour). `true` is tools, system prompt and conversation. Marks in requests count without it.
   */
  readonly promptCaching?: boolean | CachingPlaces | undefined
  /**
   * Whether images are fetched that a request names by their web address: with this process's own network, so that callers choose
   * where it connects. Only public `https:` addresses, unless the options say more. Default false: such a request is a 400.
   */
  readonly fetchImages?: boolean | FetchImagesOptions | undefined
  /**
   * Whether a request may name media by `s3://` address, for models that take them. Bedrock reads them with this provider's
   * credentials: every caller can then have any object read that their role may read. Default false: such a request is a 400.
   */
  readonly s3Media?: boolean | undefined
  /**
   * By which API models are called, by the beginning of their ids, with or without a geo prefix, or ARNs; the longest that fits wins.
   * `converse` is the default, but for models that it never served; `invoke` is InvokeModel with the model's own body, of text only;
   * `openai` is Bedrock's OpenAI-compatible endpoint, for which `@modelgate/openai` must be installed.
   */
  readonly lanes?: Lanes | undefined
  /** How embeddings are made. */
  readonly embeddings?: EmbeddingOptions | undefined
}
