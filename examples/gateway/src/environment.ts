import type { Config } from './config/config-schema.ts'

/** Environment variables. One that is set to nothing counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What the app itself goes by, every default filled in. */
export interface Settings {
  readonly host: string
  readonly port: number
  /** How long a connection is kept for a next request. */
  readonly keepAliveTimeoutMs: number
  /** From SIGTERM to the end of the process. */
  readonly shutdownGraceMs: number
  /** Of which so much is spent accepting still, for load balancers to see that it drains. */
  readonly shutdownDelayMs: number
  /** Absent: metrics have no listener of their own. */
  readonly metricsPort: number | undefined
  readonly metricsHost: string
  readonly upstream: 'live' | 'simulator' | undefined
  readonly configFile: string | undefined
  /** Whether there is a key of every permission; its text is `config.apiKey`. */
  readonly hasApiKey: boolean
  /** A DynamoDB table of API keys. */
  readonly apiKeyTable: string | undefined
  /** Name or ARN of a secret with API keys. */
  readonly apiKeySecret: string | undefined
  /** The table of a log in DynamoDB that names none. */
  readonly requestLogTable: string
}

/** The settings of a configuration whose layers lie over each other already. */
export function settingsOf(config: Config, configFile: string | undefined): Settings {
  const { server = {}, environment = 'dev' } = config
  return {
    host: server.host ?? '127.0.0.1',
    port: server.port ?? 3_000,
    keepAliveTimeoutMs: server.keepAliveTimeoutMs ?? 65_000,
    shutdownGraceMs: server.shutdownGraceMs ?? 30_000,
    shutdownDelayMs: server.shutdownDelayMs ?? 0,
    metricsPort: server.metricsPort,
    metricsHost: server.metricsHost ?? '127.0.0.1',
    upstream: config.upstream,
    configFile,
    hasApiKey: config.apiKey !== undefined,
    apiKeyTable: config.apiKeyTable,
    apiKeySecret: config.apiKeySecret,
    requestLogTable: config.requestLogTable ?? `ai-gateway-${environment}-request-analytics`,
  }
}
