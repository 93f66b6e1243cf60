import type { Plan } from '../plan.ts'
import { Secret } from '../secret.ts'
import type { Config, SecretConfig } from './config-schema.ts'

/** What a start has decided, without a secret: a reference to one stays, for it says where it is and not what. */
export function describePlan({ mode, settings, config }: Plan): object {
  return { mode, environment: settings, file: withoutSecrets(config) }
}

function withoutSecrets({ providers, keys, store, ...rest }: Config): object {
  return {
    ...rest,
    providers:
      providers &&
      Object.fromEntries(
        Object.entries(providers).map(([id, { apiKey, ...provider }]) => [id, { ...provider, apiKey: hidden(apiKey) }]),
      ),
    keys: keys?.map(({ key, keyHash, ...record }) => ({
      ...record,
      key: hidden(key),
      keyHash: keyHash === undefined ? undefined : new Secret(keyHash),
    })),
    store: store?.type === 'redis' ? { ...store, url: hidden(store.url) } : store,
  }
}

function hidden(secret: SecretConfig | undefined): SecretConfig | Secret | undefined {
  return typeof secret === 'string' ? new Secret(secret) : secret
}
