import type { EmfMetric } from './emf-metrics.ts'

/** One line of CloudWatch's embedded metric format. */
export interface EmfLine {
  readonly namespace: string
  /** At most 30. */
  readonly dimensions: Readonly<Record<string, string>>
  /** At most 100. */
  readonly metrics: readonly EmfMetric[]
  /** Milliseconds since the epoch. */
  readonly timestamp: number
}

/**
 * One line of CloudWatch's embedded metric format, as an object.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function emfLine({ namespace, dimensions, metrics, timestamp }: EmfLine): Readonly<Record<string, unknown>> {
  const directive = {
    Namespace: namespace,
    Dimensions: [Object.keys(dimensions)],
    Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
  }
  const values = metrics.map(({ name, values: [first, ...more] }) => [name, more.length > 0 ? [first, ...more] : first])
  return {
    _aws: { Timestamp: timestamp, CloudWatchMetrics: [directive] },
    ...dimensions,
    ...Object.fromEntries(values),
  }
}
