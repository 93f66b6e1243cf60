import { setTimeout as sleep } from 'node:timers/promises'
import type { ConfiguredKey, RateLimit } from '@modelgate/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DynamodbProxy } from './limits/dynamodb-proxy.ts'
import { openStore, type StoreSpec } from './limits/open-store.ts'
import { type DynaliteProcess, startDynalite } from './limits/servers.ts'
import { OperationRig } from './operations/operation-rig.ts'
import { operationTable } from './operations/operation-table.ts'

const story = operationTable.embeddings!
const requestsOnly = { requestsPerMinute: 100_000, requestsPerHour: 1_000_000 }
const withTokens = { ...requestsOnly, tokensPerMinute: 100_000_000 }

const open = new AsyncDisposableStack()
let dynalite: DynaliteProcess

beforeAll(async () => {
  dynalite = open.use(await startDynalite())
})
afterAll(() => open.disposeAsync())

/** Traffic of some keys over some instances: each key calls through each of them every so often. */
interface Traffic {
  readonly name: string
  readonly rateLimit: RateLimit
  readonly instances: number
  readonly keys: number
  readonly everyMs: number
  readonly durationMs: number
  /** Writes a call, settlements included. */
  readonly mostWrites: number
}

/** Sub-windows are 2.5 s of a minute: what is steady makes many calls in one, what is sparse comes to a new one with each call. */
const steady = { instances: 3, keys: 2, everyMs: 60, durationMs: 6_000, mostWrites: 1.1 }
const sparse = { instances: 1, keys: 20, everyMs: 2_700, durationMs: 8_000, mostWrites: 1.1 }

describe.concurrent('what calls through a whole gateway cost in writes to DynamoDB', () => {
  it.each<Traffic>([
    { name: 'steady traffic, limits of requests', rateLimit: requestsOnly, ...steady },
    { name: 'steady traffic, limits of requests and tokens', rateLimit: withTokens, ...steady },
    { name: 'sparse traffic, limits of requests', rateLimit: requestsOnly, ...sparse },
    { name: 'sparse traffic, limits of requests and tokens', rateLimit: withTokens, ...sparse },
  ])('$name', { timeout: 30_000 }, async traffic => {
    const { calls, writes, reads } = await countOf(traffic)
    console.info(
      `${traffic.name}: ${calls} calls, ${(writes / calls).toFixed(3)} writes and ${(reads / calls).toFixed(3)} reads a call`,
    )
    expect(writes / calls).toBeLessThanOrEqual(traffic.mostWrites)
  })
})

async function countOf({ name, rateLimit, instances, keys, everyMs, durationMs }: Traffic) {
  const records = Array.from({ length: keys }, (_, index) => {
    const userId = `${name} ${index}`
    return { key: `sk-${index}`, userId, apiKeyId: userId, rateLimit }
  })
  const { endpoint, tableName } = dynalite
  const proxy = open.use(await DynamodbProxy.open(endpoint))
  const store = { kind: 'dynamodb', endpoint: proxy.endpoint, tableName } as const
  const rigs = await Promise.all(Array.from({ length: instances }, () => rigOver(store, records)))
  let calls = 0
  const call = async (rig: OperationRig, key: string): Promise<void> => {
    const until = performance.now() + durationMs
    await sleep(Math.random() * everyMs)
    while (performance.now() < until) {
      calls += 1
      expect(await rig.ask(story, { key })).toMatchObject({ status: 200 })
      await sleep(everyMs)
    }
  }
  await Promise.all(rigs.flatMap(rig => records.map(({ key }) => call(rig, key))))
  const errors = rigs.flatMap(rig => rig.errors)
  await Promise.all(rigs.map(rig => rig[Symbol.asyncDispose]()))
  expect(errors).toEqual([])
  const writes = proxy.arrivals.filter(operation => operation === 'UpdateItem').length
  return { calls, writes, reads: proxy.arrivals.length - writes }
}

async function rigOver(spec: StoreSpec, keys: readonly ConfiguredKey[]): Promise<OperationRig> {
  const { store, close } = await openStore(spec)
  open.defer(close)
  return OperationRig.open(keys, { store, storeTimeoutMs: 1_000 })
}
