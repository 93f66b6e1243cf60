import { describe, it } from 'vitest'
import { memoryLimitStore } from '../../src/limits/memory-limit-store.ts'
import { limitStoreCases, manualClock } from '../../src/testing/index.ts'

function memoryRig() {
  const clock = manualClock()
  return { store: memoryLimitStore({ now: clock.now }), clock, async [Symbol.asyncDispose]() {} }
}

describe('the memory limit store keeps what every store keeps', () => {
  for (const { name, run } of limitStoreCases(memoryRig)) it(name, run)
})
