import { Secret } from '../secret.ts'
import type { SecretConfig } from './secret-schema.ts'

/** The secret that a configuration means, whose references are resolved by then. */
export function secretOf(config: SecretConfig): Secret {
  if (config instanceof Secret) return config
  throw new Error(`The reference '${config.secret}' was not resolved before it was used.`)
}
