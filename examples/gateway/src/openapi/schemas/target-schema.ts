import * as z from 'zod'
import { component } from './component.ts'

const moment = z.string().nullable().describe('ISO 8601.')

export const targetSchema = component(
  'Target',
  z.strictObject({
    target: z.string().describe('`provider id/upstream model`.'),
    operation: z.enum(['chat', 'embeddings']).nullable().describe('Null where it was asked nothing yet.'),
    breaker: z.enum(['closed', 'open', 'halfOpen']),
    openUntil: moment,
    coolDownUntil: moment,
    coolDownWhy: z
      .enum(['throttled', 'refused'])
      .nullable()
      .describe('`refused`: credentials, an empty account or an unknown model.'),
    inFlight: z.number(),
    calls: z.number().describe("In the breaker's window."),
    failures: z.number(),
  }),
)

export const targetsSchema = component('Targets', z.strictObject({ data: z.array(targetSchema) }))
