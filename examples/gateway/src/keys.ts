import { type ConfiguredKey, type KeyStore, memoryKeyStore } from '@modelgate/core'
import { secretOf } from './config/secret-of.ts'
import type { Environment } from './environment.ts'
import type { Plan } from './plan.ts'
import { demoKey } from './upstream/demo.ts'

const scopes = ['completions', 'health', 'admin']

/** The keys that open the door: MODELGATE_API_KEY and the file's. Only a simulator that has neither takes the demo key. */
export function keysOf(plan: Plan, environment: Environment): KeyStore {
  const { settings, config } = plan
  const keys: ConfiguredKey[] = (config.keys ?? []).map(({ key, keyHash, ...record }, index) => {
    const named = { ...record, apiKeyId: record.apiKeyId ?? `key-${index + 1}` }
    return key === undefined
      ? { ...named, keyHash: keyHash ?? '' }
      : { ...named, key: secretOf(key, environment).reveal() }
  })
  if (settings.apiKey) {
    keys.push({
      key: settings.apiKey.reveal(),
      apiKeyId: 'MODELGATE_API_KEY',
      userId: 'operator',
      tier: 'enterprise',
      permissions: scopes,
    })
  }
  if (usesDemoKey(plan)) {
    keys.push({ key: demoKey, apiKeyId: 'demo', tier: 'enterprise', permissions: scopes })
  }
  return memoryKeyStore(keys)
}

export function usesDemoKey({ mode, settings, config }: Plan): boolean {
  return mode === 'simulator' && !settings.apiKey && !config.keys?.length
}
