import { bedrock } from '@modelgate/bedrock'
import { apiKeys, createGateway, type Gateway, memoryKeyStore } from '@modelgate/core'
import { openai } from '@modelgate/openai'

/** What the service's gateway is made from. */
export interface GatewaySettings {
  /** What callers must send. */
  readonly apiKey: string
  readonly region?: string | undefined
  readonly openaiApiKey?: string | undefined
  /** Load balancers and proxies before this process, each of which appends to `X-Forwarded-For`. */
  readonly trustProxy?: number | undefined
}

/** The gateway of this service: one key, what it may use, and one route. */
export function createServiceGateway({ apiKey, region, openaiApiKey, trustProxy }: GatewaySettings): Gateway {
  return createGateway({
    providers: [bedrock({ region }), openai({ apiKey: openaiApiKey })],
    routes: { fast: ['bedrock/us.anthropic.claude-haiku-5-5', 'openai/gpt-6-luna'] },
    exposeModels: 'all',
    auth: apiKeys(
      memoryKeyStore([
        {
          key: apiKey,
          userId: 'example',
          // Counted in this process. Several share a limit by a store: `limits: { store: dynamodbLimitStore({ tableName }) }`.
          rateLimit: { requestsPerMinute: 60, tokensPerMinute: 200_000, maxConcurrentCalls: 10 },
        },
      ]),
    ),
    trustProxy,
  })
}
