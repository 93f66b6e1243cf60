import { describe, expect, it } from 'vitest'
import { LatencyBoard } from '../../../src/router/strategies/latency-board.ts'
import { leastLatencyOrder } from '../../../src/router/strategies/least-latency.ts'
import { seededRandom } from '../../../src/testing/seeded-random.ts'
import { candidates, counted } from '../../support/candidates.ts'

/** A clock that calls move on, targets that answer as fast as told, and the strategy between them. */
class World {
  now = 0
  readonly board = new LatencyBoard(() => this.now)
  readonly random = seededRandom(3)
  readonly answerMs: Record<string, number>
  readonly failing = new Set<string>()

  constructor(answerMs: Record<string, number>) {
    this.answerMs = answerMs
  }

  order(kind = 'stream'): string[] {
    const items = candidates(Object.fromEntries(Object.keys(this.answerMs).map(name => [name, 1])))
    const { board, random } = this
    const order = leastLatencyOrder(items, { board, kind, random }).map(({ target }) => target.provider)
    if (order[0]) board.observe(kind, `${order[0]}/m`, { durationMs: 0, outcome: 'asked' })
    return order
  }

  end(name: string): void {
    const failed = this.failing.has(name)
    this.board.observe('stream', `${name}/m`, {
      durationMs: failed ? 1 : (this.answerMs[name] ?? 0),
      outcome: failed ? 'failed' : 'answered',
    })
  }

  /** So many calls, one after another, `everyMs` apart: how many began at each target. */
  calls(count: number, everyMs = 50): Record<string, number> {
    return counted(
      Array.from({ length: count }, () => {
        const [first] = this.order()
        this.now += everyMs
        this.end(first!)
        return first!
      }),
    )
  }
}

describe('leastLatencyOrder', () => {
  it('follows a target that is made slow and fast again', () => {
    const world = new World({ near: 40, far: 90 })
    const seen = [world.calls(1_000)]
    world.answerMs.near = 2_000
    seen.push(world.calls(1_000))
    world.answerMs.near = 40
    seen.push(world.calls(1_000), world.calls(1_000))
    expect(seen).toEqual([
      { near: 972, far: 28 },
      { near: 21, far: 979 },
      { near: 675, far: 325 },
      { near: 976, far: 24 },
    ])
  })

  it('needs only one answer to know better where calls are rare', () => {
    const world = new World({ near: 40, far: 90 })
    world.calls(100)
    world.answerMs.near = 2_000
    expect(world.calls(1, 60_000)).toEqual({ near: 1 })
    expect(world.calls(30, 60_000).far).toBeGreaterThan(27)
  })

  it('leaves a target that refuses at once, and comes back to it', () => {
    const world = new World({ near: 40, far: 90 })
    world.calls(100)
    world.failing.add('near')
    expect(world.calls(1_000).far).toBeGreaterThan(960)
    world.failing.clear()
    world.calls(200)
    expect(world.calls(1_000).near).toBeGreaterThan(960)
  })

  it('leaves a target that hangs, of which no call hears because each is given up', () => {
    const world = new World({ near: 40, far: 90 })
    world.calls(200)
    const first: string[] = []
    for (let call = 0; call < 100; call += 1) {
      const [name] = world.order()
      first.push(name!)
      world.now += 50
      if (name === 'near') world.board.observe('stream', 'near/m', { durationMs: 10_000, outcome: 'left' })
      else world.end('far')
    }
    expect(counted(first).far).toBeGreaterThan(90)
  })

  it('learns nothing from callers who leave early', () => {
    const world = new World({ near: 40, far: 90 })
    for (const name of ['near', 'far']) world.end(name)
    for (let call = 0; call < 100; call += 1) world.board.observe('stream', 'far/m', { durationMs: 1, outcome: 'left' })
    expect([world.board.read('stream', 'near/m'), world.board.read('stream', 'far/m')]).toEqual([40, 90])
  })

  it.each(['refused', 'left'] as const)('takes no target for slow whose first call was %s at once', outcome => {
    const world = new World({ near: 40, far: 90 })
    for (const name of ['near', 'far']) {
      world.board.observe('stream', `${name}/m`, { durationMs: 0, outcome: 'asked' })
      world.now += 5
      world.board.observe('stream', `${name}/m`, { durationMs: 5, outcome })
    }
    world.now += 60_000
    expect(world.calls(1, 90)).toEqual({ near: 1 })
    expect(world.calls(1, 90)).toEqual({ far: 1 })
  })

  it('takes no target for one that hangs whose first call failed, and whose next one was at fault itself', () => {
    const world = new World({ near: 40 })
    for (const outcome of ['failed', 'refused'] as const) {
      world.board.observe('stream', 'near/m', { durationMs: 0, outcome: 'asked' })
      world.board.observe('stream', 'near/m', { durationMs: 5, outcome })
    }
    const before = world.board.read('stream', 'near/m')
    world.now += 60_000
    expect(world.board.read('stream', 'near/m')).toBe(before)
  })

  it('takes a target of which nothing was ever heard for as slow as its callers waited', () => {
    const world = new World({ near: 40, far: 90 })
    world.end('near')
    world.board.observe('stream', 'far/m', { durationMs: 0, outcome: 'asked' })
    world.now += 200
    expect(world.board.read('stream', 'far/m')).toBe(200)
    world.board.observe('stream', 'far/m', { durationMs: 200, outcome: 'left' })
    world.now += 60_000
    expect(world.board.read('stream', 'far/m')).toBe(200)
  })

  it('asks each target that nobody has asked, and does not send all to one that has not answered yet', () => {
    const world = new World({ a: 10, b: 10, c: 10 })
    world.board.observe('stream', 'a/m', { durationMs: 10, outcome: 'answered' })
    const first = world.order()
    expect(counted(Array.from({ length: 300 }, () => world.order()[0]!))).toMatchObject({ b: expect.any(Number) })
    world.now += 1_000
    const later = counted(Array.from({ length: 300 }, () => world.order()[0]!))
    expect(later.a).toBeGreaterThan(180)
    expect(first).toHaveLength(3)
  })

  it('spreads calls made at once over more than the fastest, and never begins at the slowest unless it explores', () => {
    const world = new World({ a: 10, b: 20, c: 30 })
    for (const name of ['a', 'b', 'c']) world.end(name)
    const first = counted(Array.from({ length: 3_000 }, () => world.order()[0]!))
    expect(first.a).toBeGreaterThan(1_850)
    expect(first.b).toBeGreaterThan(850)
    expect(first.c ?? 0).toBeLessThan(100)
  })

  it('keeps the others for failover, the fastest first', () => {
    const world = new World({ c: 30, a: 10, d: 40, b: 20 })
    for (const name of ['a', 'b', 'c', 'd']) world.end(name)
    for (let call = 0; call < 50; call += 1) {
      const [first, ...rest] = world.order()
      expect(rest).toEqual(['a', 'b', 'c', 'd'].filter(name => name !== first))
    }
  })

  it('does not compare the first word of a stream with a whole answer', () => {
    const world = new World({ a: 10, b: 20 })
    for (const name of ['a', 'b']) world.end(name)
    world.board.observe('chat', 'a/m', { durationMs: 9_000, outcome: 'answered' })
    world.board.observe('chat', 'b/m', { durationMs: 5_000, outcome: 'answered' })
    const firstOf = (kind: string): number => counted(Array.from({ length: 100 }, () => world.order(kind)[0]!)).a ?? 0
    expect(firstOf('stream')).toBeGreaterThan(90)
    expect(firstOf('chat')).toBeLessThan(10)
  })

  it.each([
    ['one target', { a: 1 }, ['a']],
    ['none', {}, []],
  ])('takes %s as it is', (_, answerMs, order) => {
    expect(new World(answerMs).order()).toEqual(order)
  })
})
