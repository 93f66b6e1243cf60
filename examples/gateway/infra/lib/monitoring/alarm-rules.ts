import { Duration } from 'aws-cdk-lib'
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import type { GatewayResources } from '../ai-model-gateway-stack.ts'
import { firewallMetric } from '../security/web-acl.ts'
import type { AlarmRule } from './alarm-rule.ts'
import type { GatewayMetrics } from './gateway-metric.ts'
import { throttledTable } from './table-metrics.ts'

/** Metrics of the deployment that is watched. */
export interface Watched {
  readonly scope: Construct
  readonly resources: GatewayResources
  readonly metrics: GatewayMetrics
}

const minutes = (count: number): Duration => Duration.minutes(count)

/** Every alarm of a deployment. */
export function alarmRules(watched: Watched): AlarmRule[] {
  return [apiRules, functionRules, tableRules, callRules, securityRules].flatMap(rules => rules(watched))
}

/** What clients see. */
function apiRules({ resources: { api } }: Watched): AlarmRule[] {
  const sum = { statistic: 'Sum', period: minutes(60) }
  const availability = new MathExpression({
    // Of a handful of calls a single one that failed would be more than a thousandth.
    expression: 'IF(requests < 100, 100, 100 * (1 - failed / requests))',
    usingMetrics: { requests: api.metricCount(sum), failed: api.metricServerError(sum) },
    period: minutes(60),
    label: 'Availability, per cent',
  })
  return [
    {
      name: 'server-errors',
      description: 'More than 10 answers in 10 minutes were 5xx',
      metric: api.metricServerError({ statistic: 'Sum', period: minutes(10) }),
      threshold: 10,
      topic: 'alerts',
    },
    {
      name: 'latency',
      description: 'Answers took more than 5 seconds on average, for 15 minutes',
      metric: api.metricLatency({ statistic: 'Average', period: minutes(5) }),
      threshold: 5_000,
      periods: 3,
      topic: 'alerts',
    },
    {
      name: 'availability',
      description: 'Fewer than 99.9 per cent of an hour’s requests were answered without a 5xx',
      metric: availability,
      threshold: 99.9,
      isLeast: true,
      topic: 'alerts',
    },
  ]
}

/** What Lambda says. */
function functionRules({ resources, metrics }: Watched): AlarmRule[] {
  const { handler, authorizer } = resources
  const sum = { statistic: 'Sum', period: minutes(5) }
  // A caller who is turned away is an error of the authorizer's to Lambda, and none to us.
  const faults = new MathExpression({
    expression: 'FILL(errors, 0) - FILL(refused, 0)',
    usingMetrics: { errors: authorizer.function.metricErrors(sum), refused: metrics.authorizer(sum) },
    period: minutes(5),
    label: 'Faults of the authorizer',
  })
  return [
    {
      name: 'handler-errors',
      description:
        'The function that answers failed more than 5 times in 5 minutes: it crashed, or ran out of time or memory',
      metric: handler.function.metricErrors(sum),
      threshold: 5,
      topic: 'alerts',
    },
    {
      name: 'authorizer-errors',
      description:
        'The authorizer could not say more than 3 times in 5 minutes who calls; callers it turned away are not counted',
      metric: faults,
      threshold: 3,
      topic: 'alerts',
    },
    {
      name: 'throttled-functions',
      description: 'Lambda had no room for a request: the account’s concurrency is used up',
      metric: new MathExpression({
        expression: 'FILL(answers, 0) + FILL(checks, 0)',
        usingMetrics: {
          answers: handler.function.metricThrottles(sum),
          checks: authorizer.function.metricThrottles(sum),
        },
        period: minutes(5),
        label: 'Throttled invocations',
      }),
      threshold: 0,
      topic: 'alerts',
    },
  ]
}

/** One for each table: an alarm looks at ten metrics at most, and its name says where to look. */
function tableRules({ resources: { data, names } }: Watched): AlarmRule[] {
  return Object.values(data).map(table => ({
    name: `throttled-${table.definition.tableName.slice(names.prefix.length + 1)}`,
    description: `DynamoDB throttled the table ${table.definition.tableName}, or an index of it, in each of 3 periods of 5 minutes`,
    metric: throttledTable(table),
    threshold: 0,
    periods: 3,
    topic: 'alerts',
  }))
}

/** What the gateway itself counts. */
function callRules({ metrics: { gateway } }: Watched): AlarmRule[] {
  const sum = { statistic: 'Sum', period: minutes(5) }
  return [
    {
      name: 'failed-calls',
      description:
        'More than a twentieth of calls failed on our side for 15 minutes, those whose stream broke after its 200 among them',
      metric: new MathExpression({
        expression: 'IF(calls < 20, 0, 100 * failed / calls)',
        usingMetrics: { calls: gateway('Calls', sum), failed: gateway('ServerErrors', sum) },
        period: minutes(5),
        label: 'Failed calls, per cent',
      }),
      threshold: 5,
      periods: 3,
      topic: 'alerts',
    },
    {
      name: 'first-content',
      description: 'A tenth of streams had their first content after more than 2 seconds, for 15 minutes',
      metric: gateway('TimeToFirstContent', { statistic: 'p90' }),
      threshold: 2_000,
      periods: 3,
      topic: 'alerts',
    },
    {
      name: 'open-breakers',
      description: 'A target has failed so often that it is left out, for 15 minutes',
      metric: gateway('OpenBreakers', { statistic: 'Maximum' }),
      threshold: 0,
      periods: 3,
      topic: 'alerts',
    },
    {
      name: 'cost',
      description: 'The calls of an hour cost more than 100 US dollars',
      metric: gateway('CostUsd', { statistic: 'Sum', period: minutes(60) }),
      threshold: 100,
      topic: 'alerts',
    },
    {
      name: 'unknown-costs',
      description: 'Calls were made whose price is not known: the alarm on cost does not see them',
      metric: gateway('UnknownCosts', { statistic: 'Sum', period: minutes(60) }),
      threshold: 0,
      topic: 'alerts',
    },
  ]
}

/** What somebody may be trying. */
function securityRules({ scope, resources: { names }, metrics }: Watched): AlarmRule[] {
  const sum = { statistic: 'Sum', period: minutes(5) }
  return [
    {
      name: 'auth-failures',
      description: 'More than 20 requests in 5 minutes came with a key that is not valid, or may not do what was asked',
      metric: new MathExpression({
        expression: 'FILL(refused, 0) + FILL(denied, 0)',
        usingMetrics: { refused: metrics.authorizer(sum), denied: metrics.gateway('AuthenticationFailures', sum) },
        period: minutes(5),
        label: 'Authentication failures',
      }),
      threshold: 20,
      topic: 'security',
    },
    {
      name: 'blocked-requests',
      description: 'The firewall blocked more than 100 requests in 5 minutes',
      metric: firewallMetric(scope, { webAcl: names.webAcl, rule: 'ALL', metricName: 'BlockedRequests' }),
      threshold: 100,
      topic: 'security',
    },
  ]
}
