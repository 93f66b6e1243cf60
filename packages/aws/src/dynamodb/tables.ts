/** A secondary index: all attributes are in it. */
export interface IndexDefinition {
  readonly indexName: string
  readonly hashKey: string
  readonly rangeKey?: string
}

/** A table as plain data, for infrastructure code of any kind. All keys are strings. */
export interface TableDefinition {
  readonly tableName: string
  readonly hashKey: string
  readonly rangeKey?: string
  readonly indexes: readonly IndexDefinition[]
  /** Attribute with the Unix time, in seconds, from which DynamoDB may delete an item. */
  readonly ttlAttribute?: string
}

/** The tables of one deployment. */
export interface GatewayTables {
  readonly apiKeys: TableDefinition
  readonly requestAnalytics: TableDefinition
  readonly limits: TableDefinition
  /** Answers that may be given again. */
  readonly cache: TableDefinition
}

/** Index of keys by who owns them, oldest first. */
export const userIdIndex = 'UserIdGlobalSecondaryIndex'
/** Index of keys by the hash of the key. */
export const apiKeyLookupIndex = 'ApiKeyLookupGlobalSecondaryIndex'
/** Index of the request log by user, oldest first. */
export const userAnalyticsIndex = 'UserAnalyticsGlobalSecondaryIndex'
/** Sorts the calls that came with one `requestId` by time, and keeps them apart. */
export const recordIdAttribute = 'recordId'
/** Attribute by which DynamoDB forgets: in the request log, in the limits and in the cache. */
export const ttlAttribute = 'expirationTimestamp'

/**
 * What the stores of this package read and write.
 *
 * @param prefix Stands before each name: `ai-gateway-dev` gives `ai-gateway-dev-limits`.
 */
export function gatewayTables(prefix: string): GatewayTables {
  return {
    apiKeys: {
      tableName: `${prefix}-api-keys`,
      hashKey: 'apiKeyId',
      indexes: [
        { indexName: userIdIndex, hashKey: 'userId', rangeKey: 'createdAt' },
        { indexName: apiKeyLookupIndex, hashKey: 'apiKeyHash' },
      ],
    },
    requestAnalytics: {
      tableName: `${prefix}-request-analytics`,
      hashKey: 'requestId',
      rangeKey: recordIdAttribute,
      indexes: [{ indexName: userAnalyticsIndex, hashKey: 'userId', rangeKey: 'timestamp' }],
      ttlAttribute,
    },
    limits: { tableName: `${prefix}-limits`, hashKey: 'pk', indexes: [], ttlAttribute },
    cache: { tableName: `${prefix}-cache`, hashKey: 'pk', indexes: [], ttlAttribute },
  }
}
