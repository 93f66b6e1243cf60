import type { CreateTableCommandInput, KeySchemaElement, TableDescription } from '@aws-sdk/client-dynamodb'
import { checkMembers, GatewayError, type MembersOf } from '@modelgate/core'
import { type DynamoDbOptions, dynamoDbMembers, type LoadedDynamoDb, openAnyDynamoDb } from './dynamodb-client.ts'
import type { TableDefinition } from './tables.ts'

/** Which tables are made, where, and how long that may take. */
export interface CreateTablesOptions extends Omit<DynamoDbOptions, 'tableName'> {
  readonly tables: readonly TableDefinition[]
  /** Default 120,000: how long a table may take until it is ACTIVE. */
  readonly waitMs?: number | undefined
  /** Default 1,000: between two looks at a table that is being made. */
  readonly pollMs?: number | undefined
}

const { tableName: _, ...anyTable } = dynamoDbMembers
const members = {
  ...anyTable,
  tables: true,
  waitMs: true,
  pollMs: true,
} as const satisfies MembersOf<CreateTablesOptions>

/** What became of one table. */
export interface TableReport {
  readonly tableName: string
  readonly created: boolean
  /** What the table is not, though it should be: nothing where it was made here. Nothing of it is changed. */
  readonly faults: readonly string[]
  /** Whether items expire; `unsupported` where the endpoint knows no TTL, as some stand-ins for DynamoDB. */
  readonly ttl: 'none' | 'enabled' | 'unsupported'
}

/**
 * Makes the tables that are not there, billed by request, turns expiry on, and waits until they are ACTIVE. A table that is there is
 * left as it is and looked over. For a first try and for tests; where infrastructure is code, `gatewayTables()` is its input.
 * The stores of this package never make a table.
 *
 * @throws {GatewayError} `invalid_configuration` for an option that is none, and where a table is not ACTIVE in time; else what the SDK throws.
 */
export async function createTables(options: CreateTablesOptions): Promise<TableReport[]> {
  checkMembers(options, members, 'createTables()')
  const db = openAnyDynamoDb({ ...options, requestTimeoutMs: options.requestTimeoutMs ?? 10_000 })
  try {
    const loaded = await db.load()
    return await Promise.all(options.tables.map(table => ensureTable(loaded, table, options)))
  } finally {
    db.close()
  }
}

async function ensureTable(
  { sdk, client }: LoadedDynamoDb,
  table: TableDefinition,
  options: CreateTablesOptions,
): Promise<TableReport> {
  const created = await client.send(new sdk.CreateTableCommand(toCreateTable(table))).then(
    () => true,
    (error: unknown) => {
      if (nameOf(error) === 'ResourceInUseException') return false
      throw error
    },
  )
  const description = await untilActive({ sdk, client }, table.tableName, options)
  const faults = created ? [] : faultsOf(description, table)
  return { tableName: table.tableName, created, faults, ttl: await ensureTtl({ sdk, client }, table) }
}

async function untilActive(
  { sdk, client }: LoadedDynamoDb,
  tableName: string,
  { waitMs = 120_000, pollMs = 1000 }: CreateTablesOptions,
): Promise<TableDescription> {
  for (let waited = 0; ; waited += pollMs) {
    const { Table } = await client.send(new sdk.DescribeTableCommand({ TableName: tableName }))
    if (Table?.TableStatus === 'ACTIVE') return Table
    if (waited >= waitMs) {
      const message = `The table ${tableName} is ${Table?.TableStatus} after ${waitMs} ms; look at it in the AWS console, or raise \`waitMs\`.`
      throw new GatewayError('invalid_configuration', message)
    }
    await new Promise(resolve => setTimeout(resolve, pollMs))
  }
}

/** Turning on what is on is an error at DynamoDB, so it is looked at first. */
async function ensureTtl({ sdk, client }: LoadedDynamoDb, table: TableDefinition): Promise<TableReport['ttl']> {
  if (table.ttlAttribute === undefined) return 'none'
  const TableName = table.tableName
  try {
    const { TimeToLiveDescription: found } = await client.send(new sdk.DescribeTimeToLiveCommand({ TableName }))
    if (found?.TimeToLiveStatus === 'ENABLED' || found?.TimeToLiveStatus === 'ENABLING') return 'enabled'
    const TimeToLiveSpecification = { AttributeName: table.ttlAttribute, Enabled: true }
    await client.send(new sdk.UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }))
    return 'enabled'
  } catch (error) {
    if (nameOf(error) === 'UnknownOperationException') return 'unsupported'
    throw error
  }
}

function toCreateTable(table: TableDefinition): CreateTableCommandInput {
  const keys = [table, ...table.indexes].flatMap(keyNames)
  const indexes = table.indexes.map(index => ({
    IndexName: index.indexName,
    KeySchema: keySchema(index),
    Projection: { ProjectionType: 'ALL' as const },
  }))
  return {
    TableName: table.tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...new Set(keys)].map(name => ({ AttributeName: name, AttributeType: 'S' as const })),
    KeySchema: keySchema(table),
    ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {}),
  }
}

interface Keyed {
  readonly hashKey: string
  readonly rangeKey?: string
}

const keyNames = ({ hashKey, rangeKey }: Keyed): string[] => (rangeKey === undefined ? [hashKey] : [hashKey, rangeKey])

const keySchema = (keyed: Keyed): KeySchemaElement[] =>
  keyNames(keyed).map((name, at) => ({ AttributeName: name, KeyType: at === 0 ? 'HASH' : 'RANGE' }))

function faultsOf(found: TableDescription, table: TableDefinition): string[] {
  const shown = (keys: readonly KeySchemaElement[] = []): string => keys.map(key => key.AttributeName).join(', ')
  const faults: string[] = []
  if (shown(found.KeySchema) !== shown(keySchema(table))) {
    faults.push(`its key is ${shown(found.KeySchema)} and not ${shown(keySchema(table))}`)
  }
  for (const index of table.indexes) {
    const other = found.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index.indexName)
    if (!other) faults.push(`it has no index ${index.indexName}`)
    else if (shown(other.KeySchema) !== shown(keySchema(index))) {
      faults.push(
        `the key of its index ${index.indexName} is ${shown(other.KeySchema)} and not ${shown(keySchema(index))}`,
      )
    }
  }
  return faults
}

const nameOf = (error: unknown): string | undefined => (error instanceof Error ? error.name : undefined)
