import { rateLimitCheck } from '../rate-limit-check.ts'
import { fits, hasMethods, members, number, oneOf, tableOf, type ValueCheck, whole } from '../wire/value-check.ts'

/** A store that is asked later than this holds calls up for longer than it protects anything. */
const longestStoreMs = 60_000

/** What `limits` may be. */
export function limitsCheck(): ValueCheck {
  const positive = whole(1)
  return members({
    store: fits(isStore, 'must be a limit store, such as memoryLimitStore()'),
    tiers: tableOf(rateLimitCheck()),
    onStoreError: oneOf(['local', 'open', 'closed']),
    expectedInstances: positive,
    storeTimeoutMs: number({ min: 1, max: longestStoreMs }),
    defaultMaxTokens: positive,
  })
}

function isStore(value: unknown): boolean {
  return hasMethods(value, 'reserve', 'settle')
}
