import type { LimitWindow } from '@modelgate/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AskedCall } from './limits/load.ts'
import { ManyProcesses, type SharedLoad } from './limits/many-processes.ts'
import { startDynalite, startRedis } from './limits/servers.ts'
import { type Verdict, verdictsOf } from './limits/verdict.ts'
import { type WrongStore, wrongScripts } from './limits/wrong-stores.ts'

const requests: readonly LimitWindow[] = [
  { meter: 'requests', windowMs: 1_000, quota: 20 },
  { meter: 'requests', windowMs: 4_000, quota: 50 },
]
/** The calls themselves are limited too, as they are in a gateway, but not so that it is felt. */
const tokens: readonly LimitWindow[] = [
  { meter: 'requests', windowMs: 1_000, quota: 1_000 },
  { meter: 'tokens', windowMs: 1_000, quota: 2_000 },
  { meter: 'tokens', windowMs: 4_000, quota: 5_000 },
]
const tokensReserved = 100

/** A store that denies what it could let in keeps every limit, and is of no use. */
const leastOfIdeal = 0.75

const wrongStores = Object.keys(wrongScripts) as WrongStore[]
const open = new AsyncDisposableStack()
let processes: ManyProcesses
/** By the load's subject. */
const logs = new Map<string, readonly AskedCall[]>()

beforeAll(async () => {
  processes = open.use(await ManyProcesses.start())
}, 60_000)
afterAll(() => open.disposeAsync())

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
  const failures = calls.flatMap(({ failure }) => failure ?? [])
  const failed = failures.length > 0 ? `, ${failures.length} not decided (${failures[0]})` : ''
  return [`${name}: ${calls.length} calls asked${failed}`, ...lines].join('\n')
}

function expectKept(subject: string, windows: readonly LimitWindow[]): void {
  const calls = logs.get(subject)!
  for (const verdict of verdictsOf(calls, windows)) {
    expect(verdict.fullest, verdict.limit).toBeLessThanOrEqual(verdict.quota)
    if (verdict.bites) expect(verdict.ofIdeal, verdict.limit).toBeGreaterThan(leastOfIdeal)
  }
}

describe('in Redis, over 20 processes', () => {
  beforeAll(async () => {
    const { port } = open.use(await startRedis())
    await run(wrongStores.map(kind => ({ store: { kind, port }, subject: kind, windows: requests, askEveryMs: 400 })))
  }, 60_000)

  it.each(wrongStores)('a store that is wrong is found out: a %s', kind => {
    for (const { fullest, quota } of verdictsOf(logs.get(kind)!, requests)) expect(fullest).toBeGreaterThan(quota)
  })
})

describe('in memory, in one process', () => {
  beforeAll(async () => {
    const store = { kind: 'memory' } as const
    const pace = { askEveryMs: 20, alone: true }
    await run([
      { ...pace, store, subject: 'memory, requests', windows: requests },
      { ...pace, store, subject: 'memory, tokens', windows: tokens, tokens: tokensReserved },
    ])
  }, 60_000)

  it('no interval holds more calls than the limit, and hardly fewer are let in than could be', () => {
    expectKept('memory, requests', requests)
  })

  it('no interval holds more tokens than the limit, but what calls used beyond their reservations', () => {
    expectKept('memory, tokens', tokens)
  })
})

describe('in DynamoDB, over 20 processes', () => {
  beforeAll(async () => {
    const { endpoint, tableName } = open.use(await startDynalite())
    const store = { kind: 'dynamodb', endpoint, tableName } as const
    await processes.warmUp(store)
    await run([
      { store, subject: 'DynamoDB, requests', windows: requests, askEveryMs: 400 },
      { store, subject: 'DynamoDB, tokens', windows: tokens, askEveryMs: 400, tokens: tokensReserved },
    ])
  }, 60_000)

  it('no interval holds more calls than the limit, and hardly fewer are let in than could be', () => {
    expectKept('DynamoDB, requests', requests)
  })

  it('no interval holds more tokens than the limit, but what calls used beyond their reservations', () => {
    expectKept('DynamoDB, tokens', tokens)
  })
})
