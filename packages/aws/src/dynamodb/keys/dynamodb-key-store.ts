import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import {
  GatewayError,
  type KeyAdmin,
  type KeyPage,
  type KeyRecord,
  type KeyStore,
  type MembersOf,
  takenIdMessage,
} from '@modelgate/core'
import { isConditionFailure } from '../condition-failure.ts'
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
  const { tableName, onError = consoleError } = options
  const table = { db, TableName: tableName, readable: readableIn(tableName, onError) }
  return {
    findByHash: apiKeyHash => findByHash(table, apiKeyHash),
    put: record => put(table, record),
    get: apiKeyId => get(table, apiKeyId),
    listByUser: userId => listByUser(table, userId),
    list: page => list(table, page),
    setBudget: (apiKeyId, budget) => {
      const attribute = budget && toKeyItem({ apiKeyId, apiKeyHash: '', userId: '', budget }).budget
      return change(table, apiKeyId, attribute ? { set: 'budget', value: attribute } : { remove: 'budget' })
    },
    revoke: apiKeyId => change(table, apiKeyId, { set: 'active', value: { BOOL: false } }),
    close: () => db.close(),
  }
}

interface KeyTable {
  readonly db: DynamoDb
  readonly TableName: string
  readonly readable: Readable
}

/** Those of some items that can be read; of the others somebody is told. */
type Readable = (items: readonly KeyItem[] | undefined) => KeyRecord[]

function readableIn(tableName: string, onError: (error: Error) => void): Readable {
  return (items = []) =>
    items.flatMap(item => {
      const record = fromKeyItem(item)
      if (typeof record !== 'string') return [record]
      const id = item.apiKeyId?.S ?? 'unknown'
      const fault = `its attribute ${record} is missing or cannot be read`
      onError(new Error(`The API key '${id}' in ${tableName} is refused: ${fault}.`))
      return []
    })
}

async function findByHash({ db, TableName, readable }: KeyTable, apiKeyHash: string): Promise<KeyRecord | undefined> {
  const { sdk, client } = await db.load()
  const { Items } = await client.send(
    new sdk.QueryCommand({
      TableName,
      IndexName: apiKeyLookupIndex,
      KeyConditionExpression: 'apiKeyHash = :hash',
      ExpressionAttributeValues: { ':hash': { S: apiKeyHash } },
    }),
  )
  const records = readable(Items)
  // Nothing keeps a key from standing in two records. Where one of them was revoked, or cannot be read, the key was not meant to work.
  if (records.length < (Items?.length ?? 0)) return undefined
  return records.find(({ active }) => active === false) ?? records[0]
}

async function put({ db, TableName }: KeyTable, record: KeyRecord): Promise<void> {
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
}

async function get({ db, TableName, readable }: KeyTable, apiKeyId: string): Promise<KeyRecord | undefined> {
  const { sdk, client } = await db.load()
  const Key = { apiKeyId: { S: apiKeyId } }
  const { Item } = await client.send(new sdk.GetItemCommand({ TableName, Key, ConsistentRead: true }))
  return readable(Item && [Item])[0]
}

async function listByUser({ db, TableName, readable }: KeyTable, userId: string): Promise<KeyRecord[]> {
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
}

async function list(
  { db, TableName, readable }: KeyTable,
  { limit = 100, cursor }: Parameters<KeyAdmin['list']>[0] = {},
): Promise<KeyPage> {
  const { sdk, client } = await db.load()
  const ExclusiveStartKey = cursor === undefined ? undefined : { apiKeyId: { S: cursor } }
  const page = await client.send(new sdk.ScanCommand({ TableName, Limit: limit, ExclusiveStartKey }))
  return { records: readable(page.Items), cursor: page.LastEvaluatedKey?.apiKeyId?.S }
}

type AttributeChange = { readonly set: string; readonly value: AttributeValue } | { readonly remove: string }

/** Of a record that is there; false where there is none. */
async function change({ db, TableName }: KeyTable, apiKeyId: string, to: AttributeChange): Promise<boolean> {
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

function consoleError({ message }: Error): void {
  console.error(message)
}
