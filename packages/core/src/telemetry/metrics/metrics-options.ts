import { either, fits, flag, hasMethods, listOf, members, type ValueCheck, whole } from '../../wire/value-check.ts'
import type { MetricsExporter } from './metrics-exporter.ts'

/** How much a gateway's metrics may tell apart. */
export interface MetricsOptions {
  /** Tenants that are told apart, and as many keys with budgets; the later ones are `other` together. Default 100. */
  readonly maxTenants?: number | undefined
  /**
   * Models, and as many routes, that are told apart besides those which the routes name. One that callers named is learned from its first
   * completed call. Default 100.
   */
  readonly maxModels?: number | undefined
  /** Combinations of labels in all. Default 1,000, which is about 1 MB. */
  readonly maxSeries?: number | undefined
  /** Take the metrics elsewhere, as `cloudwatchMetrics()` of `@modelgate/aws/cloudwatch` does. */
  readonly exporters?: readonly MetricsExporter[] | undefined
}

/** What `metrics` may be. */
export function metricsCheck(): ValueCheck {
  const positive = whole(1)
  const exporter = fits(value => hasMethods(value, 'start'), 'must be an exporter, such as cloudwatchMetrics()')
  return either(
    flag(),
    members({ maxTenants: positive, maxModels: positive, maxSeries: positive, exporters: listOf(exporter) }),
  )
}
