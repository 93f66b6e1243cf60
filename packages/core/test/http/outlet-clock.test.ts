import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { OutletClock, type Ticking } from '../../src/http/outlet-clock.ts'
import { streamTimes } from '../../src/http/streams-options.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const stream = (onTick?: () => void): Ticking & { readonly told: number[] } => {
  const told: number[] = []
  return {
    told,
    place: -1,
    tick(now) {
      told.push(now)
      onTick?.()
    },
  }
}

it('tells all streams the time by one timer, each second, while there are any', () => {
  const clock = new OutletClock(streamTimes())
  expect(vi.getTimerCount()).toBe(0)
  const [one, two] = [stream(), stream()]
  clock.add(one)
  clock.add(two)
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(3_000)
  expect(one.told.map(now => now - one.told[0]!)).toEqual([0, 1_000, 2_000])
  expect(two.told).toEqual(one.told)
  clock.remove(one)
  clock.remove(two)
  vi.advanceTimersByTime(1_000)
  expect(one.told).toHaveLength(3)
  expect(vi.getTimerCount()).toBe(0)
  clock.add(one)
  vi.advanceTimersByTime(1_000)
  expect(one.told).toHaveLength(4)
})

it('ticks ten times in the shortest silence, and not more than a hundred times a second', () => {
  for (const [keepAliveMs, ticks] of [
    [500, 20],
    [5, 100],
  ] as const) {
    const clock = new OutletClock(streamTimes({ keepAliveMs }))
    const one = stream()
    clock.add(one)
    vi.advanceTimersByTime(1_000)
    expect(one.told).toHaveLength(ticks)
    clock.remove(one)
  }
})

it('forgets whoever goes, in any order, twice, or while it tells the time', () => {
  const clock = new OutletClock(streamTimes())
  const streams = Array.from({ length: 5 }, () => stream())
  const leaving = stream(() => clock.remove(leaving))
  for (const each of [...streams, leaving]) clock.add(each)
  vi.advanceTimersByTime(1_000)
  for (const at of [1, 4, 1, 0]) clock.remove(streams[at]!)
  vi.advanceTimersByTime(1_000)
  expect(streams.map(({ told }) => told.length)).toEqual([1, 1, 2, 2, 1])
  expect(leaving.told).toHaveLength(1)
  expect(clock.size).toBe(2)
})
