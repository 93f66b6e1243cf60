import type { Environment } from '../environment.ts'
import { Secret } from '../secret.ts'
import { hasPassword } from '../stores/redis-url.ts'
import { type ConfigFault, faultsOf, sentence } from './config-fault.ts'
import { type Config, configSchema } from './config-schema.ts'
import { parseConfigSource } from './config-source.ts'
import { crossChecks } from './cross-checks.ts'
import type { Layer } from './layers.ts'

interface ConfigText {
  readonly text: string
  /** How faults name the file. */
  readonly file: string
  readonly environment: Environment
  /** Ids of the providers there are where the configuration has none. */
  readonly defaultIds: readonly string[]
}

export interface ReadConfig {
  /** Absent where there are faults. */
  readonly config?: Config
  /** As it was written, and where; absent where it is no JSON. */
  readonly layer?: Layer
  /** One line each, in the order of the schema. */
  readonly faults: readonly string[]
  readonly warnings: readonly string[]
}

/** Reads a configuration file's text, and finds all that is wrong with it. */
export function readConfig({ text, file, environment, defaultIds }: ConfigText): ReadConfig {
  const source = parseConfigSource(text.replace(/^\uFEFF/, ' '), file)
  if (!('value' in source)) return { faults: source, warnings: [] }
  const parsed = configSchema.safeParse(source.value, { error: sentence })
  const faults: ConfigFault[] = [
    ...source.misnamed,
    ...(parsed.success ? [] : faultsOf(parsed.error.issues)),
    ...crossChecks(source.value, environment, defaultIds),
  ]
  const layer: Layer = {
    value: source.value,
    sourceOf: path => ({ kind: 'file', place: source.place(path) }),
  }
  if (!parsed.success || faults.length > 0) return { layer, faults: faults.map(source.line), warnings: [] }
  return { config: parsed.data, layer, faults: [], warnings: [...plainSecrets(parsed.data)].map(source.line) }
}

function* plainSecrets({ providers = {}, keys = [], store, apiKey, openaiApiKey }: Config): Generator<ConfigFault> {
  const message = 'holds a secret in plain text; { "secret": "env:NAME" } keeps it out of the file.'
  if (apiKey instanceof Secret) yield { path: ['apiKey'], message }
  if (openaiApiKey instanceof Secret) yield { path: ['openaiApiKey'], message }
  for (const [id, { apiKey }] of Object.entries(providers)) {
    if (apiKey instanceof Secret) yield { path: ['providers', id, 'apiKey'], message }
  }
  for (const [index, { key }] of keys.entries()) {
    if (key instanceof Secret) yield { path: ['keys', index, 'key'], message }
  }
  if (store?.type === 'redis' && store.url instanceof Secret && hasPassword(store.url.reveal())) {
    yield { path: ['store', 'url'], message }
  }
}
