import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { dynamodbKeyStore } from '@modelgate/aws/dynamodb'
import { secretsKeyStore } from '@modelgate/aws/secrets'
import { type ConfiguredKey, type KeyStore, type MemoryKeyStore, memoryKeyStore } from '@modelgate/core'
import { secretOf } from './config/secret-of.ts'
import { isSendable } from './config/variable-readers.ts'
import { ConfigurationError, configured } from './configuration-error.ts'
import type { Plan } from './plan.ts'
import { revokedHere } from './revoked-here.ts'
import type { AdministeredKeys } from './server/admin/administered-keys.ts'
import { type HealthCheck, memoryCheck } from './server/health/health-check.ts'
import { demoKey } from './upstream/demo.ts'

const scopes = ['completions', 'health', 'admin']

/** Where keys are looked up, in this order, and what has to be closed in the end. */
interface KeyStores {
  readonly stores: readonly KeyStore[]
  /** Those of them that keys can be given out from. */
  readonly administered: readonly AdministeredKeys[]
  readonly checks: readonly HealthCheck[]
  close(): void
}

/**
 * The keys that open the door: those at hand, then those in Secrets Manager and DynamoDB. Nothing is asked before a call comes.
 * @param client DynamoDB's, where it is not the SDK's own choice
 * @throws {ConfigurationError} for a key that the door would never take.
 */
export function openKeys(plan: Plan, warn: (text: string) => void, client?: DynamoDBClient): KeyStores {
  const { apiKeySecret, apiKeyTable } = plan.settings
  const { region } = plan.config
  const onError = (error: unknown): void =>
    warn(error instanceof Error ? `${error.name}: ${error.message}` : 'Keys cannot be read.')
  const secret = apiKeySecret ? secretsKeyStore({ secretId: apiKeySecret, region, onError }) : undefined
  const table = apiKeyTable ? dynamodbKeyStore({ tableName: apiKeyTable, client, region, onError }) : undefined
  const administered = table && revokedHere(table, Date.now)
  const atHand = keysAtHand(plan)
  return {
    stores: [administered?.store, atHand, secret, table].filter(store => store !== undefined),
    administered: [
      { keptIn: 'memory', admin: atHand },
      ...(administered ? [{ keptIn: 'table', admin: administered.admin } as const] : []),
    ],
    checks: [
      memoryCheck('keys'),
      ...(secret ? [{ ...lookUp('secrets-manager', secret), everyMs: secretEveryMs }] : []),
      ...(table ? [lookUp('dynamodb', table)] : []),
    ],
    close() {
      secret?.close()
      table?.close()
    },
  }
}

/** An unknown key may have the secret read anew, which is billed. */
const secretEveryMs = 60_000
/** No key has it. */
const nobodysHash = '0'.repeat(64)

function lookUp(name: string, store: KeyStore): HealthCheck {
  return { component: 'keys', name, check: async () => store.findByHash(nobodysHash) }
}

/** MODELGATE_API_KEY and the file's. Only a simulator that has no keys at all takes the demo key. */
function keysAtHand(plan: Plan): MemoryKeyStore {
  const { config } = plan
  const keys: ConfiguredKey[] = (config.keys ?? []).map(({ key, keyHash, ...record }, index) => {
    const named = { ...record, apiKeyId: record.apiKeyId ?? `key-${index + 1}` }
    return key === undefined
      ? { ...named, keyHash: keyHash?.reveal() ?? '' }
      : { ...named, key: secretOf(key).reveal() }
  })
  if (config.apiKey) {
    keys.push({
      key: secretOf(config.apiKey).reveal(),
      apiKeyId: 'MODELGATE_API_KEY',
      userId: 'operator',
      tier: 'enterprise',
      permissions: scopes,
    })
  }
  if (usesDemoKey(plan)) {
    keys.push({ key: demoKey, apiKeyId: 'demo', tier: 'enterprise', permissions: scopes })
  }
  const ofEnvironment = `keys[${config.keys?.length ?? 0}]`
  const line = (fault: string): string =>
    fault.startsWith(ofEnvironment) ? fault.replace(/^[^:]+/, 'MODELGATE_API_KEY') : fault
  const faults = keys.flatMap((given, index) =>
    'key' in given && !isSendable(given.key ?? '')
      ? [line(`keys[${index}].key: may hold only visible ASCII characters, and no line break at its end.`)]
      : [],
  )
  if (faults.length > 0) throw new ConfigurationError(faults)
  return configured(() => memoryKeyStore(keys), line)
}

export function usesDemoKey({ mode, settings, config }: Plan): boolean {
  return mode === 'simulator' && !settings.hasApiKey && !config.keys?.length && !hasRemoteKeys(settings)
}

/** Whether there is a store that may hold keys; what is in it nobody has looked at. */
function hasRemoteKeys({ apiKeySecret, apiKeyTable }: Plan['settings']): boolean {
  return apiKeySecret !== undefined || apiKeyTable !== undefined
}
