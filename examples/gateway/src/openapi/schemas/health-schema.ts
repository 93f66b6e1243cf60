import * as z from 'zod'
import { component } from './component.ts'

export const livenessSchema = component('Liveness', z.strictObject({ status: z.literal('ok') }), {
  example: { status: 'ok' },
})

export const healthSchema = component('Health', z.strictObject({ status: z.enum(['ok', 'draining']) }), {
  example: { status: 'ok' },
})
