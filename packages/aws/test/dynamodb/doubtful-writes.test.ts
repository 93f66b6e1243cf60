import type { LimitDecision, LimitWindow } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import type { WriteResult } from '../../src/dynamodb/limits/limit-table.ts'
import { TableLimitStore } from '../../src/dynamodb/limits/table-limit-store.ts'
import type { ItemWrite } from '../../src/dynamodb/limits/to-update-item.ts'
import { MemoryLimitTable } from '../support/memory-limit-table.ts'

/** Carries a write out or not, and fails to answer. */
class FailingTable extends MemoryLimitTable {
  next: 'answers' | 'writes and is silent' | 'refuses' = 'answers'

  override async write(write: ItemWrite): Promise<WriteResult> {
    const { next } = this
    this.next = 'answers'
    if (next === 'refuses') throw new Error(next)
    const result = await super.write(write)
    if (next !== 'answers') throw new Error(next)
    return result
  }

  override changedNothing(error?: unknown): boolean {
    return error instanceof Error && error.message === 'refuses'
  }
}

const windows: readonly LimitWindow[] = [{ meter: 'tokens', windowMs: 60_000, quota: 100 }]
const subject = 'key:1'

async function remainingAfter(failure: FailingTable['next'], tokens: number): Promise<number | undefined> {
  const table = new FailingTable()
  const store = new TableLimitStore({ table, now: () => 1_750_000_000_000 })
  await store.reserve({ subject, windows, tokens: 30 }, [])
  const decision = await store.reserve({ subject, windows, tokens: 60 }, [])
  const settlement = { subject, windows, slot: decision.allowed ? decision.slot : 0, tokens }
  table.next = failure
  await expect(store.settle([settlement])).rejects.toThrow(failure)
  await store.settle([settlement])
  return (await store.reserve({ subject, windows, tokens: 0 }, [])).windows[0]?.remaining
}

describe('a settlement that is brought again after a failure', () => {
  it('gives tokens back once where the first may have been written', async () => {
    expect(await remainingAfter('writes and is silent', -40)).toBe(50)
  })

  it('gives tokens back where the first was certainly not written', async () => {
    expect(await remainingAfter('refuses', -40)).toBe(50)
  })

  it('counts tokens beyond the reservation at least once', async () => {
    expect(await remainingAfter('refuses', 4)).toBe(6)
    expect(await remainingAfter('writes and is silent', 4)).toBe(2)
  })

  describe('where the first may have been written, and', () => {
    async function afterDoubt() {
      const table = new FailingTable()
      const store = new TableLimitStore({ table, now: () => 1_750_000_000_000 })
      await store.reserve({ subject, windows, tokens: 30 }, [])
      const decision = await store.reserve({ subject, windows, tokens: 60 }, [])
      const back = (tokens: number) => ({
        subject,
        windows,
        slot: decision.allowed ? decision.slot : 0,
        tokens: -tokens,
      })
      table.next = 'writes and is silent'
      await expect(store.settle([back(40)])).rejects.toThrow()
      const remaining = async () => (await store.reserve({ subject, windows, tokens: 0 }, [])).windows[0]?.remaining
      return { table, store, back, remaining }
    }

    it('rides on a call that is refused, gives tokens back once', async () => {
      const { store, back, remaining } = await afterDoubt()
      expect(await store.reserve({ subject, windows, tokens: 90 }, [back(40)])).toMatchObject({ allowed: false })
      expect(await remaining()).toBe(50)
    })

    it('fails once more, gives tokens back once', async () => {
      const { table, store, back, remaining } = await afterDoubt()
      table.next = 'refuses'
      await expect(store.reserve({ subject, windows, tokens: 1 }, [back(40)])).rejects.toThrow('refuses')
      await store.settle([back(40)])
      expect(await remaining()).toBe(50)
    })

    it('comes after a smaller one of the same time, gives tokens back once', async () => {
      const { store, back, remaining } = await afterDoubt()
      await store.settle([back(10)])
      await store.settle([back(40)])
      expect(await remaining()).toBe(60)
    })
  })
})

describe('a settlement that was written with a call that had no room', () => {
  /** Has another instance give back what it holds while the settlement is written, and then fails. */
  class ContestedTable extends MemoryLimitTable {
    meanwhile: (() => Promise<void>) | undefined
    private fails = false

    override async write(write: ItemWrite): Promise<WriteResult> {
      if (this.fails) {
        this.fails = false
        throw new Error('refuses')
      }
      const { meanwhile } = this
      if (!meanwhile) return super.write(write)
      this.meanwhile = undefined
      await meanwhile()
      const result = await super.write(write)
      this.fails = result.applied
      if (!result.applied) this.meanwhile = async () => {}
      return result
    }

    override changedNothing(): boolean {
      return true
    }
  }

  it('is not given back again where the call is tried once more, and that fails', async () => {
    const table = new ContestedTable()
    const open = () => new TableLimitStore({ table, now: () => 1_750_000_000_000, pause: async () => {} })
    const [store, other] = [open(), open()]
    const back = (decision: LimitDecision, tokens: number) => {
      return { subject, windows, slot: decision.allowed ? decision.slot : 0, tokens: -tokens }
    }
    const theirs = await other.reserve({ subject, windows, tokens: 40 }, [])
    const kept = await store.reserve({ subject, windows, tokens: 55 }, [])
    expect(kept.allowed).toBe(true)
    table.meanwhile = () => other.settle([back(theirs, 40)])
    await expect(store.reserve({ subject, windows, tokens: 65 }, [back(kept, 25)])).rejects.toThrow('refuses')
    await store.settle([back(kept, 25)])
    expect((await store.reserve({ subject, windows, tokens: 0 }, [])).windows[0]?.remaining).toBe(70)
  })
})
