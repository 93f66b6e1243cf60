import { setTimeout as sleep } from 'node:timers/promises'
import type { LimitsOptions } from '@modelgate/core'
import { describe, expect, it, vi } from 'vitest'
import { type FailingStore, failingStores } from './limits/failing-store.ts'
import { type Answer, OperationRig } from './operations/operation-rig.ts'
import { operationTable } from './operations/operation-table.ts'

const requestsPerMinute = 40
const expectedInstances = 4
const limit = { requestsPerMinute, tokensPerMinute: 1_000_000 }
const keys = [{ key: 'sk-caller', userId: 'caller', rateLimit: limit }]
const story = operationTable.embeddings!
const ask = (rig: OperationRig): Promise<Answer> => rig.ask(story, { key: 'sk-caller' })
const limitOf = ({ headers }: Answer) => headers.get('x-ratelimit-limit-requests')
const remainingOf = ({ headers }: Answer) => Number(headers.get('x-ratelimit-remaining-requests'))

const outageMs = 4_000
/** Of a machine that tells twelve of these stories at once. */
const storeTimeoutMs = 250

/** What callers are answered while the store is away, told call by call. */
const during: Readonly<Record<'local' | 'open' | 'closed', (answers: readonly Answer[]) => void>> = {
  local: answers => {
    const share = requestsPerMinute / expectedInstances
    expect(answers.slice(0, share).map(({ status }) => status)).toEqual(Array(share).fill(200))
    expect(limitOf(answers[0]!)).toBe(String(share))
    for (const answer of answers.slice(share))
      expect(answer).toMatchObject({ status: 429, error: { code: 'rate_limited' } })
  },
  open: answers => {
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  },
  closed: answers => {
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 503, error: { code: 'limits_unavailable' } })
      expect(answer.headers.get('retry-after')).toBe('1')
    }
  },
}

type Mode = keyof typeof during
const modes = Object.keys(during) as readonly Mode[]
const cases = Object.entries(failingStores).flatMap(([what, start]) => modes.map(mode => ({ what, start, mode })))

describe.concurrent('a gateway whose limits are counted in', () => {
  it.each(cases)('$what answers as $mode says, asks once a second, and recovers by itself', async ({ start, mode }) => {
    await using failing = await start()
    await using rig = await gatewayOver(failing, { onStoreError: mode, expectedInstances, storeTimeoutMs })
    expect(limitOf(await ask(rig))).toBe(String(requestsPerMinute))

    failing.fail()
    const before = failing.arrivals()
    const answers = await askThroughout(rig)
    during[mode](answers)
    const arrivals = failing.arrivals() - before
    // The first finds out, and then one a second.
    expect(arrivals).toBeGreaterThanOrEqual(3)
    expect(arrivals).toBeLessThanOrEqual(1 + Math.floor(outageMs / 1_000))
    expect(rig.errors.map(String)).toEqual([expect.stringContaining('The limit store fails')])

    failing.mend()
    await vi.waitFor(async () => expect(limitOf(await ask(rig))).toBe(String(requestsPerMinute)), {
      timeout: 5_000,
      interval: 100,
    })
    const known = failing.arrivals()
    const counted = await ask(rig)
    expect(failing.arrivals()).toBeGreaterThan(known)
    await using other = await gatewayOver(failing, { storeTimeoutMs })
    expect(remainingOf(await ask(other))).toBe(remainingOf(counted) - 1)
  })
})

async function gatewayOver(failing: FailingStore, limits: LimitsOptions): Promise<OperationRig> {
  return OperationRig.open(keys, { ...limits, store: await failing.open() })
}

/** One call after another for as long as the store is away. */
async function askThroughout(rig: OperationRig): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  const until = performance.now() + outageMs
  while (performance.now() < until) {
    answers.push(await ask(rig))
    await sleep(50)
  }
  return answers
}
