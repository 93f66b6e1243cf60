import { Duration } from 'aws-cdk-lib'
import { type IMetric, MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { GatewayData, GatewayTable } from '../data/gateway-data.ts'

/** A metric of DynamoDB's that each table has. */
export type TableMetric =
  | 'ReadThrottleEvents'
  | 'WriteThrottleEvents'
  | 'ConsumedReadCapacityUnits'
  | 'ConsumedWriteCapacityUnits'

/** One line for each table and each index, by which keys and products are read: DynamoDB does not count an index with its table. */
export function tableMetrics(data: GatewayData, name: TableMetric): Metric[] {
  return Object.values(data).flatMap(each => metricsOf(each, name))
}

function metricsOf({ table, definition: { tableName, indexes } }: GatewayTable, name: TableMetric): Metric[] {
  const view = { statistic: 'Sum', period: Duration.minutes(5) }
  return [
    table.metric(name, { ...view, label: tableName }),
    ...indexes.map(({ indexName }) =>
      table.metric(name, {
        ...view,
        label: `${tableName}, ${indexName}`,
        dimensionsMap: { TableName: table.tableName, GlobalSecondaryIndexName: indexName },
      }),
    ),
  ]
}

/** How often DynamoDB throttled a table or an index of it. */
export function throttledTable(table: GatewayTable): IMetric {
  const all = [...metricsOf(table, 'ReadThrottleEvents'), ...metricsOf(table, 'WriteThrottleEvents')]
  const named = all.map((metric, index): [string, Metric] => [`m${index}`, metric])
  return new MathExpression({
    expression: named.map(([name]) => `FILL(${name}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(named),
    period: Duration.minutes(5),
    label: 'Throttled requests',
  })
}
