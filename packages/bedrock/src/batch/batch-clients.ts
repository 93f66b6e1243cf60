import type { BedrockClient } from '@aws-sdk/client-bedrock'
import type { S3Client } from '@aws-sdk/client-s3'
import { GatewayError } from '@modelgate/core'
import { type AssumeRole, assumeRole } from '../credentials/assume-role.ts'
import type { AwsCredentials } from '../credentials/aws-credentials.ts'

/** Clients of the AWS SDK as their owner set them up; they are not destroyed here. */
export interface BatchClients {
  readonly s3: S3Client
  readonly bedrock: BedrockClient
}

/** Where clients go that are made here. */
export interface ClientOptions {
  readonly clients?: BatchClients | undefined
  readonly region?: string | undefined
  /** Base URL of Bedrock and S3, such as the simulator's. */
  readonly endpoint?: string | undefined
  readonly credentials?: AwsCredentials | (() => Promise<AwsCredentials>) | undefined
  /** A role that is assumed with these, or with what the AWS SDK finds. */
  readonly assumeRole?: AssumeRole | undefined
}

/** The clients, and the modules that their commands come from. */
interface LoadedClients extends BatchClients {
  readonly s3Commands: typeof import('@aws-sdk/client-s3')
  readonly bedrockCommands: typeof import('@aws-sdk/client-bedrock')
}

/** The AWS SDK, loaded at the first use: a gateway whose batches nobody asks for pays for none of it. */
export interface LazyClients {
  get(): Promise<LoadedClients>
  /** Destroys those that were made here. */
  close(): Promise<void>
}

/** @throws {GatewayError} `invalid_configuration` at the first use, naming the package that is not installed. */
export function lazyClients(options: ClientOptions): LazyClients {
  let loaded: Promise<LoadedClients> | undefined
  return {
    get() {
      loaded ??= load(options)
      return loaded
    },
    async close() {
      const made = options.clients ? undefined : await loaded?.catch(() => undefined)
      made?.s3.destroy()
      made?.bedrock.destroy()
    },
  }
}

/** As many as to any other upstream. */
const manySockets = { keepAlive: true, maxSockets: 1024 } as const

async function load({ clients, region, endpoint, ...identity }: ClientOptions): Promise<LoadedClients> {
  const [s3Commands, bedrockCommands] = await Promise.all([loadS3(), loadBedrock()])
  if (clients) return { ...clients, s3Commands, bedrockCommands }
  const credentials = credentialsOf(region, identity)
  const settings = {
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    requestHandler: {
      // The SDK would wait for ever, and whoever uploads with it.
      requestTimeout: 60_000,
      throwOnRequestTimeout: true,
      connectionTimeout: 5_000,
      // Fifty by default: as many slow downloads would keep all others waiting, those of other tenants, too.
      httpAgent: manySockets,
      httpsAgent: manySockets,
    },
    ...(credentials !== undefined && { credentials: credentials as AwsIdentity | (() => Promise<AwsIdentity>) }),
  }
  return {
    s3: new s3Commands.S3Client({ ...settings, forcePathStyle: endpoint !== undefined }),
    bedrock: new bedrockCommands.BedrockClient(settings),
    s3Commands,
    bedrockCommands,
  }
}

function credentialsOf(
  region: string | undefined,
  { credentials, assumeRole: role }: Pick<ClientOptions, 'credentials' | 'assumeRole'>,
): ClientOptions['credentials'] {
  // The SDK keeps what comes of it until it nears its end.
  return role ? () => assumeRole({ role, credentials, region: region ?? 'us-east-1' }) : credentials
}

/** {@link AwsCredentials} where a member that is not set is absent. */
interface AwsIdentity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

async function loadS3(): Promise<typeof import('@aws-sdk/client-s3')> {
  // Bundlers leave out what they cannot resolve only where it is awaited within a `try`.
  try {
    return await import('@aws-sdk/client-s3')
  } catch (cause) {
    throw notInstalled('@aws-sdk/client-s3', cause)
  }
}

async function loadBedrock(): Promise<typeof import('@aws-sdk/client-bedrock')> {
  try {
    return await import('@aws-sdk/client-bedrock')
  } catch (cause) {
    throw notInstalled('@aws-sdk/client-bedrock', cause)
  }
}

function notInstalled(name: string, cause: unknown): GatewayError {
  const message = `bedrockBatches(): '${name}' cannot be loaded; install it beside '@modelgate/bedrock'.`
  return new GatewayError('invalid_configuration', message, { cause })
}
