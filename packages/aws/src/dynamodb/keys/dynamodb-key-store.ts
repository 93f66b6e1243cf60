import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import {
  GatewayError,
  type KeyAdmin,
  type KeyRecord,
  type KeyStore,
  type MembersOf,
  takenIdMessage,
} from '@modelgate/core'
import { type DynamoDb, type DynamoDbOptions, dynamoDbMembers, openDynamoDb } from '../dynamodb-client.ts'
import { apiKeyLookupIndex, userIdIndex } from '../tables.ts'
import { fromKeyItem, type KeyItem, toKeyItem } from './key-item.ts'

export interface DynamoDbKeyStoreOptions extends DynamoDbOptions {
  /** Told of a record that cannot be read and is therefore passed over. Default: `console.error`. */
  readonly onError?: ((error: Error) => void) | undefined
}

const members = {
  ...dynamoDbMembers,
  onError: true,
} as const satisfies MembersOf<DynamoDbKeyStoreOptions>

/** API keys in DynamoDB: the look-up, and their administration. */
export interface DynamoDbKeyStore extends KeyStore, KeyAdmin {
  findByHash(apiKeyHash: string): Promise<KeyRecord | undefined>
  /** Closes the sockets of the client made here. */
  close(): void
}

/**
 * API keys in the table `gatewayTables(…).apiKeys`: by `apiKeyId`, found by hash over `ApiKeyLookupGlobalSecondaryIndex`, listed by user
 * over `UserIdGlobalSecondaryIndex`. Both indexes lag behind the table, as a rule by less than a second: a new key is known, and
 * a revoked one refused, that much later, beside the time that `apiKeys()` caches it. The table is never made here.
 *
 * Needs `dynamodb:Query` on the lookup index to look up; to administer also `GetItem`, `PutItem`, `UpdateItem` and `Scan` on the table and
 * `Query` on the user index.
 * @throws {GatewayError} `invalid_configuration` for an option that is none and an empty table name; its methods reject with what the SDK throws.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.Writes
 */
export function dynamodbKeyStore(options: DynamoDbKeyStoreOptions): DynamoDbKeyStore {
  const db = openDynamoDb(options, members, 'dynamodbKeyStore()')
  const { tableName } = options
  const onError = options.onError ?? ((error: Error) => console.error(error.message))

  /** Those that can be read; of the others somebody is told. */
  const readable = (items: readonly KeyItem[] = []): KeyRecord[] =>
    items.flatMap(item => {
      const record = fromKeyItem(item)
      if (typeof record !== 'string') return [record]
      const id = item.apiKeyId?.S ?? 'unknown'
      onError(
        new Error(
          `The API key '${id}' in ${tableName} is refused: its attribute ${record} is missing or cannot be read.`,
        ),
      )
      return []
    })

  return {
    async findByHash(apiKeyHash) {
      const { sdk, client } = await db.load()
      const { Items } = await client.send(
        new sdk.QueryCommand({
          TableName: tableName,
          IndexName: apiKeyLookupIndex,
          KeyConditionExpression: 'apiKeyHash = :hash',
          ExpressionAttributeValues: { ':hash': { S: apiKeyHash } },
        }),
      )
      const records = readable(Items)
      // Nothing keeps a key from standing in two records. Where one of them was revoked, or cannot be read, the key was not meant to work.
      if (records.length < (Items?.length ?? 0)) return undefined
      return records.find(({ active }) => active === false) ?? records[0]
    },
    close: () => db.close(),
    ...administer(db, tableName, readable),
  }
}

function administer(
  db: DynamoDb,
  TableName: string,
  readable: (items: readonly KeyItem[] | undefined) => KeyRecord[],
): KeyAdmin {
  return {
    async put(record) {
      const { sdk, client } = await db.load()
      // The user index is sorted by date, and what has none is not in it.
      const Item = toKeyItem({ ...record, createdAt: record.createdAt ?? new Date().toISOString() })
      try {
        const ConditionExpression = 'attribute_not_exists(apiKeyId)'
        await client.send(new sdk.PutItemCommand({ TableName, Item, ConditionExpression }))
      } catch (cause) {
        if (!isConditionFailure(cause)) throw cause
        const options = { param: 'apiKeyId', status: 409, cause }
        throw new GatewayError('invalid_request', takenIdMessage(record.apiKeyId), options)
      }
    },
    async get(apiKeyId) {
      const { sdk, client } = await db.load()
      const Key = { apiKeyId: { S: apiKeyId } }
      const { Item } = await client.send(new sdk.GetItemCommand({ TableName, Key, ConsistentRead: true }))
      return readable(Item && [Item])[0]
    },
    async listByUser(userId) {
      const { sdk, client } = await db.load()
      const records: KeyRecord[] = []
      let ExclusiveStartKey: KeyItem | undefined
      do {
        const page = await client.send(
          new sdk.QueryCommand({
            TableName,
            IndexName: userIdIndex,
            KeyConditionExpression: 'userId = :userId',
            ExpressionAttributeValues: { ':userId': { S: userId } },
            ExclusiveStartKey,
          }),
        )
        records.push(...readable(page.Items))
        ExclusiveStartKey = page.LastEvaluatedKey
      } while (ExclusiveStartKey)
      return records
    },
    async list({ limit = 100, cursor } = {}) {
      const { sdk, client } = await db.load()
      const ExclusiveStartKey = cursor === undefined ? undefined : { apiKeyId: { S: cursor } }
      const page = await client.send(new sdk.ScanCommand({ TableName, Limit: limit, ExclusiveStartKey }))
      return { records: readable(page.Items), cursor: page.LastEvaluatedKey?.apiKeyId?.S }
    },
    setBudget: (apiKeyId, budget) => {
      const attribute = budget && toKeyItem({ apiKeyId, apiKeyHash: '', userId: '', budget }).budget
      return change(apiKeyId, attribute ? { set: 'budget', value: attribute } : { remove: 'budget' })
    },
    revoke: apiKeyId => change(apiKeyId, { set: 'active', value: { BOOL: false } }),
  }

  /** Of a record that is there; false where there is none. */
  async function change(apiKeyId: string, to: AttributeChange): Promise<boolean> {
    const { sdk, client } = await db.load()
    try {
      await client.send(
        new sdk.UpdateItemCommand({
          TableName,
          Key: { apiKeyId: { S: apiKeyId } },
          UpdateExpression: 'set' in to ? 'SET #name = :value' : 'REMOVE #name',
          ConditionExpression: 'attribute_exists(apiKeyId)',
          ExpressionAttributeNames: { '#name': 'set' in to ? to.set : to.remove },
          ...('set' in to && { ExpressionAttributeValues: { ':value': to.value } }),
        }),
      )
      return true
    } catch (error) {
      if (isConditionFailure(error)) return false
      throw error
    }
  }
}

type AttributeChange = { readonly set: string; readonly value: AttributeValue } | { readonly remove: string }

function isConditionFailure(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException'
}
