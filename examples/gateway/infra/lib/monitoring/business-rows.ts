import { Duration } from 'aws-cdk-lib'
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import type { Watched } from './alarm-rules.ts'
import type { DashboardRow } from './dashboards.ts'

/** What is used, and what it costs. */
export function businessRows({ metrics: { gateway } }: Watched): DashboardRow[] {
  const hourly = { statistic: 'Sum', period: Duration.hours(1) }
  const shareCached = new MathExpression({
    expression: 'IF(prompt > 0, 100 * cached / prompt, 0)',
    usingMetrics: { cached: gateway('CachedTokens', hourly), prompt: gateway('PromptTokens', hourly) },
    period: Duration.hours(1),
    label: 'Prompt tokens from a cache, per cent',
  })
  const shareAnswered = new MathExpression({
    expression: 'IF(hits + misses > 0, 100 * hits / (hits + misses), 0)',
    usingMetrics: { hits: gateway('CacheHits', hourly), misses: gateway('CacheMisses', hourly) },
    period: Duration.hours(1),
    label: 'Answers given again, per cent',
  })
  const costOfCalls = new MathExpression({
    expression: 'IF(calls > 0, 1000 * cost / calls, 0)',
    usingMetrics: { cost: gateway('CostUsd', hourly), calls: gateway('Calls', hourly) },
    period: Duration.hours(1),
    label: 'US dollars for 1,000 calls',
  })
  return [
    {
      'Calls an hour': [gateway('Calls', hourly)],
      'Tokens an hour': [gateway('PromptTokens', hourly), gateway('CompletionTokens', hourly)],
    },
    {
      'US dollars an hour': [gateway('CostUsd', hourly)],
      'US dollars for 1,000 calls': [costOfCalls],
      'Calls whose cost is not known': [gateway('UnknownCosts', hourly)],
    },
    {
      'Cache performance': [shareAnswered, shareCached],
      'Answers from the cache, an hour': [gateway('CacheHits', hourly), gateway('CacheMisses', hourly)],
      'Tokens from a cache': [gateway('CachedTokens', hourly)],
    },
  ]
}
