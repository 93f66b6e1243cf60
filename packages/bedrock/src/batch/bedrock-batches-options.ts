import type { UnsupportedParams } from '../request/unsupported-params.ts'
import type { ClientOptions } from './batch-clients.ts'

/** Every option accepts `undefined`, which means "not set". */
export interface BedrockBatchesOptions extends ClientOptions {
  /** The id of the Bedrock provider whose models are run in batches. Default `bedrock`. */
  readonly provider?: string | undefined
  /** The bucket that files and batches are kept in, in the region of the jobs. */
  readonly bucket: string
  /** What all keys begin with. Default `modelgate/`. */
  readonly prefix?: string | undefined
  /** The role that Bedrock takes to read and write the bucket. https://docs.aws.amazon.com/bedrock/latest/userguide/batch-iam-sr.html */
  readonly roleArn: string
  /** The fewest requests that Bedrock takes in a job: a quota of each model's. Default 100. */
  readonly minimumRequests?: number | undefined
  /**
   * What becomes of a batch with fewer: a 400 that names the minimum, or the gateway runs it itself, through its own layers and at the price
   * of calls. That needs a process that goes on living, and not a function. Default `refuse`.
   */
  readonly smallBatches?: 'refuse' | 'run' | undefined
  /** Requests under way at once of each batch that the gateway runs itself. Default 4. */
  readonly concurrency?: number | undefined
  /** As the provider's. Default `drop`. */
  readonly unsupportedParams?: UnsupportedParams | undefined
  /** As the provider's: the foundation model behind an opaque ARN. */
  readonly baseModels?: Readonly<Record<string, string>> | undefined
  /** Milliseconds without a word after which the work of one process is another's. Default 60,000. */
  readonly leaseMs?: number | undefined
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}
