import { scriptedProvider } from '@modelgate/core/testing'
import { describe, expect, it } from 'vitest'
import type { RouteTable } from '../../src/router/resolve.ts'
import { smallestWindow } from '../../src/router/smallest-window.ts'

const windows: Readonly<Record<string, number>> = { small: 8_000, large: 200_000 }
const provider = {
  ...scriptedProvider('a'),
  capabilitiesOf: (model: string) => (windows[model] === undefined ? undefined : { contextTokens: windows[model] }),
}

describe('the smallest window that a call may meet', () => {
  const routes: RouteTable = {
    plain: ['a/large', 'a/unknown'],
    led: { targets: ['a/large'], when: [{ if: { tools: true }, use: 'other' }] },
    other: { targets: ['a/unknown'], when: [{ if: { stream: true }, use: ['a/small'] }] },
  }
  const windowOf = smallestWindow([provider], routes)

  it('is that of a target, of those of a route that are known, and of those that its conditions lead to', () => {
    expect(windowOf('a/small')).toBe(8_000)
    expect(windowOf('plain')).toBe(200_000)
    expect(windowOf('led')).toBe(8_000)
  })

  it('is not known where no target says it, and where the name stands for nothing', () => {
    expect(windowOf('a/unknown')).toBeUndefined()
    expect(windowOf('nothing/here')).toBeUndefined()
  })

  it('looks at a route once, however many ways lead to it', () => {
    const layers = 20
    let asked = 0
    const counting = {
      ...provider,
      capabilitiesOf(model: string) {
        asked += 1
        return provider.capabilitiesOf(model)
      },
    }
    const layered = Object.fromEntries(
      Array.from({ length: layers }, (_, at) => {
        const next = { if: { tools: true }, use: `layer${at + 1}` }
        return [`layer${at}`, { targets: ['a/large'], when: at + 1 < layers ? [next, next] : [] }]
      }),
    )
    expect(smallestWindow([counting], layered)('layer0')).toBe(200_000)
    expect(asked).toBe(layers)
  })
})
