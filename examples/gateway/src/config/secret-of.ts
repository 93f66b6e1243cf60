import type { Environment } from '../environment.ts'
import { Secret } from '../secret.ts'
import type { SecretConfig } from './config-schema.ts'

/** The secret that a configuration means. Its variable has been checked to be set. */
export function secretOf(config: SecretConfig, environment: Environment): Secret {
  return new Secret(typeof config === 'string' ? config : (environment[config.secret.slice('env:'.length)] ?? ''))
}
