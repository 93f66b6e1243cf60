import { readFileSync } from 'node:fs'
import type { CallerCredentialsMode } from '@modelgate/core'
import type { Config } from './config/config-schema.ts'
import { type ReadConfig, readConfig } from './config/read-config.ts'
import { ConfigurationError } from './configuration-error.ts'
import { type Environment, readSettings, type Settings } from './environment.ts'
import { type FoundCredentials, findCredentials } from './upstream/found-credentials.ts'

/** What a start has decided before it touches anything but the configuration file. */
export interface Plan {
  readonly mode: 'live' | 'simulator'
  readonly settings: Settings
  readonly config: Config
  readonly found: readonly FoundCredentials[]
  readonly warnings: readonly string[]
}

/**
 * Decides how to start. Live needs a key of ours, and `UPSTREAM=live` or a configuration file with providers: finding
 * credentials alone never makes a call that somebody pays for.
 * @throws {ConfigurationError} with every fault there is.
 */
export function planStart(environment: Environment): Plan {
  const { settings, faults } = readSettings(environment)
  const inEnvironment = findCredentials(environment)
  const expected = withCallers(inEnvironment, settings.callerCredentials)
  const defaultIds = settings.upstream === 'live' ? expected.map(({ id }) => id) : ['bedrock', 'openai']
  const read = readConfigFile(settings.configFile, environment, defaultIds)
  const config = read.config ?? {}
  const hasProviders = Object.keys(config.providers ?? {}).length > 0
  const live = settings.upstream === 'live' || hasProviders
  const callers = settings.callerCredentials ?? config.callerCredentials
  const found = live ? withCallers(inEnvironment, callers) : inEnvironment
  const all = [...faults, ...read.faults]
  // A file that cannot be read says nothing of keys or providers.
  if (read.config && live) all.push(...liveFaults({ settings, config, hasProviders, found }))
  if (all.length > 0) throw new ConfigurationError(all)
  return { mode: live ? 'live' : 'simulator', settings, config, found, warnings: read.warnings }
}

/** Callers who bring AWS keys call Bedrock, whether the gateway has some of its own or not. */
function withCallers(
  found: readonly FoundCredentials[],
  mode: CallerCredentialsMode | undefined,
): readonly FoundCredentials[] {
  if (mode === undefined || found.some(({ id }) => id === 'bedrock')) return found
  return [...found, { id: 'bedrock', name: "callers' AWS keys" }]
}

function readConfigFile(file: string | undefined, environment: Environment, defaultIds: readonly string[]): ReadConfig {
  if (file === undefined) return { config: {}, faults: [], warnings: [] }
  try {
    return readConfig({ text: readFileSync(file, 'utf8'), file, environment, defaultIds })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { faults: [`MODELGATE_CONFIG: the file cannot be read: ${reason}.`], warnings: [] }
  }
}

interface LiveStart {
  readonly settings: Settings
  readonly config: Config
  readonly hasProviders: boolean
  readonly found: readonly FoundCredentials[]
}

function* liveFaults({ settings, config, hasProviders, found }: LiveStart): Generator<string> {
  if (settings.upstream === 'simulator') {
    yield 'UPSTREAM: the configuration file has providers, so this start is live; unset UPSTREAM=simulator, or the providers.'
  }
  const { apiKey, apiKeySecret, apiKeyTable } = settings
  // Who brings AWS keys of their own spend their own money; nobody else comes in.
  const isForCallers = (settings.callerCredentials ?? config.callerCredentials) === 'alone'
  if (!isForCallers && !(apiKey ?? apiKeySecret ?? apiKeyTable) && !config.keys?.length) {
    yield 'A live gateway without an API key would let everybody spend your money: set MODELGATE_API_KEY, API_KEY_TABLE_NAME or API_KEY_SECRET_ARN, or give the configuration file `keys`.'
  }
  if (!hasProviders && found.length === 0) {
    yield 'UPSTREAM=live found nothing to call: set OPENAI_API_KEY, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE or AWS_BEARER_TOKEN_BEDROCK, or give the configuration file `providers`.'
  }
}
