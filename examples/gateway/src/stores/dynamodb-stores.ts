import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { dynamodbBudgetStore, dynamodbLimitStore } from '@modelgate/aws/dynamodb'
import type { Stores } from './stores.ts'
import { tellUnusable } from './tell-unusable.ts'

/** A table, and where it is. */
export interface DynamoDbPlace {
  readonly tableName: string
  readonly region?: string | undefined
  readonly endpoint?: string | undefined
  readonly client?: DynamoDBClient | undefined
}

/** Limits and budgets in a table. The app starts without it, and says so. */
export async function openDynamoDbStores(
  { tableName, region, endpoint, client }: DynamoDbPlace,
  warn: (sentence: string) => void,
): Promise<Stores> {
  const limits = dynamodbLimitStore({ tableName, region, endpoint, client })
  const budgets = dynamodbBudgetStore({ tableName, region, endpoint, client })
  await Promise.all([limits.warmUp(), budgets.warmUp()]).catch(tellUnusable(tableName, warn))
  return {
    limits,
    budgets,
    checks: [{ component: 'limits', name: 'dynamodb', check: () => limits.warmUp() }],
    async [Symbol.asyncDispose]() {
      limits.close()
      budgets.close()
    },
  }
}
