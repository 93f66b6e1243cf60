import { setTimeout as sleep } from 'node:timers/promises'
import type { LimitDecision, LimitStore, Settlement } from '@modelgate/core'
import { type AskedCall, type Load, machineTime } from './load.ts'
import { openStore } from './open-store.ts'

/** How long a call lasts: it settles with the first reservation after that. */
const callMs = 100

interface OpenCall extends AskedCall {
  settled?: { before: number; after: number }
  failure?: string | undefined
}
interface Waiting {
  readonly settlement: Settlement
  readonly call: OpenCall
  readonly due: number
}

/** One process's part of a load: asks the store at its pace and keeps a log of what it was told, and when. */
export async function runLoad(load: Load): Promise<readonly AskedCall[]> {
  const calls: OpenCall[] = []
  const { joins } = load
  if (!joins) {
    const { store, close } = await openStore(load.store)
    await askSteadily(load, store, calls)
    close()
    return calls
  }
  for (const at of joins.at) {
    await until(at)
    const { store, close } = await openStore(load.store)
    const waiting: Waiting[] = []
    await Promise.all(Array.from({ length: joins.asks }, () => ask(load, store, { calls, waiting })))
    await settleRest(store, waiting)
    close()
  }
  return calls
}

async function askSteadily(load: Load, store: LimitStore, calls: OpenCall[]): Promise<void> {
  const { startAt, durationMs, askEveryMs, maxUnderWay } = load
  const waiting: Waiting[] = []
  const underWay = new Set<Promise<void>>()
  // They do not all begin at one moment, which they would not do either if they were started by their callers.
  await until(startAt + askEveryMs * Math.random())
  while (machineTime() < startAt + durationMs) {
    if (underWay.size < maxUnderWay) {
      const asked: Promise<void> = ask(load, store, { calls, waiting }).finally(() => underWay.delete(asked))
      underWay.add(asked)
    }
    await sleep(askEveryMs * (0.5 + Math.random()))
  }
  await Promise.all(underWay)
  await settleRest(store, waiting)
}

interface Log {
  readonly calls: OpenCall[]
  readonly waiting: Waiting[]
}

async function ask({ subject, windows, tokens }: Load, store: LimitStore, { calls, waiting }: Log): Promise<void> {
  const used = Math.floor(tokens * 1.25 * Math.random())
  const before = machineTime()
  const due = waiting.filter(each => each.due <= before)
  waiting.splice(0, waiting.length, ...waiting.filter(each => each.due > before))
  const settlements = due.map(({ settlement }) => settlement)
  const { decision, failure } = await decisionOf(() => store.reserve({ subject, windows, tokens }, settlements))
  const after = machineTime()
  const call: OpenCall = { before, after, allowed: decision?.allowed ?? false, failure, reserved: tokens, used }
  calls.push(call)
  // Nobody knows whether a store that failed has written them; to tell it again could give back twice.
  for (const each of due) if (decision) each.call.settled = { before, after }
  if (!decision?.allowed || tokens === 0) return
  const settlement = { subject, windows, slot: decision.slot, tokens: used - tokens }
  waiting.push({ settlement, call, due: after + callMs })
}

async function decisionOf(
  reserve: () => LimitDecision | Promise<LimitDecision>,
): Promise<{ readonly decision?: LimitDecision; readonly failure?: string }> {
  try {
    return { decision: await reserve() }
  } catch (error) {
    return { failure: String(error) }
  }
}

async function settleRest(store: LimitStore, waiting: readonly Waiting[]): Promise<void> {
  if (waiting.length === 0) return
  const before = machineTime()
  try {
    await store.settle(waiting.map(({ settlement }) => settlement))
    const after = machineTime()
    for (const { call } of waiting) call.settled = { before, after }
  } catch (error) {
    for (const { call } of waiting) call.failure = String(error)
  }
}

async function until(moment: number): Promise<void> {
  const waitMs = moment - machineTime()
  if (waitMs > 0) await sleep(waitMs)
}
