import { strict as assert } from 'node:assert'
import type {
  Admission,
  LimitDecision,
  LimitStore,
  LimitWindow,
  Refusal,
  Reservation,
  Settlement,
} from '../../limits/limit-store.ts'
import type { LimitStoreRig } from '../limit-store-rig.ts'
import type { ManualClock } from '../manual-clock.ts'
import type { CaseOf } from '../port-cases.ts'

/** A case before it has its rig. */
export type RigCase = CaseOf<LimitStoreRig>

/** A minute, in milliseconds. */
export const minuteMs = 60_000
/** An hour, in milliseconds. */
export const hourMs = 3_600_000
/** The longest that anything counts in a minute's window: one sub-window more. */
export const minuteAndSubWindowMs: number = (minuteMs * 13) / 12

/** A limit of requests a minute. */
export const perMinute = (quota: number): LimitWindow => ({ meter: 'requests', windowMs: minuteMs, quota })
/** A limit of requests an hour. */
export const perHour = (quota: number): LimitWindow => ({ meter: 'requests', windowMs: hourMs, quota })
/** A limit of tokens a minute. */
export const tokensPerMinute = (quota: number): LimitWindow => ({ meter: 'tokens', windowMs: minuteMs, quota })

/** What a case asks for; the rest as most of them have it. */
type Asked = Partial<Reservation> & { readonly settlements?: readonly Settlement[] }

/** Reserves as one call. */
export async function reserve(
  store: LimitStore,
  windows: readonly LimitWindow[],
  asked: Asked = {},
): Promise<LimitDecision> {
  const { settlements = [], subject = 'key:key-1', tokens = 0 } = asked
  return await store.reserve({ subject, windows, tokens }, settlements)
}

/** Reserves as one call, which must be let in. */
export async function admitted(store: LimitStore, windows: readonly LimitWindow[], asked?: Asked): Promise<Admission> {
  const decision = await reserve(store, windows, asked)
  assert.ok(decision.allowed, `This call had to be let in: ${told(decision)}`)
  return decision
}

/** Reserves as one call, which must not be let in. */
export async function refused(store: LimitStore, windows: readonly LimitWindow[], asked?: Asked): Promise<Refusal> {
  const decision = await reserve(store, windows, asked)
  assert.ok(!decision.allowed, `This call had to be refused: ${told(decision)}`)
  return decision
}

/** How many of so many calls, one after the other, are let in. */
export async function countAdmitted(
  store: LimitStore,
  windows: readonly LimitWindow[],
  calls: number,
): Promise<number> {
  let count = 0
  for (let call = 0; call < calls; call += 1) count += (await reserve(store, windows)).allowed ? 1 : 0
  return count
}

/** What a call that must be let in leaves of each window. */
export async function remaining(store: LimitStore, windows: readonly LimitWindow[], asked?: Asked): Promise<number[]> {
  return (await admitted(store, windows, asked)).windows.map(state => state.remaining)
}

/** Moves the clock to the last millisecond before a window of this length begins. */
export function advanceToEdge({ now, advance }: ManualClock, windowMs: number): void {
  advance(windowMs - 1 - (now() % windowMs))
}

function told(decision: LimitDecision): string {
  return JSON.stringify(decision)
}
