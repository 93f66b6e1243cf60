import type { Fault, RecordedRequest } from '@modelgate/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { FAULTS } from '../packages/simulator/src/faults/fault-table.ts'
import { FaultRig, type Lane, lanes, type Mode, spoken } from './setup/fault-rig.ts'
import { type Cell, type FaultCase, faultTable } from './setup/fault-table.ts'
import type { Seen } from './setup/read-answer.ts'

/** Long enough for a stream to get midway on a busy machine; all that hangs does so at the same time. */
const deadlineMs = 2_000

interface Strike extends Cell {
  readonly title: string
  readonly row: FaultCase
  readonly fault: Fault
}

const modes: readonly Mode[] = ['completion', 'stream']
const cells: readonly Cell[] = (Object.keys(lanes) as Lane[]).flatMap(lane => modes.map(mode => ({ lane, mode })))
const kinds = Object.entries<readonly FaultCase[]>(faultTable)
const strikes: readonly Strike[] = kinds.flatMap(([kind, rows]) =>
  rows.flatMap(row =>
    cells.map(cell => ({
      ...cell,
      row,
      title: `${kind}, ${row.name}: ${cell.lane} ${cell.mode}`,
      fault: typeof row.fault === 'function' ? row.fault(cell) : row.fault,
    })),
  ),
)
const hanging = strikes.filter(({ row }) => row.hangs)
const passing = strikes.filter(({ row }) => !row.hangs)

describe('the table of faults', () => {
  it('has every kind that the simulator has', () => {
    expect(kinds.map(([kind]) => kind).toSorted()).toEqual(Object.keys(FAULTS).toSorted())
    expect(kinds.filter(([, rows]) => rows.length === 0)).toEqual([])
  })

  it('has each that strikes at a frame at the first one and midway', () => {
    const atFrames = Object.entries(FAULTS).filter(([, { fields }]) => 'afterFrames' in fields || 'atByte' in fields)
    for (const [kind, rows] of kinds) {
      if (!atFrames.some(([name]) => name === kind)) continue
      const names = rows.map(({ name }) => name).join()
      expect([kind, names]).toEqual([kind, expect.stringMatching(/first frame.*midway/)])
    }
  })
})

const unfaulted: Seen = { seen: 'whole', content: spoken, finishReason: 'stop' }

function expectTold({ row, lane, mode }: Strike, seen: Seen): void {
  expect(seen).toMatchObject(row.sees[lane][mode])
  if (seen.seen === 'whole') expect(seen).toEqual(unfaulted)
  if (seen.seen === 'broken off') expect(spoken.startsWith(seen.content)).toBe(true)
}

/** The upstream was asked as often as it must and is let go, the next call is answered, and nothing is left open. */
async function expectAsBefore(rig: FaultRig, strike: Strike): Promise<void> {
  expect(rig.simulator.requests()).toHaveLength(strike.row.upstreamRequests?.(strike) ?? 1)
  await rig.simulator.settled()
  rig.strike(undefined)
  expect(await rig.ask(strike)).toEqual(unfaulted)
  await rig.serverIsIdle()
  await rig.closesAtOnce()
}

describe.concurrent('a fault is told to the caller as it is, and leaves nothing behind', () => {
  for (const strike of passing) {
    it(strike.title, async () => {
      await using rig = await FaultRig.open()
      rig.strike(strike.fault)
      expectTold(strike, await rig.ask(strike))
      await expectAsBefore(rig, strike)
    })
  }
})

describe('an upstream that hangs is given up at the deadline', () => {
  const rigs = new Map<Strike, { readonly rig: FaultRig; readonly seen: Seen }>()
  beforeAll(async () => {
    await Promise.all(
      hanging.map(async strike => {
        const rig = await FaultRig.open(deadlineMs)
        rig.strike(strike.fault)
        rigs.set(strike, { rig, seen: await rig.ask(strike) })
      }),
    )
    return () => Promise.all([...rigs.values()].map(({ rig }) => rig[Symbol.asyncDispose]()))
  })

  for (const strike of hanging) {
    it(strike.title, async () => {
      const { rig, seen } = rigs.get(strike)!
      expectTold(strike, seen)
      await expectAsBefore(rig, strike)
    })
  }
})

describe.concurrent('an upstream that hangs is let go when the caller leaves', () => {
  for (const strike of hanging) {
    it(strike.title, async () => {
      await using rig = await FaultRig.open()
      rig.strike(strike.fault)
      const leaving = new AbortController()
      const { promise: begun, resolve } = Promise.withResolvers<void>()
      const onText = (text: string) => /"content":"[^"]/.test(text) && resolve()
      const left = expect(rig.ask({ ...strike, signal: leaving.signal, onText })).rejects.toThrow('aborted')
      if (strike.row.sees[strike.lane][strike.mode].seen === 'broken off') await begun
      else await rig.simulator.waitFor(({ outcome }) => outcome === 'open')
      leaving.abort()
      await left
      await rig.simulator.waitFor(({ outcome }) => outcome === 'closed-by-client')
      await expectAsBefore(rig, strike)
    })
  }
})

describe('a bomb of full size', () => {
  const bombs: readonly { readonly fault: Fault; readonly bytes: number }[] = [
    { fault: { kind: 'long-line' }, bytes: 100_000_000 },
    { fault: { kind: 'gzip-bomb' }, bytes: 200_000_000 },
  ]
  const each = bombs.flatMap(bomb => cells.map(cell => ({ ...bomb, ...cell, kind: bomb.fault.kind })))

  it.each(each)('$kind never gets through: $lane $mode', async ({ fault, bytes, lane, mode }) => {
    await using rig = await FaultRig.open()
    rig.strike(fault)
    const before = process.memoryUsage.rss()
    const seen = await rig.ask({ lane, mode })
    expect(seen).toMatchObject({ code: 'upstream_bad_response' })
    await rig.simulator.settled()
    const [{ sentBytes }] = rig.simulator.requests() as [RecordedRequest]
    // What the kernel holds between two sockets comes on top of what was read.
    expect(sentBytes).toBeLessThan(mode === 'stream' ? 40_000_000 : 90_000_000)
    expect(process.memoryUsage.rss() - before).toBeLessThan(bytes)
    rig.strike(undefined)
    expect(await rig.ask({ lane, mode })).toMatchObject({ seen: 'whole' })
    await rig.closesAtOnce()
  })
})

describe('one gateway', () => {
  it('that has met every fault is as good as new', { timeout: 60_000 }, async () => {
    await using rig = await FaultRig.open()
    for (const { fault, lane, mode } of passing) {
      rig.strike(fault)
      await rig.ask({ lane, mode })
    }
    rig.strike(undefined)
    await rig.simulator.settled()
    for (const cell of cells) expect(await rig.ask(cell)).toEqual(unfaulted)
    await rig.serverIsIdle()
    await rig.closesAtOnce()
  })

  it.each(cells)('does not repeat unseen what a kept connection lost: $lane $mode', async cell => {
    for (const kind of ['reset-before-head', 'close-before-head'] as const) {
      await using rig = await FaultRig.open()
      await rig.ask(cell)
      rig.simulator.setFaults([{ match: { times: 1 }, fault: { kind } }])
      expect(await rig.ask(cell)).toMatchObject({ code: 'upstream_unavailable' })
      expect(rig.simulator.requests().map(({ outcome }) => outcome)).toEqual(['sent', 'cut'])
      await rig.closesAtOnce()
    }
  })
})
