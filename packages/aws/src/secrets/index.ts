export { type SecretReader, type SecretsManagerOptions, secretReader } from './read-secret.ts'
export type { PlainKeyRecord } from './secret-keys.ts'
export { type SecretsKeyStore, type SecretsKeyStoreOptions, secretsKeyStore } from './secrets-key-store.ts'
