import type { Fault } from '@modelgate/simulator'
import { expect, vi } from 'vitest'
import type { Cell, Moment } from './cell.ts'
import { sendRaw } from './raw-request.ts'
import { spoken } from './story-client.ts'
import { StoryRig, secondTarget } from './story-rig.ts'
import { expectRefused } from './told-story.ts'

const headers = { 'idempotency-key': 'story-1' }
const replayed = 'x-modelgate-idempotent-replay'

/** Long enough to hang up meanwhile. */
const slowness: Readonly<Partial<Record<Moment, Fault>>> = {
  'whole answer': { kind: 'delay', ms: 150 },
  'before content': { kind: 'slow-first-content', ms: 150 },
}

/** A client that hangs up and sends its call again with its key: it is made once, goes on, and is paid for once. */
export async function repeatCall(cell: Cell): Promise<void> {
  const { moment } = cell
  const fault = slowness[moment]
  await using rig = await StoryRig.open(cell, fault && { fault }, { patienceMs: 600_000 })
  const leaving = new AbortController()
  const { promise: hasContent, resolve: onContent } = Promise.withResolvers<void>()
  const stream = moment !== 'whole answer'
  const asking = rig.client.ask({ model: 'story', stream, headers, signal: leaving.signal, onContent })
  const left = asking.catch(() => undefined)
  if (moment === 'after content') await hasContent
  else await rig.simulator.waitFor(() => true)
  leaving.abort()
  await left
  const repeat = await rig.ask(headers)
  expect([repeat.status, repeat.content, repeat.error]).toEqual([200, spoken, undefined])
  expect(repeat.headers.get(replayed)).toBe('true')
  await vi.waitFor(() => expect(rig.records).toHaveLength(2), { interval: 2, timeout: 10_000 })
  await rig.simulator.settled()
  const [first, second] = [...rig.reports].sort(report => (report.idempotentReplay ? 1 : -1))
  expect(first).toMatchObject({ status: 'completed', attempts: [{ target: rig.first, code: '200' }] })
  expect(second).toMatchObject({ status: 'completed', attempts: [], target: rig.first, costUsd: 0 })
  expect(rig.records.find(({ idempotentReplay }) => idempotentReplay)).toMatchObject({ cost: 0, tokens: null })
  expect(await rig.usedTokens()).toBe(Math.round((first?.costUsd ?? 0) * 1e6))
  expect(rig.asked(rig.first).map(({ outcome }) => outcome)).toEqual(['sent'])
  expect(rig.asked(secondTarget)).toEqual([])
  await rig.endsAsItBegan()
}

/** A key that was meant for another request: nobody could say which of the two answers it stands for. */
export async function reuseKey(cell: Cell): Promise<void> {
  await using rig = await StoryRig.open(cell)
  await rig.ask(headers)
  const messages = [{ role: 'user', content: 'Say exactly: something else' }]
  const body = JSON.stringify({ model: 'story', stream: cell.moment !== 'whole answer', messages })
  const answer = await sendRaw({ port: rig.client.port, body, headers })
  expectRefused(answer, {
    status: 422,
    code: 'idempotency_key_reused',
    type: 'invalid_request_error',
    says: /sent before with another request.*a key of its own/,
  })
  expect(rig.asked(rig.first)).toHaveLength(1)
  await rig.endsAsItBegan()
}
