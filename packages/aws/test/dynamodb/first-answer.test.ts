import type { LimitWindow } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { TableLimitStore } from '../../src/dynamodb/limits/table-limit-store.ts'
import { MemoryLimitTable } from '../support/memory-limit-table.ts'

const windows: readonly LimitWindow[] = [{ meter: 'requests', windowMs: 60_000, quota: 2 }]
const reservation = { subject: 'key:1', windows, tokens: 0 }
const trueMs = 1_750_000_000_000

/** Whose first answer tells an instance what time it is. */
class TellingTable extends MemoryLimitTable {
  wrongByMs = 0

  override read(pk: string): ReturnType<MemoryLimitTable['read']> {
    this.wrongByMs = 0
    return super.read(pk)
  }
}

describe('an instance whose clock is an hour ahead until the first answer', () => {
  it('counts its first calls where all others do', async () => {
    const table = new TellingTable()
    const right = new TableLimitStore({ table, now: () => trueMs })
    const wrong = new TableLimitStore({ table, now: () => trueMs + table.wrongByMs })
    await right.reserve(reservation, [])
    table.wrongByMs = 3_600_000
    expect(await wrong.reserve(reservation, [])).toMatchObject({ allowed: true, windows: [{ remaining: 0 }] })
    const refusal = await right.reserve(reservation, [])
    expect(refusal).toMatchObject({ allowed: false })
    expect('retryAfterMs' in refusal && refusal.retryAfterMs).toBeLessThanOrEqual(66_000)
  })
})
