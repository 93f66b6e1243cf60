import { expect } from 'vitest'
import type { Cell } from './cell.ts'
import { expectTold } from './expect-story.ts'
import type { Failure } from './fault-row.ts'
import { silences } from './leaving-client.ts'
import { StoryRig, secondTarget } from './story-rig.ts'

const shuttingDown: Failure = {
  code: 'shutting_down',
  status: 503,
  type: 'server_error',
  says: /shutting down; call another instance/,
  retryable: true,
  tries: 1,
  failsOver: false,
  health: 'nothing',
  isPaid: true,
}

/** A gateway that closes and has no time left for a call: the upstream is stopped, and the client is told to go elsewhere. */
export async function closeMeanwhile(cell: Cell): Promise<void> {
  const { moment } = cell
  const isInBand = moment === 'after content'
  await using rig = await StoryRig.open(cell, { fault: silences[moment] }, { patienceMs: 600_000 })
  const { promise: hasContent, resolve: onContent } = Promise.withResolvers<void>()
  const asking = rig.client.ask({ model: 'story', stream: moment !== 'whole answer', onContent })
  if (isInBand) await hasContent
  else await rig.simulator.waitFor(({ outcome }) => outcome === 'open')
  await rig.gateway.close({ graceMs: 0 })
  const answer = await asking
  expectTold(answer, { failure: shuttingDown, isInBand, attempts: [], struck: undefined })
  expect(answer.headers.get('x-should-retry')).toBe(isInBand ? null : 'true')
  const { report, record } = await rig.settled()
  expect(report).toMatchObject({
    status: 'failed',
    errorCode: 'shutting_down',
    attempts: [{ target: rig.first, code: isInBand ? '200' : 'shutting_down' }],
    usageSource: 'estimated',
  })
  expect(report.costUsd).toBeGreaterThan(0)
  expect(record).toMatchObject({ status: 'failed', cost: report.costUsd, tokens: report.usage?.total_tokens })
  expect(rig.asked(rig.first).map(({ outcome }) => outcome)).toEqual(['closed-by-client'])
  expect(rig.asked(secondTarget)).toEqual([])
  expect(rig.gateway.targets().filter(({ failures }) => failures > 0)).toEqual([])
  await rig.closesAtOnce()
}
