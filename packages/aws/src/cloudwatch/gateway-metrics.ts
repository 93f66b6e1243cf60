/** Units of CloudWatch's that stand here. */
export type EmfUnit = 'Count' | 'Milliseconds' | 'None'

/** CloudWatch's namespace of what is written here, unless another is given. */
export const metricsNamespace = 'AiModelGateway'

/** The name of one of {@link gatewayMetrics}. */
export type GatewayMetric =
  | 'Calls'
  | 'ServerErrors'
  | 'ClientErrors'
  | 'AuthenticationFailures'
  | 'RateLimited'
  | 'Attempts'
  | 'Failovers'
  | 'Retries'
  | 'PromptTokens'
  | 'CompletionTokens'
  | 'CachedTokens'
  | 'CacheHits'
  | 'CacheMisses'
  | 'CostUsd'
  | 'UnknownCosts'
  | 'OpenCalls'
  | 'OpenBreakers'
  | 'Latency'
  | 'TimeToFirstContent'

/** What `cloudwatchMetrics({ maxBudgets })` writes of each budget. */
export type BudgetMetric = 'BudgetLimitUsd' | 'BudgetSpentUsd'

/**
 * Every metric that `cloudwatchMetrics()` writes by default, with its unit: for dashboards and alarms, which take the names from here and so never
 * watch one that nobody writes.
 */
export const gatewayMetrics: Readonly<Record<GatewayMetric, EmfUnit>> = {
  Calls: 'Count',
  ServerErrors: 'Count',
  ClientErrors: 'Count',
  AuthenticationFailures: 'Count',
  RateLimited: 'Count',
  Attempts: 'Count',
  Failovers: 'Count',
  Retries: 'Count',
  PromptTokens: 'Count',
  CompletionTokens: 'Count',
  CachedTokens: 'Count',
  CacheHits: 'Count',
  CacheMisses: 'Count',
  CostUsd: 'None',
  UnknownCosts: 'Count',
  OpenCalls: 'Count',
  OpenBreakers: 'Count',
  Latency: 'Milliseconds',
  TimeToFirstContent: 'Milliseconds',
}
