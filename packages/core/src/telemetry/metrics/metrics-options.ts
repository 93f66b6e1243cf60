import * as z from 'zod/mini'

/** How much a gateway's metrics may tell apart. */
export interface MetricsOptions {
  /** Tenants that are told apart; the later ones are `other` together. Default 100. */
  readonly maxTenants?: number | undefined
  /**
   * Models, and as many routes, that are told apart besides those which the routes name. One that callers named is learned from its first
   * completed call. Default 100.
   */
  readonly maxModels?: number | undefined
  /** Combinations of labels in all. Default 1,000, which is about 1 MB. */
  readonly maxSeries?: number | undefined
}

/** What `metrics` may be. Built when options are checked, not at import. */
export function metricsSchema(): z.ZodMiniType {
  const positive = z.optional(z.int().check(z.minimum(1)))
  return z.optional(
    z.union([z.boolean(), z.strictObject({ maxTenants: positive, maxModels: positive, maxSeries: positive })], {
      error: () => 'must be true, or an object with maxTenants, maxModels and maxSeries',
    }),
  )
}
