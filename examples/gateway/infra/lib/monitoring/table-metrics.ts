import { Duration } from 'aws-cdk-lib'
import { type IMetric, MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { GatewayData } from '../data/gateway-data.ts'

/** A metric of DynamoDB's that each table has. */
export type TableMetric =
  | 'ReadThrottleEvents'
  | 'WriteThrottleEvents'
  | 'ConsumedReadCapacityUnits'
  | 'ConsumedWriteCapacityUnits'

/** One line for each table. */
export function tableMetrics(data: GatewayData, name: TableMetric): Metric[] {
  return Object.values(data).map(({ table, definition }) =>
    table.metric(name, { statistic: 'Sum', period: Duration.minutes(5), label: definition.tableName }),
  )
}

/** How often DynamoDB throttled any table. */
export function throttledTables(data: GatewayData): IMetric {
  const all = [...tableMetrics(data, 'ReadThrottleEvents'), ...tableMetrics(data, 'WriteThrottleEvents')]
  const named = all.map((metric, index): [string, Metric] => [`m${index}`, metric])
  return new MathExpression({
    expression: named.map(([name]) => `FILL(${name}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(named),
    period: Duration.minutes(5),
    label: 'Throttled requests to tables',
  })
}
