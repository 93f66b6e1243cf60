import { describe, expect, it } from 'vitest'
import { type LimitItem, spanKey } from '../../src/dynamodb/limits/limit-item.ts'
import { planChange } from '../../src/dynamodb/limits/plan-change.ts'
import { toSpanUses } from '../../src/dynamodb/limits/span-use.ts'
import { MemoryLimitTable } from '../support/memory-limit-table.ts'

const windowMs = 2400
const first = 17_500_000_000
const windows = [{ meter: 'tokens' as const, windowMs, quota: 1000 }]
const timeOf = (subWindow: number): number => subWindow * 100

interface Step {
  readonly view: LimitItem | undefined
  readonly subWindow: number
  readonly tokens?: number
  readonly back?: { readonly tokens: number; readonly subWindow: number }
  readonly goneOn?: boolean
}

/** A table with one item, and writes by whatever was seen of it. */
function openItem() {
  const table = new MemoryLimitTable()
  const write = ({ view, subWindow, tokens, back, goneOn = false }: Step) => {
    const settled = back ? [{ subject: 's', windows, slot: timeOf(back.subWindow), tokens: -back.tokens }] : []
    const uses = toSpanUses({ windows: tokens === undefined ? [] : windows, tokens: tokens ?? 0 }, settled, undefined)
    return table.write({ pk: 's', ...planChange(uses, { item: view, timeMs: timeOf(subWindow), goneOn }) })
  }
  return { table, write }
}

describe('a write by an old view of the item fails', () => {
  it('where it gives tokens back to a sub-window that is no longer the newest', async () => {
    const { write } = openItem()
    const old = (await write({ view: undefined, subWindow: first, tokens: 60 })).item
    await write({ view: old, subWindow: first + 1, tokens: 50 })
    const { applied, item } = await write({ view: old, subWindow: first, back: { tokens: 20, subWindow: first } })
    expect(applied).toBe(false)
    const again = await write({ view: item, subWindow: first, back: { tokens: 20, subWindow: first } })
    expect(again.item?.spans[spanKey(windowMs, 25)]?.tokens).toMatchObject({ now: 50, used: 90 })
  })

  it('where what leaves the window has changed since', async () => {
    const { write } = openItem()
    const { item } = await write({ view: undefined, subWindow: first, tokens: 60 })
    const old = (await write({ view: item, subWindow: first + 25, tokens: 50 })).item
    await write({ view: old, subWindow: first + 25, back: { tokens: 20, subWindow: first } })
    const rolled = await write({ view: old, subWindow: first + 26, tokens: 10 })
    expect(rolled.applied).toBe(false)
    const again = await write({ view: rolled.item, subWindow: first + 26, tokens: 10 })
    expect(again.item?.spans[spanKey(windowMs, 25)]?.tokens).toMatchObject({ now: 10, used: 60 })
  })

  it('where the sub-window it gives tokens back to has left the window, and another has its place', async () => {
    const { write } = openItem()
    const old = (await write({ view: undefined, subWindow: first, tokens: 60 })).item
    const { item } = await write({ view: old, subWindow: first + 25, tokens: 50 })
    await write({ view: item, subWindow: first + 26, tokens: 10 })
    const back = { tokens: 20, subWindow: first }
    expect((await write({ view: old, subWindow: first + 1, back, goneOn: true })).applied).toBe(false)
  })

  it('where the item was deleted and made anew, and never had what is given back', async () => {
    const { table, write } = openItem()
    const old = (await write({ view: undefined, subWindow: first, tokens: 60 })).item
    table.delete('s')
    await write({ view: undefined, subWindow: first + 1, tokens: 50 })
    const back = { tokens: 20, subWindow: first }
    expect((await write({ view: old, subWindow: first + 1, back, goneOn: true })).applied).toBe(false)
  })

  it('where it takes the item to have gone on, and it has not', async () => {
    const { write } = openItem()
    const old = (await write({ view: undefined, subWindow: first, tokens: 60 })).item
    expect((await write({ view: old, subWindow: first + 1, tokens: 1, goneOn: true })).applied).toBe(false)
  })
})

describe('a write by an old view of the item holds', () => {
  it('where calls were counted since, in the sub-window it goes on from and in the one it counts in', async () => {
    const { write } = openItem()
    const old = (await write({ view: undefined, subWindow: first, tokens: 60 })).item
    await write({ view: old, subWindow: first, tokens: 50 })
    const { applied, item } = await write({ view: old, subWindow: first + 1, tokens: 7 })
    expect(applied).toBe(true)
    expect(item?.spans[spanKey(windowMs, 25)]?.tokens).toMatchObject({ now: 7, used: 117 })
    const late = await write({ view: old, subWindow: first, tokens: 3 })
    expect(late.item?.spans[spanKey(windowMs, 25)]?.tokens).toMatchObject({ now: 10, used: 120 })
  })
})
