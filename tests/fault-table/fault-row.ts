import type { Fault } from '@modelgate/simulator'
import type { Cell, Lane, Moment } from './cell.ts'

/** What a failed attempt means: to the client that is told of it, to its target, to the next one, and to the bill. */
export interface Failure {
  readonly code: string
  readonly status: number
  readonly type: string
  /** What the message names: what failed, and what to do about it. */
  readonly says: RegExp
  readonly retryable: boolean
  /** Seconds, as `Retry-After` has them. */
  readonly retryAfter?: RegExp
  /** Attempts at this target where there is no other. */
  readonly tries: 1 | 3
  /** Whether another target may do better. */
  readonly failsOver: boolean
  /** What the target's breaker and cool-down make of each such attempt. */
  readonly health: 'a failure' | 'nothing' | { readonly coolingForMs: number }
  /** Whether the upstream may have worked for it, which is then estimated and paid for. */
  readonly isPaid: boolean
}

/** What the client must see of a struck first target; with two targets a failure before content is the second's answer. */
export type Expected =
  /** The first target's answer, whole. */
  | { readonly ends: 'answered' }
  /** Before content: a true status, or the next target's answer. */
  | { readonly ends: 'failed'; readonly failure: Failure }
  /** After content: one error in band, and no second target. */
  | { readonly ends: 'broken'; readonly failure: Failure }

/** Why there is no story. */
export interface Lacking {
  readonly lacks: string
}

/** What an upstream does. */
export type Strike =
  | { readonly fault: Fault }
  /** No HTTP comes about: nobody listens, the name is none, the wrong protocol is spoken, a handshake never ends. */
  | { readonly address: 'closed port' | 'no such name' | 'no TLS' | 'silent TLS' }

/** One form of a fault of the upstream's. */
export interface StruckForm {
  readonly name: string
  readonly strike: Strike | ((cell: Cell) => Strike)
  readonly expects: Readonly<Record<Moment, Expected | Lacking | ((lane: Lane) => Expected | Lacking)>>
  /** Nothing ends it but a clock of the gateway's: such stories are told side by side. */
  readonly hangs?: true
  /** Requests that the upstream sees of each attempt. Default 1. */
  readonly asks?: number | ((cell: Cell) => number)
}

/** One form of a fault of the client's, which says itself what must come of it. */
export interface ToldForm {
  readonly name: string
  readonly tell: (cell: Cell) => Promise<void>
  readonly lacks?: Readonly<Partial<Record<Moment, string>>>
}

/** A row: its stories; or the file in which they are told instead, and why they are not told here; or why there are none yet. */
export type FaultRow =
  | { readonly forms: readonly (StruckForm | ToldForm)[] }
  | { readonly told: string; readonly why: string }
  | Lacking

export type FaultTable = Readonly<Record<string, FaultRow>>

/** Why a form has no story in a cell; `undefined` where it has one. */
export function lackOf(form: StruckForm | ToldForm, cell: Cell): string | undefined {
  if ('tell' in form) return form.lacks?.[cell.moment]
  const expected = expectedOf(form, cell)
  return 'lacks' in expected ? expected.lacks : undefined
}

export function expectedOf({ expects }: StruckForm, { lane, moment }: Cell): Expected | Lacking {
  const expected = expects[moment]
  return typeof expected === 'function' ? expected(lane) : expected
}
