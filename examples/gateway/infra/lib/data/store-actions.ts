import type { GatewayData } from './gateway-data.ts'

/** What the gateway does in its tables: what their stores in `@modelgate/aws/dynamodb`, and the catalogue, send. A table without a line here does not compile. */
export const storeActions: Readonly<Record<keyof GatewayData, readonly string[]>> = {
  // Looked up by every call; listed, made and revoked under /api/v1/admin/keys.
  apiKeys: ['Query', 'GetItem', 'PutItem', 'UpdateItem', 'Scan'],
  // The log in batches, the counters of all instances one by one; both are asked for under /api/v1/admin.
  requestAnalytics: ['BatchWriteItem', 'PutItem', 'Query'],
  // Budgets, too.
  limits: ['GetItem', 'UpdateItem'],
  // Answers that are given again, and those that come once for an idempotency key.
  cache: ['GetItem', 'PutItem', 'DeleteItem'],
  // The words of all products, read anew each minute, over an index.
  productCatalog: ['Scan'],
}

/** What the authorizer does in the table of keys. */
export const authorizerActions: readonly string[] = ['Query']

/** As IAM writes them. */
export function dynamoDbActions(names: readonly string[]): string[] {
  return names.map(name => `dynamodb:${name}`)
}
