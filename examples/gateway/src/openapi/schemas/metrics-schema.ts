import * as z from 'zod'
import { component } from './component.ts'
import { targetSchema } from './target-schema.ts'

const figure = z.number().nullable()

export const spreadSchema = component(
  'Spread',
  z.strictObject({ count: z.number(), mean: figure, p50: figure, p95: figure, p99: figure, max: figure }),
  { description: 'How values were spread, in milliseconds; null where there were none.' },
)

const counts = z.record(z.string(), z.number())

const summary = {
  calls: z.number(),
  streams: z.number(),
  failed: z.number(),
  errors: counts,
  latencyMs: spreadSchema,
  firstContentMs: spreadSchema,
  tokens: z.strictObject({
    prompt: z.number(),
    completion: z.number(),
    cached: z.number(),
    estimatedCalls: z.number(),
  }),
  cache: counts.describe('Calls for which a cache was asked, by what it said: `hit`, `miss`, `bypass`.'),
  idempotentReplays: z.number().describe('Calls that got the answer of an earlier one of their Idempotency-Key.'),
  cost: z.strictObject({ usd: z.number(), unknownCalls: z.number().describe('An unknown cost is not nothing.') }),
}

export const callSummarySchema = component('CallSummary', z.strictObject(summary))

function by(...labels: readonly string[]) {
  const names = Object.fromEntries(labels.map(label => [label, z.string()]))
  return z.array(z.strictObject({ ...names, ...summary }))
}

const attempts = z.array(
  z.strictObject({
    provider: z.string(),
    model: z.string(),
    code: z.string(),
    attempts: z.number(),
    durationSeconds: z.number(),
    failovers: z.number(),
    retries: z.number(),
  }),
)

/** What was counted. From `attempts` on it is told of one process alone. */
export const metricsSchema = component(
  'Metrics',
  z.strictObject({
    scope: z.enum(['instance', 'fleet']),
    from: z.string(),
    to: z.string(),
    total: callSummarySchema,
    byOperation: by('operation'),
    byRoute: by('route'),
    byModel: by('provider', 'model'),
    byTier: by('tier'),
    byTenant: by('tenant'),
    cache: z.strictObject({ promptTokens: z.number(), cachedTokens: z.number() }),
    attempts: attempts.optional(),
    refusals: counts.optional(),
    limits: counts.optional(),
    context: z
      .strictObject({ calls: counts, faults: counts, cached: z.number(), items: z.number(), tokens: z.number() })
      .optional()
      .describe('What was added to prompts.'),
    budgets: z
      .array(
        z.strictObject({
          of: z.enum(['key', 'user', 'tenant']),
          name: z.string().describe('`other` of users, and of those beyond the first 100.'),
          period: z.enum(['day', 'month']),
          limitUsd: z.number(),
          spentUsd: z.number().describe('With what calls under way have reserved.'),
        }),
      )
      .optional()
      .describe('How budgets stand, as this process has last heard of them.'),
    contextSource: z
      .strictObject({
        source: z.string(),
        state: z.enum(['idle', 'connected', 'disconnected', 'refused']),
        detail: z.string().optional(),
        breaker: z.enum(['closed', 'open', 'halfOpen']),
        lastFailure: z.string().optional(),
        isRequired: z.boolean(),
      })
      .optional()
      .describe('How the source of it stands.'),
    openCalls: z.number().optional(),
    targets: z.array(targetSchema).optional(),
  }),
)

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const prometheusSchema = component('PrometheusText', z.string())
