import * as z from 'zod'
import { budgetSchema } from '../../config/budget-schema.ts'
import { component } from './component.ts'

const moment = z.string().describe('ISO 8601.')

/** Without members it limits nothing. */
export const budgetRequestSchema = component('Budget', budgetSchema, { example: { usdPerDay: 5 } })

export const spendingSchema = component(
  'Spending',
  z.strictObject({
    of: z.enum(['key', 'user', 'tenant']),
    name: z.string(),
    usdToday: z.number().describe('Since 00:00 UTC, with what calls under way have reserved.'),
    usdThisMonth: z.number().describe('Since the first of the month, 00:00 UTC.'),
    dayEndsAt: moment,
    monthEndsAt: moment,
  }),
)
