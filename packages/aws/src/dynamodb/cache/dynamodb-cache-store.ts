import { randomUUID } from 'node:crypto'
import { type CacheEntry, type CacheStore, checkValue, type MembersOf, packValue, unpackValue } from '@modelgate/core'
import { isConditionFailure } from '../condition-failure.ts'
import { type DynamoDb, type DynamoDbOptions, dynamoDbMembers, openDynamoDb } from '../dynamodb-client.ts'
import { storeClock } from '../limits/store-clock.ts'
import { insideParser, timed } from '../told-time.ts'
import {
  type EntryHead,
  entryKey,
  fromEntryItem,
  type Item,
  type ItemValue,
  longestPart,
  partKey,
  toEntryItem,
  toPartItem,
} from './cache-item.ts'

/** The table that answers are kept in. */
export interface DynamoDbCacheStoreOptions extends DynamoDbOptions {
  /** Default 1 MiB. What is beyond 390,000 bytes when compressed takes several items. */
  readonly maxValueBytes?: number | undefined
  /** Milliseconds since 1970. Default: the machine's time, held within what the `Date` headers of the store's answers prove. */
  readonly now?: (() => number) | undefined
}

const members = {
  ...dynamoDbMembers,
  maxValueBytes: true,
  now: true,
} as const satisfies MembersOf<DynamoDbCacheStoreOptions>

/** A {@link CacheStore} in DynamoDB. */
export interface DynamoDbCacheStore extends CacheStore {
  /**
   * Loads the SDK, finds credentials, opens a connection and asks for an item that is not there: some 100 ms that the first call would
   * else not wait for, and pay for an answer that is kept. Rejects with why the table cannot be used.
   */
  warmUp(): Promise<void>
  /** Closes the sockets of the client made here. */
  close(): void
}

/**
 * Answers in the table `gatewayTables(…).cache`, for all instances that use it: an item each, compressed where that pays. An item of
 * DynamoDB's is at most 400 KB, so a longer value lies in parts, which are written before the item that names them. DynamoDB deletes
 * what has expired within days; until then it is there and not given. Of two instances whose clocks are apart one would take over the other's claim
 * that much too early, so each holds its own within what DynamoDB's answers tell, and asks for one before its first claim.
 *
 * Needs `dynamodb:GetItem`, `PutItem` and `DeleteItem`. Reads are consistent.
 * @throws {GatewayError} `invalid_configuration` for an option that is none and an empty table name; its methods reject with what the SDK throws.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
export function dynamodbCacheStore(options: DynamoDbCacheStoreOptions): DynamoDbCacheStore {
  return new Store(options, openDynamoDb(options, members, 'dynamodbCacheStore()'))
}

/** What a write is to meet; `undefined` as to whatever it meets. */
interface Condition {
  readonly ConditionExpression: string
  readonly ExpressionAttributeValues: Item
}

/** Of a value of 40 MB: instances may differ in how much they keep. */
const mostParts = 100
/** How often a claim is tried whose rival had gone when it was looked for. */
const claimTries = 5

class Store implements DynamoDbCacheStore {
  readonly maxValueBytes: number
  readonly #db: DynamoDb
  readonly #tableName: string
  readonly #clock = storeClock()
  readonly #now: () => number
  #knowsTime: boolean

  constructor({ tableName, maxValueBytes = 1024 * 1024, now }: DynamoDbCacheStoreOptions, db: DynamoDb) {
    this.maxValueBytes = maxValueBytes
    this.#db = db
    this.#tableName = tableName
    this.#now = now ?? this.#clock.now
    this.#knowsTime = now !== undefined
  }

  async get(key: string): Promise<CacheEntry | undefined> {
    return this.#toEntry(await this.#read(entryKey(key)))
  }

  async put(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    await this.#write(this.#head(key, ttlMs), value)
  }

  async delete(key: string): Promise<void> {
    await this.#remove(key)
  }

  async claim(
    key: string,
    { owner, value, ttlMs }: Parameters<CacheStore['claim']>[1],
  ): Promise<CacheEntry | undefined> {
    // Whether another's is over, and when this one will be, must not be said by a clock that is wrong.
    const before = this.#knowsTime ? undefined : await this.get(key)
    if (before) return before
    for (let tries = 1; ; tries += 1) {
      if (await this.#write(this.#head(key, ttlMs, owner), value, this.#isFree())) return undefined
      const standing = await this.get(key)
      if (standing) return standing
      if (tries === claimTries) throw unreadable(`What stands under a key can be neither read nor claimed; delete it.`)
    }
  }

  async replace(
    key: string,
    owner: string,
    { value, ttlMs, final }: Parameters<CacheStore['replace']>[2],
  ): Promise<boolean> {
    return this.#write(this.#head(key, ttlMs, final ? undefined : owner), value, this.#isClaimOf(owner))
  }

  release(key: string, owner: string): Promise<boolean> {
    return this.#remove(key, this.#isClaimOf(owner))
  }

  async warmUp(): Promise<void> {
    await this.#read(entryKey(''))
  }

  close(): void {
    this.#db.close()
  }

  #head(key: string, ttlMs: number, owner?: string): EntryHead {
    return { key, owner, expiresAt: Math.ceil(this.#now() + ttlMs) }
  }

  #isFree(): Condition {
    return {
      ConditionExpression: 'attribute_not_exists(pk) OR x <= :now',
      ExpressionAttributeValues: { ':now': { N: String(Math.floor(this.#now())) } },
    }
  }

  #isClaimOf(owner: string): Condition {
    return {
      ConditionExpression: 'o = :owner AND x > :now',
      ExpressionAttributeValues: { ':owner': { S: owner }, ':now': { N: String(Math.floor(this.#now())) } },
    }
  }

  /** False where the condition did not hold. */
  async #write(head: EntryHead, value: Uint8Array, condition?: Condition): Promise<boolean> {
    checkValue(value, this.maxValueBytes)
    const packed = await packValue(value)
    const placed: ItemValue = packed.length <= longestPart ? { bytes: packed } : await this.#writeParts(head, packed)
    const { sdk, client } = await this.#db.load()
    const Item = toEntryItem(head, placed)
    const command = new sdk.PutItemCommand({ TableName: this.#tableName, Item, ...condition })
    command.middlewareStack.add(next => input => timed(this.#clock, () => next(input)), insideParser)
    return unlessRefused(client.send(command))
  }

  async #writeParts({ expiresAt }: EntryHead, packed: Uint8Array): Promise<ItemValue> {
    const { sdk, client } = await this.#db.load()
    const id = randomUUID()
    const parts = Math.ceil(packed.length / longestPart)
    await Promise.all(
      Array.from({ length: parts }, (_, at) => {
        const bytes = packed.subarray(at * longestPart, (at + 1) * longestPart)
        const Item = toPartItem(partKey(id, at), bytes, expiresAt)
        return client.send(new sdk.PutItemCommand({ TableName: this.#tableName, Item }))
      }),
    )
    return { id, parts }
  }

  async #remove(key: string, condition?: Condition): Promise<boolean> {
    const { sdk, client } = await this.#db.load()
    return unlessRefused(
      client.send(new sdk.DeleteItemCommand({ TableName: this.#tableName, Key: entryKey(key), ...condition })),
    )
  }

  async #read(Key: Item): Promise<Item | undefined> {
    const { sdk, client } = await this.#db.load()
    const command = new sdk.GetItemCommand({ TableName: this.#tableName, Key, ConsistentRead: true })
    command.middlewareStack.add(next => input => timed(this.#clock, () => next(input)), insideParser)
    const { Item } = await client.send(command)
    this.#knowsTime = true
    return Item
  }

  async #toEntry(item: Item | undefined): Promise<CacheEntry | undefined> {
    const found = fromEntryItem(item, this.#now())
    if (!found) return undefined
    const packed = 'bytes' in found.value ? found.value.bytes : await this.#readParts(found.value)
    if (!packed) return undefined
    const value = await unpackValue(packed, this.maxValueBytes)
    return found.owner === undefined ? { value } : { value, owner: found.owner }
  }

  /** `undefined` where one is missing: DynamoDB may delete a part before the item that names it. */
  async #readParts({ id, parts }: Extract<ItemValue, { id: string }>): Promise<Uint8Array | undefined> {
    // Each is a request: a number that no instance wrote must not end this one.
    if (!(parts <= mostParts)) throw unreadable(`An item of the cache says that it has ${parts} parts; delete it.`)
    const items = await Promise.all(Array.from({ length: parts }, (_, at) => this.#read(partKey(id, at))))
    const bytes = items.flatMap(item => item?.v?.B ?? [])
    return bytes.length === parts ? Buffer.concat(bytes) : undefined
  }
}

/** As the gateway knows what one key's item is at fault for, and not the store. */
function unreadable(message: string): Error {
  return Object.assign(new Error(message), { name: 'UnreadableValue' })
}

async function unlessRefused(written: Promise<unknown>): Promise<boolean> {
  try {
    await written
    return true
  } catch (error) {
    // By its name: two copies of the SDK may live in one process.
    if (isConditionFailure(error)) return false
    throw error
  }
}
