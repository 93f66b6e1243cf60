import * as z from 'zod/mini'
import { budgetSchema } from '../../budget-schema.ts'

/** A store that is asked later than this holds calls up for longer than it protects anything. */
const longestStoreMs = 60_000

/** What `budgets` may be. Built when options are checked, not at import. */
export function budgetsSchema(): z.ZodMiniType {
  const budget = budgetSchema()
  const positive = z.optional(z.int().check(z.minimum(1)))
  return z.optional(
    z.strictObject({
      store: z.optional(z.custom(isStore, { error: () => 'must be a budget store, such as memoryBudgetStore()' })),
      eachKey: z.optional(budget),
      eachTenant: z.optional(budget),
      tenants: z.optional(z.record(z.string(), budget)),
      onUnknownPrice: z.optional(z.enum(['refuse', 'allow'])),
      onStoreError: z.optional(z.enum(['local', 'open', 'closed'])),
      expectedInstances: positive,
      storeTimeoutMs: z.optional(z.number().check(z.minimum(1), z.maximum(longestStoreMs))),
      defaultMaxTokens: positive,
      softLimit: z.optional(z.number().check(z.gt(0), z.maximum(1))),
      onSoftLimit: z.optional(z.custom(value => typeof value === 'function', { error: () => 'must be a function' })),
    }),
  )
}

const methods = ['reserve', 'settle', 'read', 'reset'] as const

function isStore(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return methods.every(method => typeof Reflect.get(value, method) === 'function')
}
