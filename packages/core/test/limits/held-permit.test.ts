import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { Limiter } from '../../src/limits/limiter.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as (options?: { readonly type: 'minor' }) => void

const rateLimit = { requestsPerMinute: 1e9, requestsPerHour: 1e9, tokensPerMinute: 1e12 }

it('leaves nothing of a call that has ended to a major collection', () => {
  const limiter = new Limiter({ onError: () => {} })
  const plan = limiter.planOf({ tenant: 'acme', keyId: 'k', rateLimit })!
  const call = (): void => {
    const permit = limiter.admit({ plan, tokens: 1_500, headers: {} })
    if (permit && 'settle' in permit) permit.settle(300)
  }
  const calls = 2_000
  for (let warm = 0; warm < 10 * calls; warm += 1) call()
  collect()
  const before = process.memoryUsage().heapUsed
  for (let round = 0; round < 10; round += 1) {
    for (let count = 0; count < calls; count += 1) call()
    collect({ type: 'minor' })
    collect({ type: 'minor' })
  }
  const leftBytes = (process.memoryUsage().heapUsed - before) / (10 * calls)
  // V8 itself keeps the texts of the numbers that were last written.
  expect(leftBytes).toBeLessThan(200)
})
