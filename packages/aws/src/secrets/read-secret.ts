import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { checkMembers, GatewayError, type MembersOf } from '@modelgate/core'
import { missingSdk } from '../missing-sdk.ts'
import { startClientConfig } from '../start-client-config.ts'

/** Where Secrets Manager is. */
export interface SecretsManagerOptions {
  /** A client of yours, used as it is. Without one it is made at first use, with the SDK's default credentials and short timeouts. */
  readonly client?: SecretsManagerClient | undefined
  readonly region?: string | undefined
  /** Where Secrets Manager is, if it is not at AWS. */
  readonly endpoint?: string | undefined
  /** How often the SDK tries, where the client is made here. Default 3: a start waits rather than fail. */
  readonly maxAttempts?: number | undefined
}

const members = {
  client: true,
  region: true,
  endpoint: true,
  maxAttempts: true,
} as const satisfies MembersOf<SecretsManagerOptions>

/** Reads secrets by name or ARN. */
export interface SecretReader {
  /**
   * The text of a secret's current version.
   * @throws what the SDK throws; {@link GatewayError} `invalid_configuration` for a secret that is binary.
   */
  read(secretId: string): Promise<string>
  /** Closes the sockets of the client made here. */
  close(): void
}

/**
 * Secrets of Secrets Manager, read once when asked for: for what a start needs. A secret of API keys that is to follow its rotation is
 * `secretsKeyStore`'s. Needs `secretsmanager:GetSecretValue`, and `kms:Decrypt` where the secret has a key of yours.
 * @throws {GatewayError} `invalid_configuration` for an option that is none.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export function secretReader(options: SecretsManagerOptions = {}): SecretReader {
  checkMembers(options, members, 'secretReader()')
  let own: SecretsManagerClient | undefined
  return {
    async read(secretId) {
      const sdk = await importSecretsManager()
      if (!options.client) own ??= new sdk.SecretsManagerClient(startClientConfig(options))
      const command = new sdk.GetSecretValueCommand({ SecretId: secretId })
      const { SecretString } = await (options.client ?? own!).send(command)
      if (SecretString !== undefined) return SecretString
      throw new GatewayError('invalid_configuration', `The secret '${secretId}' is binary; keep it as text.`)
    },
    close() {
      own?.destroy()
      own = undefined
    },
  }
}

/** The SDK's module. @throws {GatewayError} `invalid_configuration` with what to install. */
export async function importSecretsManager(): Promise<typeof import('@aws-sdk/client-secrets-manager')> {
  // Bundlers leave out what they cannot resolve only where it is awaited within a `try`.
  try {
    return await import('@aws-sdk/client-secrets-manager')
  } catch (cause) {
    throw missingSdk('Secrets Manager', '@aws-sdk/client-secrets-manager', cause)
  }
}
