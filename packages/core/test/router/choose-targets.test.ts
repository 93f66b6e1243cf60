import { describe, expect, it } from 'vitest'
import { type ErrorCode, GatewayError, type GatewayErrorOptions } from '../../src/errors.ts'
import type { Provider } from '../../src/provider.ts'
import { type ChooserOptions, TargetChooser } from '../../src/router/choose-targets.ts'
import type { RouteTable } from '../../src/router/resolve.ts'
import { targetName } from '../../src/target.ts'
import type { TargetCapabilities } from '../../src/target-capabilities.ts'
import { scriptedProvider, testCall } from '../../src/testing/index.ts'
import { seededRandom } from '../../src/testing/seeded-random.ts'
import { chatCall } from '../support/calls.ts'
import { counted } from '../support/candidates.ts'

const models: Readonly<Record<string, TargetCapabilities>> = {
  blind: { images: 0 },
  one: { images: 1 },
  deaf: { tools: false },
  small: { contextTokens: 1_000 },
  large: { contextTokens: 100_000 },
  vectors: { operations: ['embeddings'] },
}
const capable = (id: string): Provider => ({ ...scriptedProvider(id), capabilitiesOf: model => models[model] })
/** Serves the same models with windows of its own. */
const roomy: Provider = {
  ...scriptedProvider('roomy'),
  capabilitiesOf: model => (model === 'large' ? { contextTokens: 90_000 } : { contextTokens: 8_000 }),
}
const providers = [capable('a'), capable('b'), capable('c'), roomy]

function chooserOver(routes: RouteTable, options: Partial<ChooserOptions> = {}): TargetChooser {
  return new TargetChooser({ providers, routes, exposeModels: 'routes', random: seededRandom(1), ...options })
}
const names = (chooser: TargetChooser, ...call: Parameters<typeof chatCall>): string[] =>
  chooser.choose(chatCall(...call)).targets.map(targetName)

const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } } as const
const seeing = (images: number) => ({
  messages: [{ role: 'user' as const, content: Array.from({ length: images }, () => image) }],
})
const tools = [{ type: 'function' as const, function: { name: 'f' } }]

describe('a plain list', () => {
  it('is given as it is, without anything being made for the call', () => {
    const chooser = chooserOver({ fast: ['a/x', 'b/y'] })
    const choice = chooser.choose(chatCall())
    expect(choice).toEqual({
      route: 'fast',
      targets: [
        { provider: 'a', model: 'x' },
        { provider: 'b', model: 'y' },
      ],
    })
    expect(chooser.choose(chatCall())).toBe(choice)
  })

  it('says nothing of what could be learnt', () => {
    expect(chooserOver({ fast: ['a/x'] }).choose(chatCall()).learn).toBeUndefined()
    expect(chooserOver({ fast: { strategy: 'weighted', targets: ['a/x'] } }).choose(chatCall()).learn).toBeUndefined()
  })
})

describe('priorities', () => {
  const targets = ['c/late', { target: 'a/x', priority: -1 }, { target: 'b/y', priority: -1 }]

  it('come before the order of the list', () => {
    expect(names(chooserOver({ fast: { targets } }))).toEqual(['a/x', 'b/y', 'c/late'])
  })

  it('are kept by every strategy, which orders those of one', () => {
    const chooser = chooserOver({ fast: { strategy: 'weighted', targets } })
    const orders = Array.from({ length: 200 }, () => names(chooser))
    for (const order of orders) expect(order[2]).toBe('c/late')
    expect(Object.keys(counted(orders.map(([first]) => first!))).toSorted()).toEqual(['a/x', 'b/y'])
  })
})

describe('conditions', () => {
  const routes: RouteTable = {
    cheap: {
      strategy: 'weighted',
      targets: ['c/nano', { target: 'c/zero', weight: 0 }],
      when: [{ if: { stream: true }, use: ['b/live'] }],
    },
    fast: {
      targets: ['a/x'],
      when: [
        { if: { tier: 'free' }, use: 'cheap' },
        { if: { promptTokens: { gt: 1_000 } }, use: ['b/long', 'a/long'] },
      ],
    },
  }
  const chooser = chooserOver(routes)
  const free = { principal: { tenant: 't', tier: 'free' } }
  const long = { messages: [{ role: 'user' as const, content: 'x'.repeat(9_000) }] }

  it('lead elsewhere where they hold, the first one that does, and from there on', () => {
    expect(names(chooser)).toEqual(['a/x'])
    expect(names(chooser, long)).toEqual(['b/long', 'a/long'])
    expect(names(chooser, long, free)).toEqual(['c/nano', 'c/zero'])
    expect(names(chooser, { stream: true }, free)).toEqual(['b/live'])
  })

  it('leave the route its name', () => {
    expect(chooser.choose(chatCall({}, free)).route).toBe('fast')
  })

  it('are followed before a pin, which keeps what its provider has', () => {
    expect(names(chooser, long, { pinnedProvider: 'a' })).toEqual(['a/long'])
    expect(() => names(chooser, {}, { pinnedProvider: 'b' })).toThrow("has no target of the provider 'b'")
    expect(() => names(chooser, {}, { pinnedProvider: 'z' })).toThrow("'z' is not a provider here")
  })

  it('that lead in a circle are no router', () => {
    const circle = { fast: { targets: ['a/x'], when: [{ if: { stream: true }, use: 'fast' }] } }
    expect(() => chooserOver(circle)).toThrow('leads back to itself')
  })

  it('may lead on in more ways than can be walked, as long as none leads back', () => {
    const rule = (use: string) => ({ if: { tier: 'free' }, use })
    const routes = Object.fromEntries(
      Array.from({ length: 80 }, (_, place) => [
        `r${place}`,
        { targets: ['a/x'], when: place < 78 ? [rule(`r${place + 1}`), rule(`r${place + 2}`)] : [] },
      ]),
    )
    expect(() => chooserOver(routes)).not.toThrow()
  })

  const chain = (length: number) =>
    Object.fromEntries(
      Array.from({ length }, (_, place) => [
        `r${place}`,
        {
          targets: [`a/x${place}`],
          when: place < length - 1 ? [{ if: { tier: 'free' }, use: `r${place + 1}` }] : [],
        },
      ]),
    )

  it('may lead on a hundred times', () => {
    expect(chooserOver(chain(101)).choose(chatCall({ model: 'r0' }, free)).targets[0]?.model).toBe('x100')
  })

  it('that lead on more often are refused, and not followed until the stack is full', () => {
    for (const length of [102, 5_000]) {
      expect(() => chooserOver(chain(length))).toThrow(
        /^routes\.r0\.when: it leads on from route to route more than 100 times; let one of them end in targets\.$/,
      )
    }
  })

  it.each([{ tags: {} }, { promptTokens: {} }, { promptTokens: { gt: undefined } }])(
    'asks for something: not %j',
    condition => {
      const routes = { fast: { targets: ['a/x'], when: [{ if: condition, use: ['a/y'] }] } }
      expect(() => chooserOver(routes)).toThrow('give at least one condition')
    },
  )
})

describe('what a target cannot do', () => {
  it.each<[string, string[], Parameters<typeof chatCall>[0], string[]]>([
    ['images', ['a/blind', 'b/x'], seeing(1), ['b/x']],
    ['more images than it takes', ['a/blind', 'a/one', 'b/x'], seeing(2), ['b/x']],
    ['as many images as it takes', ['a/blind', 'a/one', 'b/x'], seeing(1), ['a/one', 'b/x']],
    ['no images at all', ['a/blind', 'b/x'], {}, ['a/blind', 'b/x']],
    ['tools', ['a/deaf', 'b/x'], { tools }, ['b/x']],
    ['nothing that one of them lacks', ['a/deaf', 'b/blind', 'c/x'], {}, ['a/deaf', 'b/blind', 'c/x']],
    ['chats', ['a/vectors', 'b/x'], {}, ['b/x']],
    [
      'tools, and no target does: the first says why',
      ['a/deaf', 'b/deaf', 'c/deaf'],
      { tools },
      ['a/deaf', 'b/deaf', 'c/deaf'],
    ],
    [
      'tools or images, and none does both: the first says why',
      ['a/deaf', 'b/blind'],
      { tools, ...seeing(1) },
      ['a/deaf'],
    ],
  ])('%s', (_, targets, request, expected) => {
    expect(names(chooserOver({ fast: targets }), request)).toEqual(expected)
  })

  it('is embeddings where its provider has no handler for them', () => {
    const mute: Provider = { id: 'mute', name: 'mute', handlers: { embeddings: () => Promise.reject(new Error('x')) } }
    const chooser = chooserOver({ fast: ['a/x', 'mute/x'] }, { providers: [...providers, mute] })
    const targets = chooser.choose(testCall('embeddings', { model: 'fast', input: 'x' })).targets.map(targetName)
    expect(targets).toEqual(['mute/x'])
    expect(names(chooser)).toEqual(['a/x'])
  })

  it('is asked of a provider once a target, at the first call of the route', () => {
    const asked: string[] = []
    const asking: Provider = { ...scriptedProvider('a'), capabilitiesOf: model => void asked.push(model) }
    const chooser = chooserOver({ fast: ['a/x', 'a/y'] }, { providers: [asking] })
    expect(asked).toEqual([])
    for (let call = 0; call < 3; call += 1) chooser.choose(chatCall())
    expect(asked).toEqual(['x', 'y'])
  })

  it('leaves the weights of the others as they are', () => {
    const targets = [
      { target: 'a/blind', weight: 8 },
      { target: 'b/x', weight: 1 },
      { target: 'c/x', weight: 1 },
    ]
    const chooser = chooserOver({ fast: { strategy: 'weighted', targets } })
    const first = counted(Array.from({ length: 2_000 }, () => names(chooser, seeing(1))[0]!))
    expect(Object.keys(first).toSorted()).toEqual(['b/x', 'c/x'])
    expect(Math.abs(first['b/x']! - 1_000)).toBeLessThan(100)
  })
})

describe('a prompt that is probably too long', () => {
  const long = { messages: [{ role: 'user' as const, content: 'word '.repeat(2_000) }] }

  it('goes first where the window is larger, and the others are kept: its length is an estimate', () => {
    const chooser = chooserOver({ fast: ['a/small', 'b/large', 'c/x'] })
    expect(names(chooser)).toEqual(['a/small', 'b/large', 'c/x'])
    expect(names(chooser, long)).toEqual(['b/large', 'c/x', 'a/small'])
  })

  it('is so also with a strategy', () => {
    const chooser = chooserOver({
      fast: { strategy: 'weighted', targets: [{ target: 'a/small', weight: 99 }, 'b/large'] },
    })
    for (let call = 0; call < 100; call += 1) expect(names(chooser, long)[0]).toBe('b/large')
  })

  it('changes nothing where all windows are as small', () => {
    expect(names(chooserOver({ fast: ['a/small', 'b/small'] }), long)).toEqual(['a/small', 'b/small'])
  })
})

describe('after a failure', () => {
  const chooser = chooserOver({})
  const target = (name: string) => ({ provider: name.split('/')[0]!, model: name.split('/')[1]! })
  function after(error: [ErrorCode, GatewayErrorOptions?], failed: string, rest: string[], request = {}): string[] {
    const [code, options] = error
    const left = {
      call: chatCall(request),
      error: new GatewayError(code, 'x', options),
      failed: target(failed),
      rest: rest.map(target),
    }
    return chooser.after(left).map(targetName)
  }

  it.each<[string, Parameters<typeof after>, string[]]>([
    ['of the upstream: all others', [['upstream_unavailable'], 'a/x', ['b/x', 'c/y']], ['b/x', 'c/y']],
    ['of the request: none', [['invalid_request'], 'a/x', ['b/x']], []],
    ['of a content filter: none', [['content_filtered'], 'a/x', ['b/x']], []],
    [
      'of a small window: only larger ones',
      [['context_length_exceeded'], 'a/small', ['b/small', 'b/large', 'c/x']],
      ['b/large', 'c/x'],
    ],
    [
      'of a small window: the same model with one that is known to be larger',
      [['context_length_exceeded'], 'a/small', ['b/small', 'roomy/small']],
      ['roomy/small'],
    ],
    [
      'of a window: not the same model with a smaller one',
      [['context_length_exceeded'], 'a/large', ['roomy/large']],
      [],
    ],
    [
      'of the largest window that is known: those that are not',
      [['context_length_exceeded'], 'a/large', ['b/small', 'c/x']],
      ['c/x'],
    ],
    [
      'of a window that is not known: other models',
      [['context_length_exceeded'], 'a/x', ['b/x', 'c/y', 'b/small']],
      ['c/y', 'b/small'],
    ],
    [
      'for what the target lacks: those that may have it',
      [['invalid_request', { lacks: 'images' }], 'a/blind', ['b/blind', 'c/x'], seeing(1)],
      ['c/x'],
    ],
  ])('%s', (_, given, left) => {
    expect(after(...given)).toEqual(left)
  })
})
