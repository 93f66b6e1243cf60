import type { Watched } from './alarm-rules.ts'
import type { DashboardRow } from './dashboards.ts'
import { tableMetrics } from './table-metrics.ts'

const percentiles = ['p50', 'p90', 'p99'] as const

/** Whether it works, and how fast: API, functions, upstreams, tables. */
export function operationalRows({ resources, metrics: { gateway } }: Watched): DashboardRow[] {
  const { api, handler, authorizer, data } = resources
  const functions = [handler.function, authorizer.function]
  return [
    {
      Requests: [
        api.metricCount(),
        api.metricClientError({ statistic: 'Sum' }),
        api.metricServerError({ statistic: 'Sum' }),
      ],
      'Latency of the API': percentiles.map(statistic => api.metricLatency({ statistic, label: statistic })),
      Calls: (['Calls', 'ServerErrors', 'ClientErrors'] as const).map(name => gateway(name, { statistic: 'Sum' })),
    },
    {
      'Latency of calls': percentiles.map(statistic => gateway('Latency', { statistic, label: statistic })),
      'Time to first content': percentiles.map(statistic =>
        gateway('TimeToFirstContent', { statistic, label: statistic }),
      ),
      'Calls under way, in one instance': [gateway('OpenCalls', { statistic: 'Maximum' })],
    },
    {
      Attempts: (['Attempts', 'Failovers', 'Retries'] as const).map(name => gateway(name, { statistic: 'Sum' })),
      'Targets left out': [gateway('OpenBreakers', { statistic: 'Maximum' })],
    },
    {
      Invocations: functions.map(each => each.metricInvocations()),
      'Errors and throttles': functions.flatMap(each => [each.metricErrors(), each.metricThrottles()]),
      Duration: functions.map(each => each.metricDuration({ statistic: 'p90' })),
    },
    {
      'Throttled reads': tableMetrics(data, 'ReadThrottleEvents'),
      'Throttled writes': tableMetrics(data, 'WriteThrottleEvents'),
      'Consumed reads': tableMetrics(data, 'ConsumedReadCapacityUnits'),
      'Consumed writes': tableMetrics(data, 'ConsumedWriteCapacityUnits'),
    },
  ]
}
