import { budgetCheck } from '../../budget-check.ts'
import {
  callable,
  fits,
  hasMethods,
  members,
  number,
  oneOf,
  tableOf,
  type ValueCheck,
  whole,
} from '../../wire/value-check.ts'

/** A store that is asked later than this holds calls up for longer than it protects anything. */
const longestStoreMs = 60_000

/** What `budgets` may be. */
export function budgetsCheck(): ValueCheck {
  const budget = budgetCheck()
  const positive = whole(1)
  return members({
    store: fits(isStore, 'must be a budget store, such as memoryBudgetStore()'),
    eachKey: budget,
    eachTenant: budget,
    tenants: tableOf(budget),
    onUnknownPrice: oneOf(['refuse', 'allow']),
    onStoreError: oneOf(['local', 'open', 'closed']),
    expectedInstances: positive,
    storeTimeoutMs: number({ min: 1, max: longestStoreMs }),
    defaultMaxTokens: positive,
    softLimit: number({ above: 0, max: 1 }),
    onSoftLimit: callable(),
  })
}

function isStore(value: unknown): boolean {
  return hasMethods(value, 'reserve', 'settle', 'read', 'reset')
}
