import { readFileSync } from 'node:fs'
import type { Config } from './config/config-schema.ts'
import { type ConfigurationLayers, readConfiguration, toldBySource } from './config/configuration.ts'
import { type EnabledParts, noneLeft, withoutDisabled } from './config/disabled-providers.ts'
import type { Layer, Sources } from './config/layers.ts'
import { type ReadConfig, readConfig } from './config/read-config.ts'
import { ConfigurationError } from './configuration-error.ts'
import { type Environment, type Settings, settingsOf } from './environment.ts'
import { misspeltVariables } from './misspelt-variables.ts'
import { settingsWarnings } from './settings-warnings.ts'
import { unusedOptions } from './unused-options.ts'
import { type FoundCredentials, findCredentials } from './upstream/found-credentials.ts'

/** What a start has decided before it touches anything but the configuration file. */
export interface Plan {
  readonly mode: 'live' | 'simulator'
  readonly settings: Settings
  /** All layers together. */
  readonly config: Config
  /** Where each value of `config` comes from. */
  readonly sources: Sources
  readonly found: readonly FoundCredentials[]
  readonly warnings: readonly string[]
}

/** What stands over the environment. */
type PlanLayers = Pick<ConfigurationLayers, 'parameters' | 'code'>

/**
 * Decides how to start. Live needs a key of ours, and `UPSTREAM=live` or a configuration with providers: finding
 * credentials alone never makes a call that somebody pays for.
 * @throws {ConfigurationError} with every fault there is.
 */
export function planStart(environment: Environment, { parameters, code }: PlanLayers = {}): Plan {
  const configFile = environment.MODELGATE_CONFIG || undefined
  const variables = { ...environment, ...parameters }
  const inEnvironment = findCredentials(variables)
  const upstream = code?.upstream ?? variables.UPSTREAM
  const expected = withCallers(inEnvironment, code?.callerCredentials ?? variables.CALLER_CREDENTIALS)
  const defaultIds = upstream === 'live' ? expected.map(({ id }) => id) : ['bedrock', 'openai']
  const file = readConfigFile(configFile, variables, defaultIds)
  const all = readConfiguration({ file: file.layer ?? nothing, environment, parameters, code })
  const faults = [...all.faults, ...file.faults]
  const { config, sources } = all.configuration ?? { config: file.config ?? {}, sources: new Map() }
  const settings = settingsOf(config, configFile)
  const hasProviders = Object.keys(config.providers ?? {}).length > 0
  const live = settings.upstream === 'live' || hasProviders
  const found = live ? withCallers(inEnvironment, config.callerCredentials) : inEnvironment
  const on = withoutDisabled(config, found)
  // A file that cannot be read says nothing of keys or providers.
  if (file.config && live) faults.push(...liveFaults({ settings, config, hasProviders, found }))
  if (live) faults.push(...addressFaults(environment, on))
  faults.push(...on.faults)
  if (live && !hasProviders && found.length > 0 && on.found.length === 0 && on.faults.length === 0) {
    faults.push(noneLeft(config))
  }
  if (faults.length > 0) throw new ConfigurationError(faults)
  return {
    mode: live ? 'live' : 'simulator',
    settings,
    config: on.config,
    sources,
    found: on.found,
    warnings: [
      ...misspeltVariables(environment),
      ...file.warnings,
      ...settingsWarnings(settings, config.server?.metricsHost !== undefined),
      ...[...unusedOptions(config)].map(toldBySource(sources)),
    ],
  }
}

const nothing: Layer = { value: {}, sourceOf: () => ({ kind: 'default' }) }

/** Callers who bring AWS keys call Bedrock, whether the gateway has some of its own or not. */
function withCallers(found: readonly FoundCredentials[], mode: string | undefined): readonly FoundCredentials[] {
  if (!mode || found.some(({ id }) => id === 'bedrock')) return found
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

/** Where OpenAI is said to be by the environment, which its provider reads by itself: every call would fail. */
function* addressFaults({ OPENAI_BASE_URL: url }: Environment, { config, found }: EnabledParts): Generator<string> {
  const configured = Object.values(config.providers ?? {})
  const providers = configured.length > 0 ? configured : found.map(({ id }) => ({ type: id }))
  const isUsed = providers.some(provider => provider.type === 'openai' && !('baseURL' in provider && provider.baseURL))
  if (!url || !isUsed || (URL.canParse(url) && /^https?:.*(?<!\/chat\/completions\/*)$/i.test(url))) return
  yield 'OPENAI_BASE_URL: must be an http or https URL up to and without /chat/completions, such as https://api.openai.com/v1.'
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
  const { hasApiKey, apiKeySecret, apiKeyTable } = settings
  const makesKey = config.store?.type === 'dynamodb-local'
  // Who brings AWS keys of their own spend their own money; nobody else comes in.
  const isForCallers = config.callerCredentials === 'alone'
  if (!(hasApiKey || apiKeySecret || apiKeyTable || makesKey || isForCallers) && !config.keys?.length) {
    yield 'A live gateway without an API key would let everybody spend your money: set MODELGATE_API_KEY, API_KEY_TABLE_NAME or API_KEY_SECRET_ARN, or give the configuration file `keys`.'
  }
  if (!hasProviders && found.length === 0) {
    yield 'UPSTREAM=live found nothing to call: set OPENAI_API_KEY, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE or AWS_BEARER_TOKEN_BEDROCK, or give the configuration file `providers`.'
  }
}
