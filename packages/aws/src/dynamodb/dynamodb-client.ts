import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { checkMembers, GatewayError, type MembersOf } from '@modelgate/core'
import { beforeSending, type FreshConnections, freshConnections } from '../fresh-connections.ts'
import { missingSdk } from '../missing-sdk.ts'

/** What all stores on DynamoDB are given. */
export interface DynamoDbOptions {
  /**
   * A client of yours, used as it is: its retries and timeouts are what you set. Without one, a client is made at first use, with
   * the SDK's default credentials, one attempt a request and short timeouts.
   */
  readonly client?: DynamoDBClient | undefined
  /** Default: what the SDK finds (`AWS_REGION`, the shared config file). */
  readonly region?: string | undefined
  /** Where DynamoDB is, if it is not at AWS, such as `http://127.0.0.1:8000`. */
  readonly endpoint?: string | undefined
  /** Default 1,000 ms, from sending to the whole answer; DynamoDB answers in under 10. Not for a `client` of yours. */
  readonly requestTimeoutMs?: number | undefined
  readonly tableName: string
}

/** The members of {@link DynamoDbOptions}, to which each store adds its own. */
export const dynamoDbMembers: MembersOf<DynamoDbOptions> = {
  client: true,
  region: true,
  endpoint: true,
  requestTimeoutMs: true,
  tableName: true,
}

/** The SDK's module with a client of it: commands are `new sdk.GetItemCommand(…)`. */
export interface LoadedDynamoDb {
  readonly sdk: typeof import('@aws-sdk/client-dynamodb')
  readonly client: DynamoDBClient
}

/** DynamoDB, loaded when it is first asked. */
export interface DynamoDb {
  /** @throws {GatewayError} `invalid_configuration` where the SDK is not installed. */
  load(): Promise<LoadedDynamoDb>
  /** Closes the sockets of the client made here; a client that was given stays as it is. */
  close(): void
}

/** The SDK retries nothing: a limit that is asked twice counts twice, and the caller of a store has a failure mode of its own. */
const maxAttempts = 1
/** Less than a store gives a request: a write that found no connection is then known to have changed nothing. */
const connectionTimeoutMs = 400
const defaultRequestTimeoutMs = 1000

/**
 * DynamoDB for one store. Nothing is imported and no client is built before the first `load()`.
 *
 * @param members all that the store's options may have
 * @param subject the store, such as `dynamodbLimitStore()`
 * @throws {GatewayError} `invalid_configuration` for an option that is none, and a table name that is empty or missing.
 */
export function openDynamoDb(
  options: DynamoDbOptions,
  members: Readonly<Record<string, true>>,
  subject: string,
): DynamoDb {
  checkMembers(options, members, subject)
  if (!options?.tableName) {
    throw new GatewayError('invalid_configuration', '`tableName` is empty; name the DynamoDB table of this store.')
  }
  return openAnyDynamoDb(options)
}

/** DynamoDB for whoever names tables itself. */
export function openAnyDynamoDb(options: Omit<DynamoDbOptions, 'tableName'>): DynamoDb {
  let loaded: Promise<LoadedDynamoDb> | undefined
  let own: DynamoDBClient | undefined
  return {
    load: () => {
      loaded ??= importSdk().then(sdk => {
        own = options.client ? undefined : newClient(sdk, options)
        return { sdk, client: options.client ?? own! }
      })
      return loaded
    },
    close: () => {
      own?.destroy()
      own = undefined
      loaded = undefined
    },
  }
}

function newClient(sdk: LoadedDynamoDb['sdk'], options: Omit<DynamoDbOptions, 'tableName'>): DynamoDBClient {
  const connections = freshConnections()
  const client = new sdk.DynamoDBClient(clientConfig(options, connections))
  client.middlewareStack.add(connections.middleware, beforeSending)
  return client
}

function clientConfig(options: Omit<DynamoDbOptions, 'tableName'>, { agents }: FreshConnections): DynamoDBClientConfig {
  return {
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    maxAttempts,
    requestHandler: {
      ...agents,
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: options.requestTimeoutMs ?? defaultRequestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  }
}

async function importSdk(): Promise<typeof import('@aws-sdk/client-dynamodb')> {
  // Bundlers leave out what they cannot resolve only where it is awaited within a `try`.
  try {
    return await import('@aws-sdk/client-dynamodb')
  } catch (cause) {
    throw missingSdk('A store on DynamoDB', '@aws-sdk/client-dynamodb', cause)
  }
}
