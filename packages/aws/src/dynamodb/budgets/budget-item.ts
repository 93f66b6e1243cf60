import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { type BudgetStanding, periodEndMs } from '@modelgate/core'
import { itemKey } from '../limits/limit-table.ts'
import { numberOf } from '../number-value.ts'

/** A budget's item, or the key of one, in DynamoDB's words. */
export type BudgetItem = Record<string, AttributeValue>

/** A budget stands in the table of limits, beside its subject's. */
export function budgetKey(subject: string): BudgetItem {
  return { pk: { S: itemKey(`budget#${subject}`) } }
}

/** What an item holds; undefined for none. */
export function toStanding(item: BudgetItem | undefined): BudgetStanding | undefined {
  if (!item) return undefined
  const { day, dayNanoUsd, monthNanoUsd, resets } = item
  return {
    day: numberOf(day),
    resets: numberOf(resets),
    dayNanoUsd: numberOf(dayNanoUsd),
    monthNanoUsd: numberOf(monthNanoUsd),
  }
}

const numbers = ['day', 'resets', 'dayNanoUsd', 'monthNanoUsd'] as const

/** How an item was just read; `standing` is undefined where there is none. */
export interface BudgetSight {
  readonly standing: BudgetStanding | undefined
  /** The item, where not all of its numbers are there: somebody else wrote it, and what is missing counts as 0. */
  readonly damaged: BudgetItem | undefined
}

/** What is to be known of an item before it is written. */
export function toSight(item: BudgetItem | undefined): BudgetSight {
  const isWhole = !item || numbers.every(name => item[name]?.N !== undefined)
  return { standing: toStanding(item), damaged: isWhole ? undefined : item }
}

/** A month after its own, in seconds since 1970: nothing of it counts any longer then. */
export function expirySeconds(day: number): number {
  return Math.ceil(periodEndMs(day, 'month') / 1_000) + 31 * 86_400
}
