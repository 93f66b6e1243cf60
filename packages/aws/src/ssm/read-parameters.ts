import type { SSMClient } from '@aws-sdk/client-ssm'
import { checkMembers, type MembersOf } from '@modelgate/core'
import { missingSdk } from '../missing-sdk.ts'
import { startClientConfig } from '../start-client-config.ts'

/** Where the Parameter Store is. */
export interface ParameterStoreOptions {
  /** A client of yours, used as it is. Without one it is made at first use, with the SDK's default credentials and short timeouts. */
  readonly client?: SSMClient | undefined
  readonly region?: string | undefined
  /** Where it is, if it is not at AWS. */
  readonly endpoint?: string | undefined
  /** How often the SDK tries, where the client is made here. Default 3: a start waits rather than fail. */
  readonly maxAttempts?: number | undefined
}

const members = {
  client: true,
  region: true,
  endpoint: true,
  maxAttempts: true,
} as const satisfies MembersOf<ParameterStoreOptions>

/** Reads parameters, decrypted. */
export interface ParameterReader {
  /** Values by name. A parameter that does not exist is absent. @throws what the SDK throws. */
  read(names: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Values of what stands directly beneath a path, by the last part of their names. @throws what the SDK throws. */
  readUnder(path: string): Promise<ReadonlyMap<string, string>>
  /** Closes the sockets of the client made here. */
  close(): void
}

/** As many as a GetParameters takes. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const mostNames = 10

/**
 * Parameters of Systems Manager's Parameter Store, read once when asked for: for what a start needs. Needs `ssm:GetParameters`, for paths
 * `ssm:GetParametersByPath`, and `kms:Decrypt` where a `SecureString` has a key of yours.
 * @throws {GatewayError} `invalid_configuration` for an option that is none.
 */
export function parameterReader(options: ParameterStoreOptions = {}): ParameterReader {
  checkMembers(options, members, 'parameterReader()')
  let own: SSMClient | undefined

  async function open() {
    const sdk = await importSdk()
    if (!options.client) own ??= new sdk.SSMClient(startClientConfig(options))
    return { sdk, client: options.client ?? own! }
  }

  return {
    async read(names) {
      const { sdk, client } = await open()
      const unique = [...new Set(names)]
      const values = new Map<string, string>()
      for (let at = 0; at < unique.length; at += mostNames) {
        const Names = unique.slice(at, at + mostNames)
        const { Parameters = [] } = await client.send(new sdk.GetParametersCommand({ Names, WithDecryption: true }))
        for (const { Name, ARN, Value } of Parameters) {
          // What was asked for by its ARN may be answered by its name.
          const name = Names.find(asked => asked === Name || asked === ARN)
          if (name !== undefined && Value !== undefined) values.set(name, Value)
        }
      }
      return values
    },
    async readUnder(path) {
      const { sdk, client } = await open()
      const values = new Map<string, string>()
      let NextToken: string | undefined
      do {
        const command = new sdk.GetParametersByPathCommand({ Path: path, WithDecryption: true, NextToken })
        const page = await client.send(command)
        for (const { Name = '', Value } of page.Parameters ?? []) {
          if (Value !== undefined) values.set(Name.slice(Name.lastIndexOf('/') + 1), Value)
        }
        NextToken = page.NextToken
      } while (NextToken)
      return values
    },
    close() {
      own?.destroy()
      own = undefined
    },
  }
}

async function importSdk(): Promise<typeof import('@aws-sdk/client-ssm')> {
  // Bundlers leave out what they cannot resolve only where it is awaited within a `try`.
  try {
    return await import('@aws-sdk/client-ssm')
  } catch (cause) {
    throw missingSdk('The Parameter Store', '@aws-sdk/client-ssm', cause)
  }
}
