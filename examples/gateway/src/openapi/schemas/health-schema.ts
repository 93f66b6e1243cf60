import * as z from 'zod'
import { component } from './component.ts'
import { spreadSchema } from './metrics-schema.ts'
import { targetSchema } from './target-schema.ts'

export const livenessSchema = component('Liveness', z.strictObject({ status: z.literal('ok') }), {
  example: { status: 'ok' },
})

const health = {
  status: z.enum(['ok', 'degraded', 'draining']),
  components: z.record(z.string(), z.enum(['ok', 'degraded', 'down'])),
}

export const healthSchema = component('Health', z.strictObject(health), {
  example: { status: 'ok', components: { upstreams: 'ok' } },
})

export const checkSchema = component(
  'HealthCheck',
  z.strictObject({
    component: z.enum(['keys', 'limits', 'requestLog', 'context']),
    name: z.string(),
    status: z.enum(['ok', 'down']),
    latencyMs: z.number().nullable().describe('Null where no answer came in time.'),
    checkedAt: z.string(),
  }),
)

const publicHealth = { ...health, timestamp: z.string().describe('ISO 8601.') }

export const detailedHealthSchema = component(
  'DetailedHealth',
  z.union([
    z.strictObject(publicHealth),
    z.strictObject({
      ...publicHealth,
      uptimeSeconds: z.number(),
      openCalls: z.number().nullable(),
      targets: z.array(targetSchema),
      stores: z.array(checkSchema),
      context: z.array(checkSchema),
      latencies: z.array(
        z.strictObject({
          operation: z.string(),
          calls: z.number(),
          latencyMs: spreadSchema,
          firstContentMs: spreadSchema,
        }),
      ),
    }),
  ]),
  { description: 'What follows `timestamp` is told to keys with the permission `health` alone.' },
)
