import { expect, it } from 'vitest'
import { shareGrace } from '../src/share-grace.ts'

it('leaves the end a quarter of the grace period, from one second to five', () => {
  expect(shareGrace(30_000)).toEqual({ callsMs: 25_000, endMs: 5_000, lastBytesMs: 2_000, flushMs: 4_000 })
  expect(shareGrace(8_000)).toEqual({ callsMs: 6_000, endMs: 2_000, lastBytesMs: 1_000, flushMs: 1_600 })
  expect(shareGrace(2_000)).toMatchObject({ callsMs: 1_000, endMs: 1_000 })
})

it('gives calls nothing where there is less than the end takes', () => {
  for (const graceMs of [0, 100, 1_000]) expect(shareGrace(graceMs)).toMatchObject({ callsMs: 0, endMs: 1_000 })
})
