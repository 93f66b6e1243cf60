import { type Simulator, startSimulator } from '@modelgate/simulator'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Ability } from './fronts/front.ts'
import { FrontRig } from './fronts/front-rig.ts'
import { frontStories } from './fronts/front-stories.ts'
import { fronts } from './fronts/front-table.ts'

describe.each(fronts)('through $name', front => {
  let simulator: Simulator
  beforeAll(async () => {
    simulator = await startSimulator()
  })
  afterEach(() => simulator.reset())
  afterAll(() => simulator.close())

  for (const { name, needs = [], setup, tell } of frontStories) {
    it(name, async context => {
      const reason = needs.map(ability => front.cannot[ability]).find(Boolean)
      if (reason !== undefined) return context.skip(reason)
      await using rig = await FrontRig.open(front, simulator, typeof setup === 'function' ? setup() : setup)
      await tell(rig)
    })
  }
})

describe('the table of stories', () => {
  const needed = new Set(frontStories.flatMap(({ needs = [] }) => needs))

  it('has each story once, and tells it somewhere', () => {
    expect(new Set(frontStories.map(({ name }) => name)).size).toBe(frontStories.length)
    const untold = frontStories.filter(({ needs = [] }) =>
      fronts.every(({ cannot }) => needs.some(ability => cannot[ability])),
    )
    expect(untold).toEqual([])
  })

  it('skips no story but for what a story needs', () => {
    const cannots = fronts.flatMap(({ cannot }) => Object.keys(cannot) as Ability[])
    expect(cannots.filter(ability => !needed.has(ability))).toEqual([])
  })
})
