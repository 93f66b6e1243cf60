import type { CallerCredentialsMode } from '@modelgate/core'
import { type Destination, isTableName, parseDestination } from './request-log/destination.ts'
import { Secret } from './secret.ts'
import { isRedisUrl } from './stores/redis-url.ts'
import { readTierLimits, type TierLimits } from './tier-limits.ts'

/** Environment variables. One that is set to nothing counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What the environment says, apart from upstream credentials. */
export interface Settings {
  readonly host: string
  readonly port: number
  readonly shutdownGraceMs: number
  readonly upstream: 'live' | 'simulator' | undefined
  readonly configFile: string | undefined
  readonly apiKey: Secret | undefined
  /** A DynamoDB table of API keys. */
  readonly apiKeyTable: string | undefined
  /** Name or ARN of a secret with API keys. */
  readonly apiKeySecret: string | undefined
  /** Whether callers may bring AWS keys of their own; as the file says where the variable is not set. */
  readonly callerCredentials: CallerCredentialsMode | undefined
  /** Proxies before the gateway; as the file says where the variable is not set. */
  readonly trustProxy: number | undefined
  readonly requestLog: Destination | undefined
  /** The table of a log in DynamoDB that names none. */
  readonly requestLogTable: string | undefined
  /** Where limits are counted, in place of the file's `store`. */
  readonly redisUrl: Secret | undefined
  /** Likewise: a table of DynamoDB's. */
  readonly limitsTable: string | undefined
  readonly defaultModel: string | undefined
  /** Whether Bedrock's providers cache every prompt; as they are configured where the variable is not set. */
  readonly promptCaching: boolean | undefined
  /** Whether they call bare model ids by the region's inference profile; likewise. */
  readonly crossRegionInference: boolean | undefined
  /** Whether they know the account's application inference profiles; likewise. */
  readonly applicationInferenceProfiles: boolean | undefined
  /** Of every circuit breaker, in place of the file's. */
  readonly failureThreshold: number | undefined
  /** What the environment says of tiers; empty where it says nothing. */
  readonly tierLimits: TierLimits
}

export interface ReadSettings {
  readonly settings: Settings
  readonly faults: readonly string[]
}

/** Reads the variables in the README's table. A faulty one is reported and stands at its default. */
export function readSettings(environment: Environment): ReadSettings {
  const faults: string[] = []

  function wholeNumber(name: string, fallback: number, most: number): number {
    const text = environment[name]
    if (!text) return fallback
    if (/^\d{1,10}$/.test(text) && Number(text) <= most) return Number(text)
    faults.push(`${name}: must be a whole number from 0 to ${most}, got '${text}'.`)
    return fallback
  }

  function upstream(): Settings['upstream'] {
    const text = environment.UPSTREAM
    if (text === 'live' || text === 'simulator') return text
    if (text) faults.push(`UPSTREAM: must be 'live' or 'simulator', got '${text}'.`)
    return undefined
  }

  function callerCredentials(): CallerCredentialsMode | undefined {
    const text = environment.CALLER_CREDENTIALS
    if (text === 'with-key' || text === 'alone') return text
    if (text) faults.push(`CALLER_CREDENTIALS: must be 'with-key' or 'alone', got '${text}'.`)
    return undefined
  }

  function trueOrFalse(name: string): boolean | undefined {
    const text = environment[name]
    if (text === 'true' || text === 'false') return text === 'true'
    if (text) faults.push(`${name}: must be 'true' or 'false', got '${text}'.`)
    return undefined
  }

  function requestLog(): Destination | undefined {
    const text = environment.REQUEST_LOG
    if (!text) return undefined
    const destination = parseDestination(text)
    if (typeof destination !== 'string') return destination
    faults.push(`REQUEST_LOG: ${destination}`)
    return undefined
  }

  function table(name: string): string | undefined {
    const text = environment[name]
    if (!text || isTableName(text)) return text || undefined
    faults.push(`${name}: must be the name or the ARN of a DynamoDB table, got '${text}'.`)
    return undefined
  }

  function redisUrl(): Secret | undefined {
    const text = environment.REDIS_URL
    if (!text) return undefined
    if (isRedisUrl(text)) return new Secret(text)
    // It may hold a password, so it is not repeated.
    faults.push('REDIS_URL: must be a redis:// or rediss:// URL.')
    return undefined
  }

  function failureThreshold(): number | undefined {
    const text = environment.CIRCUIT_BREAKER_FAILURE_THRESHOLD
    if (!text) return undefined
    if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
    faults.push(`CIRCUIT_BREAKER_FAILURE_THRESHOLD: must be a whole number from 1 to 999999, got '${text}'.`)
    return undefined
  }

  if (environment.REDIS_URL && environment.LIMITS_TABLE_NAME) {
    faults.push('LIMITS_TABLE_NAME: stands beside REDIS_URL; limits are counted in one place, so unset one of them.')
  }
  const key = environment.MODELGATE_API_KEY
  // A header cannot hold it, so every caller would be turned away with nothing to show why.
  if (key && !/^[\x21-\x7e]+$/.test(key)) faults.push('MODELGATE_API_KEY: may hold only visible ASCII characters.')
  const tiers = readTierLimits(environment)
  faults.push(...tiers.faults)
  const settings: Settings = {
    host: environment.HOST || '127.0.0.1',
    port: wholeNumber('PORT', 3000, 65_535),
    // A longer timer than this overflows and fires at once.
    shutdownGraceMs: wholeNumber('SHUTDOWN_GRACE_MS', 30_000, 2_147_483_647),
    upstream: upstream(),
    configFile: environment.MODELGATE_CONFIG || undefined,
    apiKey: key ? new Secret(key) : undefined,
    apiKeyTable: table('API_KEY_TABLE_NAME'),
    apiKeySecret: environment.API_KEY_SECRET_ARN || undefined,
    callerCredentials: callerCredentials(),
    trustProxy: environment.TRUST_PROXY ? wholeNumber('TRUST_PROXY', 0, 32) : undefined,
    requestLog: requestLog(),
    requestLogTable: table('REQUEST_LOG_TABLE_NAME'),
    redisUrl: redisUrl(),
    limitsTable: table('LIMITS_TABLE_NAME'),
    defaultModel: environment.DEFAULT_MODEL || undefined,
    promptCaching: trueOrFalse('ENABLE_PROMPT_CACHING'),
    crossRegionInference: trueOrFalse('ENABLE_CROSS_REGION_INFERENCE'),
    applicationInferenceProfiles: trueOrFalse('ENABLE_APPLICATION_INFERENCE_PROFILES'),
    failureThreshold: failureThreshold(),
    tierLimits: tiers.tiers,
  }
  return { settings, faults }
}
