import { setTimeout as sleep } from 'node:timers/promises'
import type { LimitWindow } from '@modelgate/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeWithRedis, startRedisServer } from '../packages/core/test/support/redis-server.ts'
import { type AskedCall, machineTime } from './limits/load.ts'
import { clockBehindMs, ManyProcesses, type SharedLoad } from './limits/many-processes.ts'
import { openStore, type StoreSpec } from './limits/open-store.ts'
import { startDynalite } from './limits/servers.ts'
import { type Verdict, verdictsOf } from './limits/verdict.ts'
import { WorkerProcess } from './limits/worker-process.ts'
import { type WrongStore, wrongScripts } from './limits/wrong-stores.ts'

const requests: readonly LimitWindow[] = [
  { meter: 'requests', windowMs: 1_000, quota: 10 },
  { meter: 'requests', windowMs: 4_000, quota: 25 },
]
/** The calls themselves are limited too, as they are in a gateway, but not so that it is felt. */
const tokens: readonly LimitWindow[] = [
  { meter: 'requests', windowMs: 1_000, quota: 1_000 },
  { meter: 'tokens', windowMs: 1_000, quota: 1_000 },
  { meter: 'tokens', windowMs: 4_000, quota: 2_500 },
]
/** Of each process. More would be beyond what the stand-in for DynamoDB can answer, some 200 a second on a core of its own. */
const askEveryMs = 800

/**
 * Of what a limiter with perfect knowledge lets in: one that denies what it could let in keeps every limit, and is of no use. The
 * stand-in for DynamoDB has to share the machine's cores with all who ask it, and what is answered late was counted all the while.
 */
const leastOfIdeal = { memory: 0.75, Redis: 0.7, DynamoDB: 0.4 } as const

/** What is tested is how the limits are kept, not how soon the stand-in for DynamoDB answers: on a busy machine it takes a second. */
const requestTimeoutMs = 10_000

const open = new AsyncDisposableStack()
let processes: ManyProcesses
/** By the load's subject. */
const logs = new Map<string, readonly AskedCall[]>()

beforeAll(async () => {
  processes = open.use(await ManyProcesses.start())
}, 60_000)
afterAll(() => open.disposeAsync())

/** Both kinds of load on one store. */
function loadsOf(name: string, store: StoreSpec): SharedLoad[] {
  return [
    { store, subject: `${name}, requests`, windows: requests, askEveryMs },
    { store, subject: `${name}, tokens`, windows: tokens, askEveryMs, tokens: 100 },
  ]
}

async function run(loads: readonly SharedLoad[]): Promise<void> {
  for (const [index, calls] of (await processes.run(loads)).entries()) {
    const { subject, windows } = loads[index]!
    logs.set(subject, calls)
    console.info(told(subject, calls, verdictsOf(calls, windows)))
  }
}

function told(name: string, calls: readonly AskedCall[], verdicts: readonly Verdict[]): string {
  const lines = verdicts.map(
    ({ limit, fullest, fullestByAnswers, admitted, ofIdeal }) =>
      `  ${limit}: at most ${fullest} (${fullestByAnswers} by answers), ${admitted} in all, ${Math.round(ofIdeal * 100)} % of the ideal`,
  )
  const undecided = undecidedOf(calls)
  const failed = undecided.length > 0 ? `, ${undecided.length} not decided (${undecided[0]})` : ''
  return [`${name}: ${calls.length} calls asked${failed}`, ...lines].join('\n')
}

function undecidedOf(calls: readonly AskedCall[]): readonly string[] {
  return calls.flatMap(({ failure }) => failure ?? [])
}

function keepsItsLimits(name: keyof typeof leastOfIdeal): void {
  it.each([
    ['calls than the limit', 'requests', requests],
    ['tokens than the limit, but what calls used beyond their reservations', 'tokens', tokens],
  ] as const)('holds no more %s in any interval, and hardly less than it could', (_what, kind, windows) => {
    const calls = logs.get(`${name}, ${kind}`)!
    for (const { limit, quota, fullest, bites, ofIdeal } of verdictsOf(calls, windows)) {
      expect(fullest, limit).toBeLessThanOrEqual(quota)
      if (bites) expect(ofIdeal, limit).toBeGreaterThan(leastOfIdeal[name])
    }
    expect(undecidedOf(calls)).toEqual([])
  })
}

/** A process that ends while its call is under way, and tells nobody. */
function losesNothingForLong(specOf: () => StoreSpec): void {
  it('has all of a quota again one window after a process was killed that had reserved it', async () => {
    const store = specOf()
    const windows: readonly LimitWindow[] = [
      { meter: 'requests', windowMs: 1_000, quota: 5 },
      { meter: 'tokens', windowMs: 1_000, quota: 1_000 },
    ]
    const reservation = { subject: 'killed', windows, tokens: 1_000 }
    const victim = await WorkerProcess.start()
    const [call] = await victim.hold({ ...reservation, store })
    await victim.kill()
    expect(call).toMatchObject({ allowed: true })

    const other = await openStore(store)
    const refused = await other.store.reserve({ ...reservation, tokens: 1 }, [])
    if (machineTime() < call!.before + 1_000) expect(refused).toMatchObject({ allowed: false, exceeded: [windows[1]] })
    // The window, and the sub-window that is counted whole.
    await sleep(call!.after + 1_000 * (14 / 12) - machineTime())
    expect(await other.store.reserve(reservation, [])).toMatchObject({ allowed: true })
    other.close()
  })
}

describeWithRedis('Redis, over 20 processes', () => {
  const wrongStores = Object.keys(wrongScripts) as WrongStore[]
  let redis: StoreSpec
  beforeAll(async () => {
    const { port } = open.use(await startRedisServer())
    redis = { kind: 'redis', port }
    const wrong = wrongStores.map(kind => ({ store: { kind, port }, subject: kind, windows: requests, askEveryMs }))
    await run([...wrong, ...loadsOf('Redis', redis)])
  }, 60_000)

  it.each(wrongStores)('would be found out if it were a %s', kind => {
    for (const { fullest, quota } of verdictsOf(logs.get(kind)!, requests)) expect(fullest).toBeGreaterThan(quota)
  })
  keepsItsLimits('Redis')
  losesNothingForLong(() => redis)
})

describe('the memory of one process', () => {
  beforeAll(async () => {
    const alone = { alone: true, askEveryMs: askEveryMs / 20 }
    await run(loadsOf('memory', { kind: 'memory' }).map(load => ({ ...load, ...alone })))
  }, 60_000)

  keepsItsLimits('memory')
})

describe('DynamoDB, over 20 processes', () => {
  let dynamodb: StoreSpec
  beforeAll(async () => {
    const { endpoint, tableName } = open.use(await startDynalite())
    dynamodb = { kind: 'dynamodb', endpoint, tableName, requestTimeoutMs }
    // How soon the answers correct the clock that is behind is the machine's doing: a window this short leaves no room for that.
    const guarded = { ...dynamodb, maxClockSkewMs: clockBehindMs }
    await processes.warmUp(guarded, requests)
    await run(loadsOf('DynamoDB', guarded))
  }, 60_000)

  keepsItsLimits('DynamoDB')
  losesNothingForLong(() => dynamodb)
})
