import * as z from 'zod/mini'
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

/** What `metrics` may be. Built when options are checked, not at import. */
export function metricsSchema(): z.ZodMiniType {
  const positive = z.optional(z.int().check(z.minimum(1)))
  const exporter = z.custom(isExporter, { error: () => 'must be an exporter, such as cloudwatchMetrics()' })
  return z.optional(
    z.union(
      [
        z.boolean(),
        z.strictObject({
          maxTenants: positive,
          maxModels: positive,
          maxSeries: positive,
          exporters: z.optional(z.array(exporter)),
        }),
      ],
      {
        error: () => 'must be true, or an object with maxTenants, maxModels, maxSeries and exporters',
      },
    ),
  )
}

function isExporter(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'start') === 'function'
}
