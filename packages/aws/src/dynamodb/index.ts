export {
  type DynamoDbBudgetStore,
  type DynamoDbBudgetStoreOptions,
  dynamodbBudgetStore,
} from './budgets/dynamodb-budget-store.ts'
export {
  type DynamoDbCacheStore,
  type DynamoDbCacheStoreOptions,
  dynamodbCacheStore,
} from './cache/dynamodb-cache-store.ts'
export { type CreateTablesOptions, createTables, type TableReport } from './create-tables.ts'
export type { DynamoDbOptions } from './dynamodb-client.ts'
export {
  type DynamoDbFleetStore,
  type DynamoDbFleetStoreOptions,
  dynamodbFleetStore,
} from './fleet/dynamodb-fleet-store.ts'
export { type DynamoDbKeyStore, type DynamoDbKeyStoreOptions, dynamodbKeyStore } from './keys/dynamodb-key-store.ts'
export {
  type DynamoDbLimitStore,
  type DynamoDbLimitStoreOptions,
  dynamodbLimitStore,
} from './limits/dynamodb-limit-store.ts'
export {
  type DynamoDbRequestLog,
  type DynamoDbRequestLogOptions,
  dynamodbRequestLog,
  type RequestPage,
} from './request-log/dynamodb-request-log.ts'
export type { PageQuery, RequestQuery } from './request-log/request-query.ts'
export {
  apiKeyLookupIndex,
  type GatewayTables,
  gatewayTables,
  type IndexDefinition,
  type TableDefinition,
} from './tables.ts'
