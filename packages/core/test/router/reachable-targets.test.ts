import { describe, expect, it } from 'vitest'
import type { RouteTable } from '../../src/index.ts'
import { reachableTargets } from '../../src/router/reachable-targets.ts'
import { targetName } from '../../src/target.ts'
import { scriptedProvider } from '../../src/testing/index.ts'
import { chatCall } from '../support/calls.ts'

const providers = [scriptedProvider('us'), scriptedProvider('eu')]
const routes: RouteTable = {
  fast: ['us/nova', 'eu/nova'],
  chosen: {
    strategy: 'weighted',
    targets: [{ target: 'us/nova', weight: 9 }],
    when: [
      { if: { tier: 'free' }, use: 'cheap' },
      { if: { tools: true }, use: ['eu/large', { target: 'us/large', priority: 1 }] },
    ],
  },
  cheap: { targets: ['eu/small'], when: [{ if: { stream: true }, use: 'fast' }] },
}

function reach(model: string, context: Parameters<typeof chatCall>[1] = {}, exposeModels: 'routes' | 'all' = 'all') {
  return reachableTargets({ providers, routes, exposeModels })(chatCall({ model }, context)).map(targetName)
}

describe('the targets that a call may reach', () => {
  it('are all of its route, those of its rules and of the routes they lead to among them', () => {
    expect(reach('fast')).toEqual(['us/nova', 'eu/nova'])
    expect(reach('chosen')).toEqual(['us/nova', 'eu/small', 'us/nova', 'eu/nova', 'eu/large', 'us/large'])
  })

  it('are those of a pinned provider', () => {
    expect(reach('chosen', { pinnedProvider: 'eu' })).toEqual(['eu/small', 'eu/nova', 'eu/large'])
    expect(reach('other', { pinnedProvider: 'eu' })).toEqual(['eu/other'])
  })

  it('are the one that is named', () => {
    expect(reach('us/x/y')).toEqual(['us/x/y'])
    expect(reach('us-model')).toEqual(['us/us-model'])
  })

  it('are none that a caller over the door may not name, as for the router', () => {
    expect(() => reach('us/x', { origin: 'door' }, 'routes')).toThrow(/is not known here/)
    expect(reach('us/x', { origin: 'process' }, 'routes')).toEqual(['us/x'])
    expect(() => reach('__proto__')).toThrow(/is not known here/)
  })
})
