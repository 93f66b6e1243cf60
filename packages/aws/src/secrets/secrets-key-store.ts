import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import {
  checkMembers,
  GatewayError,
  isGatewayError,
  type KeyRecord,
  type KeyStore,
  type MembersOf,
  type MemoryKeyStore,
  redactKeys,
} from '@modelgate/core'
import { beforeSending, freshConnections } from '../fresh-connections.ts'
import { startClientConfig } from '../start-client-config.ts'
import { importSecretsManager } from './read-secret.ts'
import { keysInSecret, type PlainKeyRecord, type SecretFormat } from './secret-keys.ts'

/** Which secret holds the keys, and when it is read anew. */
export interface SecretsKeyStoreOptions {
  /** Name or ARN of the secret. */
  readonly secretId: string
  /** A client of yours, used as it is. Without one it is made at first use, with the SDK's default credentials and short timeouts. */
  readonly client?: SecretsManagerClient | undefined
  readonly region?: string | undefined
  /** Where Secrets Manager is, if it is not at AWS. */
  readonly endpoint?: string | undefined
  /** Whom a key lets in that stands in the secret by itself. Default: `{ apiKeyId: 'secret', userId: 'secret' }`. */
  readonly record?: PlainKeyRecord | undefined
  /** That of `apiKeys()`, where it has one. */
  readonly pepper?: string | undefined
  /** How often the secret is read anew, in the background, in milliseconds. Default 300,000. */
  readonly refreshMs?: number | undefined
  /** How old the keys may become while Secrets Manager is down, in milliseconds. Default 86,400,000: a day. */
  readonly staleMs?: number | undefined
  /** Told of a refresh that failed; the keys that were there stay. Default: `console.error` of its message. */
  readonly onError?: ((error: unknown) => void) | undefined
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

const members = {
  secretId: true,
  client: true,
  region: true,
  endpoint: true,
  record: true,
  pepper: true,
  refreshMs: true,
  staleMs: true,
  onError: true,
  now: true,
} as const satisfies MembersOf<SecretsKeyStoreOptions>

/** API keys in Secrets Manager. */
export interface SecretsKeyStore extends KeyStore {
  /** Closes the sockets of the client made here. */
  close(): void
}

interface Loaded {
  readonly current: MemoryKeyStore
  readonly previous: MemoryKeyStore | undefined
  readonly at: number
}

/** An unknown key may be one that has just been rotated in: the secret is read anew for it, but not more often than this. */
const earliestMs = 10_000
/** Between two attempts where there are no keys yet. */
const firstMs = 1_000

/**
 * API keys in a secret, whose versions `AWSCURRENT` and `AWSPREVIOUS` are both valid, so that a rotation breaks no caller. The secret is a key by
 * itself, `{ "api_key": "…" }`, or `{ "keys": [ … ] }` as in a configuration file. It is read at the first call, then every `refreshMs` in the
 * background, and for a key that is unknown, once in 10 s at most. To revoke a key at once put it into `keys` with `active: false`: one
 * that is left out is valid until it has left `AWSPREVIOUS` as well.
 *
 * Needs `secretsmanager:GetSecretValue`, and `kms:Decrypt` where the secret has a key of yours.
 * @throws {GatewayError} `invalid_configuration` for an option that is none and an empty `secretId`; the look-up rejects with what the SDK throws, or with
 *   `invalid_configuration` for a secret it cannot read.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
 */
export function secretsKeyStore(options: SecretsKeyStoreOptions): SecretsKeyStore {
  checkMembers(options, members, 'secretsKeyStore()')
  if (!options?.secretId) {
    throw new GatewayError('invalid_configuration', '`secretId` is empty; name the secret, or give its ARN.')
  }
  const { now = Date.now, refreshMs = 300_000, staleMs = 86_400_000 } = options
  const onError = (error: unknown): void => {
    try {
      ;(options.onError ?? consoleError)(error)
    } catch {
      // A listener that throws must not end the process.
    }
  }
  const secret = openSecret(options)
  let loaded: Loaded | undefined
  let loading: Promise<Loaded> | undefined
  let triedAt = Number.NEGATIVE_INFINITY
  let fault: { readonly error: unknown } | undefined

  function load(): Promise<Loaded> {
    if (loading) return loading
    triedAt = now()
    loading = secret.read(triedAt).then(
      found => {
        loading = fault = undefined
        loaded = found
        return found
      },
      (error: unknown) => {
        loading = undefined
        fault = { error }
        throw error
      },
    )
    return loading
  }

  // A clock that was set back says nothing: what was read is then as good as old.
  const isOver = (at: number, milliseconds: number): boolean => Math.abs(now() - at) >= milliseconds

  return {
    findByHash(apiKeyHash) {
      const held = loaded && !isOver(loaded.at, refreshMs + staleMs) ? loaded : undefined
      const found = held && findIn(held, apiKeyHash)
      if (found) {
        if (!loading && isOver(held.at, refreshMs) && isOver(triedAt, earliestMs)) load().catch(onError)
        return found
      }
      if (loading || isOver(triedAt, held ? earliestMs : firstMs)) return load().then(read => findIn(read, apiKeyHash))
      // Whether an unknown key is one nobody can say while the secret cannot be read.
      if (fault || !held) return Promise.reject(fault?.error)
      return undefined
    },
    close: () => secret.close(),
  }
}

/** The current version says what holds, and so revokes a key of the previous one. */
function findIn({ current, previous }: Loaded, apiKeyHash: string): KeyRecord | undefined {
  return current.findByHash(apiKeyHash) ?? previous?.findByHash(apiKeyHash)
}

interface OpenSecret {
  read(at: number): Promise<Loaded>
  close(): void
}

function openSecret({ secretId, pepper, record, ...options }: SecretsKeyStoreOptions): OpenSecret {
  const format: SecretFormat = { plain: record ?? { apiKeyId: 'secret', userId: 'secret' }, pepper }
  let own: SecretsManagerClient | undefined

  async function version(stage: string): Promise<MemoryKeyStore> {
    const sdk = await importSecretsManager()
    if (!options.client) own ??= newClient(sdk, options)
    const command = new sdk.GetSecretValueCommand({ SecretId: secretId, VersionStage: stage })
    const { SecretString } = await (options.client ?? own!).send(command)
    return keysInSecret(SecretString ?? '', format)
  }

  return {
    async read(at) {
      const [current, previous] = await Promise.all([
        version('AWSCURRENT'),
        version('AWSPREVIOUS').catch((error: unknown) => {
          // A secret that was never rotated has none; and one that was mended by rotation must not stay broken by what it was.
          if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined
          if (isGatewayError(error)) return undefined
          throw error
        }),
      ])
      return { current, previous, at }
    },
    close() {
      own?.destroy()
      own = undefined
    },
  }
}

function newClient(
  sdk: typeof import('@aws-sdk/client-secrets-manager'),
  place: Pick<SecretsKeyStoreOptions, 'region' | 'endpoint'>,
): SecretsManagerClient {
  const { agents, middleware } = freshConnections()
  const { requestHandler, ...config } = startClientConfig({ ...place, maxAttempts: 1 })
  const client = new sdk.SecretsManagerClient({ ...config, requestHandler: { ...requestHandler, ...agents } })
  client.middlewareStack.add(middleware, beforeSending)
  return client
}

/** The message alone: an error of the SDK holds the response as well. */
function consoleError(error: unknown): void {
  const what = error instanceof Error ? redactKeys(`${error.name}: ${error.message}`) : `a ${typeof error} was thrown`
  console.error('modelgate: the secret of API keys was not read anew, and its keys stay as they are:', what)
}
