import { expect } from 'vitest'
import type { Cell, Moment } from './cell.ts'
import { type RigOptions, StoryRig } from './story-rig.ts'

/** Why a story that is over before its target is asked has none in the middle of an answer. */
export const beforeAnyTarget = 'it is refused before a target is asked, so that there is no content'

export const onlyBefore: Readonly<Partial<Record<Moment, string>>> = { 'after content': beforeAnyTarget }

/** What a request comes to whose end is not its upstream's fault: a status and a code, and what its message says. */
export interface Refusal {
  readonly status: number
  readonly code: string
  readonly type: string
  readonly says: RegExp
}

/** A rig for one story, which ends as it began. */
export async function withRig(
  cell: Cell,
  tell: (rig: StoryRig) => Promise<void>,
  options: RigOptions = {},
): Promise<void> {
  await using rig = await StoryRig.open(cell, undefined, options)
  await tell(rig)
  await rig.endsAsItBegan()
}

/** Of a call that no upstream has heard of: nothing was kept of its caller's quota, and nobody's breaker knows. */
export async function expectUnheard(rig: StoryRig): Promise<void> {
  expect(rig.simulator.requests()).toEqual([])
  expect(rig.gateway.targets()).toEqual([])
  expect(await rig.usedTokens()).toBe(0)
}

export interface PlainAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
}

export function expectRefused({ status, headers, text }: PlainAnswer, refusal: Refusal): void {
  const { code, type, says } = refusal
  expect([status, JSON.parse(text)]).toEqual([
    refusal.status,
    { error: { message: expect.stringMatching(says), type, code, param: expect.toSatisfy(isParam) } },
  ])
  expect(headers['x-should-retry']).toBe('false')
}

const isParam = (param: unknown): boolean => param === null || typeof param === 'string'
