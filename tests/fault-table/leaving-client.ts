import type { Fault } from '@modelgate/simulator'
import { expect } from 'vitest'
import type { Cell, Moment } from './cell.ts'
import { StoryRig, secondTarget } from './story-rig.ts'

/** What the upstream does while nobody waits for it any more. */
export const silences: Readonly<Record<Moment, Fault>> = {
  'whole answer': { kind: 'delay', ms: 3_600_000 },
  'before content': { kind: 'slow-first-content', ms: 3_600_000 },
  'after content': { kind: 'stall', afterFrames: 3 },
}

/** A client that closes its connection: its upstream is stopped, its call paid for as far as it came, and no breaker is told. */
export async function leave(cell: Cell): Promise<void> {
  const { moment } = cell
  await using rig = await StoryRig.open(cell, { fault: silences[moment] }, { patienceMs: 600_000 })
  const leaving = new AbortController()
  const { promise: hasContent, resolve: onContent } = Promise.withResolvers<void>()
  const asking = rig.client.ask({
    model: 'story',
    stream: moment !== 'whole answer',
    signal: leaving.signal,
    onContent,
  })
  const left = expect(asking).rejects.toThrow()
  if (moment === 'after content') await hasContent
  else await rig.simulator.waitFor(({ outcome }) => outcome === 'open')
  leaving.abort()
  await left
  const { report, record } = await rig.settled()
  const code = moment === 'after content' ? '200' : 'cancelled'
  expect(report).toMatchObject({
    status: 'cancelled',
    errorCode: 'cancelled',
    attempts: [{ target: rig.first, code }],
    usageSource: 'estimated',
  })
  expect(report.costUsd).toBeGreaterThan(0)
  expect(record).toMatchObject({ status: 'cancelled', cost: report.costUsd, tokens: report.usage?.total_tokens })
  expect(await rig.usedTokens()).toBe(Math.round((report.costUsd ?? 0) * 1e6))
  expect(rig.asked(rig.first).map(({ outcome }) => outcome)).toEqual(['closed-by-client'])
  expect(rig.asked(secondTarget)).toEqual([])
  expect(rig.gateway.targets().filter(({ failures, coolingForMs }) => failures > 0 || coolingForMs)).toEqual([])
  await rig.endsAsItBegan()
}
