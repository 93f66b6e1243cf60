import { Secret } from '../secret.ts'
import { type ConfigPath, formatPath } from './config-fault.ts'
import type { Config } from './config-schema.ts'
import { sourceAt } from './configuration.ts'
import type { Sources } from './layers.ts'
import { isReferenceObject } from './secret-schema.ts'

/** A reference in a configuration, and where it stands. */
export interface FoundReference {
  readonly path: ConfigPath
  /** `env:NAME`, `ssm:/path`, `secretsmanager:<name or ARN>#<member>`. */
  readonly reference: string
}

/** Every reference that a configuration holds. */
export function* referencesIn(value: unknown, path: ConfigPath = []): Generator<FoundReference> {
  if (typeof value !== 'object' || value === null || value instanceof Secret) return
  if (isReferenceObject(value)) return yield { path, reference: value.secret }
  for (const [name, member] of Object.entries(value)) {
    yield* referencesIn(member, [...path, Array.isArray(value) ? Number(name) : name])
  }
}

/** The configuration with secrets in the place of its references. What is not among them stays. */
export function withSecrets(config: Config, secrets: ReadonlyMap<string, Secret>): Config {
  return replaced(config, secrets) as Config
}

function replaced(value: unknown, secrets: ReadonlyMap<string, Secret>): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Secret) return value
  if (Array.isArray(value)) return value.map(member => replaced(member, secrets))
  if (isReferenceObject(value)) return secrets.get(value.secret) ?? value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replaced(member, secrets)]))
}

/** What a fault says of a reference: its place, as other faults tell it, and itself, never what it leads to. */
export function referenceFault({ path, reference }: FoundReference, why: string, sources: Sources): string {
  const option = formatPath(path)
  const source = sourceAt(sources, `${option}.secret`)
  const place = 'name' in source ? source.name : 'place' in source ? `${source.place}: ${option}` : option
  return `${place}: the reference '${reference}' leads nowhere: ${why}`
}
