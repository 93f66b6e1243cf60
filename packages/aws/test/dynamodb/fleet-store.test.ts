import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { dynamodbFleetStore } from '@modelgate/aws/dynamodb'
import {
  type CallMetrics,
  createGateway,
  type FleetCounters,
  type FleetMinute,
  type FleetStore,
  fleetCounters,
} from '@modelgate/core'
import { scriptedProvider } from '@modelgate/core/testing'
import { describe, expect, it } from 'vitest'
import { openTestDynamoDb } from '../support/dynamodb.ts'

const start = Date.UTC(2026, 10, 20, 22, 59)
const range = { fromMs: start, toMs: start + 120_000 }

interface Instance {
  readonly fleet: FleetCounters
  call(times: number, tenant: string): Promise<void>
  close(): Promise<void>
}

function anInstance(store: FleetStore, clock: { now: number }, onError?: (error: unknown) => void): Instance {
  const gateway = createGateway({
    providers: [scriptedProvider('model', ['Hello'])],
    auth: 'none',
    metrics: true,
    prices: { 'model-1': { input: 1_000_000, output: 1_000_000 } },
  })
  const fleet = fleetCounters({
    snapshot: () => gateway.metrics(),
    store,
    intervalMs: 0,
    now: () => clock.now,
    onError,
  })
  return {
    fleet,
    async call(times, tenant) {
      const request = { model: 'model/model-1', messages: [{ role: 'user' as const, content: 'Hi' }] }
      for (let at = 0; at < times; at += 1) await gateway.chat(request, { principal: { tenant } })
    },
    close: () => gateway.close(),
  }
}

function callsOf(series: readonly CallMetrics[]): Record<string, number> {
  return Object.fromEntries(series.map(({ tenant, calls }) => [tenant, calls]))
}

describe('fleet counters on DynamoDB', () => {
  it('add up what several instances counted, exactly, over minutes and hours', async () => {
    await using db = await openTestDynamoDb()
    const store = dynamodbFleetStore({ client: db.client, tableName: db.tables.requestAnalytics.tableName })
    const clock = { now: start + 5_000 }
    const instances = [1, 2, 3].map(() => anInstance(store, clock))
    for (const [at, instance] of instances.entries()) {
      await instance.call(at + 1, 'a')
      await instance.fleet.flush()
      // The same minute again: its record is written anew.
      await instance.call(1, 'b')
      await instance.fleet.flush()
    }
    clock.now += 60_000
    await Promise.all(instances.map(instance => instance.call(2, 'a').then(() => instance.fleet.flush())))
    await Promise.all(instances.map(({ fleet }) => fleet.flush()))

    const { fleet } = instances[0]!
    const all = await fleet.read(range)
    expect(callsOf(all)).toEqual({ a: 12, b: 3 })
    const tokens = all.reduce(
      (sum, { promptTokens, completionTokens }) => sum + promptTokens.sum + completionTokens.sum,
      0,
    )
    expect(all.reduce((sum, { costUsd }) => sum + costUsd, 0)).toBe(tokens)
    expect(all.every(({ durationSeconds, calls }) => durationSeconds.count === calls)).toBe(true)
    expect(callsOf(await fleet.read({ fromMs: start + 1, toMs: start + 60_000 }))).toEqual({ a: 6, b: 3 })
    expect(callsOf(await fleet.read({ fromMs: start + 60_000, toMs: start + 120_000 }))).toEqual({ a: 6 })
    expect(await fleet.read({ fromMs: start + 120_000, toMs: start + 180_000 })).toEqual([])
    await expect(fleet.read({ fromMs: 0, toMs: start })).rejects.toMatchObject({ code: 'invalid_request' })
    await Promise.all(instances.map(instance => instance.close()))
  })

  it('are read without the records that cannot be, and somebody is told how many those are', async () => {
    await using db = await openTestDynamoDb()
    const { tableName } = db.tables.requestAnalytics
    const told: string[] = []
    const store = dynamodbFleetStore({ client: db.client, tableName, onError: ({ message }) => told.push(message) })
    const instance = anInstance(store, { now: start })
    await instance.call(2, 'a')
    await instance.fleet.flush()
    const { Items: [good] = [] } = await db.client.send(new ScanCommand({ TableName: tableName }))
    const [series] = JSON.parse(good?.calls?.S ?? '') as [CallMetrics]
    const withDurations = (part: object): string =>
      JSON.stringify([{ ...series, durationSeconds: { ...series.durationSeconds, ...part } }])
    const uneven = [withDurations({ counts: [1] }), withDurations({ sums: series.durationSeconds.sums.map(String) })]
    for (const [at, calls] of ['{', 'null', '{}', '[{}]', '[{"tenant":"a","calls":1}]', ...uneven].entries()) {
      const Item = { ...good, recordId: { S: `${good?.recordId?.S}${at}` }, calls: { S: calls } }
      await db.client.send(new PutItemCommand({ TableName: tableName, Item }))
    }
    expect(callsOf(await instance.fleet.read(range))).toEqual({ a: 2 })
    expect(told).toEqual([expect.stringMatching(/^7 records .* cannot be read/)])
    await instance.close()
  })

  it('count once what was written though its answer was lost, and later what was not', async () => {
    await using db = await openTestDynamoDb()
    const table = dynamodbFleetStore({ client: db.client, tableName: db.tables.requestAnalytics.tableName })
    let fault: 'before' | 'after' | undefined
    const store: FleetStore = {
      read: asked => table.read(asked),
      async put(minute) {
        if (fault !== 'before') await table.put(minute)
        if (fault) throw new Error(`lost ${fault}`)
      },
    }
    const clock = { now: start }
    const told: unknown[] = []
    const instance = anInstance(store, clock, error => told.push(error))
    for (const lost of ['after', 'before', undefined] as const) {
      fault = lost
      await instance.call(2, 'a')
      await instance.fleet.flush()
    }
    expect(told).toHaveLength(2)
    expect(callsOf(await instance.fleet.read(range))).toEqual({ a: 6 })
    // A store that is away for hours is left a bounded number of minutes, and loses nothing.
    fault = 'before'
    for (let minute = 0; minute < 70; minute += 1) {
      clock.now += 60_000
      await instance.call(1, 'a')
      await instance.fleet.flush()
    }
    fault = undefined
    await instance.fleet.flush()
    expect(callsOf(await instance.fleet.read({ fromMs: start, toMs: start + 3_600_000 * 2 }))).toEqual({ a: 76 })
    await instance.close()
  })

  it('count what comes after a clock was set back beside what it had counted of that minute before', async () => {
    await using db = await openTestDynamoDb()
    const store = dynamodbFleetStore({ client: db.client, tableName: db.tables.requestAnalytics.tableName })
    const clock = { now: start }
    const instance = anInstance(store, clock)
    for (const step of [60_000, -60_000, 60_000, 0]) {
      await instance.call(1, 'a')
      await instance.fleet.flush()
      clock.now += step
    }
    expect(callsOf(await instance.fleet.read(range))).toEqual({ a: 4 })
    await instance.close()
  })

  it('keep what is counted while a write of the same minute is under way', async () => {
    const written = new Map<string, FleetMinute>()
    const clock = { now: start }
    let meanwhile: Promise<void> | undefined
    const store: FleetStore = {
      read: async () => [...written.values()],
      async put(minute) {
        clock.now = start
        meanwhile ??= instance.call(1, 'a').then(() => void instance.fleet.flush())
        await meanwhile
        written.set(minute.record, minute)
        clock.now = start + 60_000
      },
    }
    const instance = anInstance(store, clock)
    await instance.call(1, 'a')
    // Counted at once, and written when the minute is over.
    const flushed = instance.fleet.flush()
    clock.now += 60_000
    await flushed
    await instance.fleet.flush()
    expect(callsOf(await instance.fleet.read(range))).toEqual({ a: 2 })
    await instance.close()
  })

  it('keep what is too many series under one name, and count all of it', async () => {
    await using db = await openTestDynamoDb()
    const store = dynamodbFleetStore({ client: db.client, tableName: db.tables.requestAnalytics.tableName })
    const clock = { now: start }
    const instance = anInstance(store, clock)
    const gatewayTenants = Array.from({ length: 120 }, (_, index) => `t${index}`)
    await instance.call(3, 'big')
    for (const tenant of gatewayTenants.slice(0, 99)) await instance.call(1, tenant)
    await instance.call(5, 'late')
    await instance.fleet.flush()
    const all = await instance.fleet.read(range)
    expect(all.reduce((sum, { calls }) => sum + calls, 0)).toBe(107)
    expect(all.length).toBeLessThanOrEqual(101)
    expect(callsOf(all).big).toBe(3)
    await instance.close()
  })
})
