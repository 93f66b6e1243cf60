import { describe, expect, it } from 'vitest'
import { apiKeys } from '../src/auth/api-keys.ts'
import { checkOptions } from '../src/check-options.ts'
import { isGatewayError } from '../src/errors.ts'
import { scriptedProvider } from '../src/testing/index.ts'

type Options = Parameters<typeof checkOptions>[0]
const us = scriptedProvider('us')
const eu = scriptedProvider('eu')

function faults(options: unknown): string[] {
  try {
    checkOptions(options as Options)
  } catch (error) {
    if (!isGatewayError(error) || error.code !== 'invalid_configuration') throw error
    return error.message.split('\n')
  }
  return []
}

/** A route `fast`, beside `slow`, of these members. */
const withRoute = (route: object): object => ({
  providers: [us],
  routes: { fast: { targets: ['us/x'], ...route }, slow: ['us/y'] },
})

const routeFaultRows: readonly [string, unknown, string][] = [
  [
    'a strategy that is none',
    withRoute({ strategy: 'random' }),
    "`routes.fast.strategy`: 'random' is not a strategy; use one of ordered, weighted, least-latency, least-cost, sticky.",
  ],
  [
    'a member of a route that is none',
    withRoute({ startegy: 'weighted' }),
    '`routes.fast` has no member `startegy`; did you mean `strategy`?',
  ],
  [
    'a weight below zero',
    withRoute({ targets: [{ target: 'us/x', weight: -1 }] }),
    'routes.fast[0]: `weight` must be at least 0, got -1.',
  ],
  [
    'a target object of nobody here',
    withRoute({ targets: ['us/x', { target: 'ap/x' }] }),
    "routes.fast[1]: 'ap/x' is not '<provider id>/<model id>' of a provider here (us).",
  ],
  [
    'a priority that is no whole number',
    withRoute({ targets: [{ target: 'us/x', priority: 0.5 }] }),
    'routes.fast[0]: `priority` must be a whole number, got 0.5.',
  ],
  [
    'a rule that leads to no route',
    withRoute({ when: [{ if: { stream: true }, use: 'cheap' }] }),
    "routes.fast.when[0].use: 'cheap' is not a route here; use one of fast, slow, or a list of targets.",
  ],
  [
    'a rule that leads to a target of nobody here',
    withRoute({ when: [{ if: { stream: true }, use: ['ap/x'] }] }),
    "routes.fast.when[0].use[0]: 'ap/x' is not '<provider id>/<model id>' of a provider here (us).",
  ],
  [
    'a rule without a condition',
    withRoute({ when: [{ if: {}, use: 'slow' }] }),
    "routes.fast.when[0].if: give at least one condition, such as { tier: 'free' }; without one it holds on every call.",
  ],
  [
    'a condition that is none',
    withRoute({ when: [{ if: { tear: 'free' }, use: 'slow' }] }),
    '`routes.fast.when[0].if` has no member `tear`; there is `tier`, `tenant`, `userId`, `tags`, `promptTokens`, `tools`, `images`, `stream`.',
  ],
  [
    'a bound that is no number',
    withRoute({ when: [{ if: { promptTokens: { gt: '8000' } }, use: 'slow' }] }),
    '`routes.fast.when[0].if.promptTokens.gt` must be a number, got the string "8000".',
  ],
  [
    'a rule that leads back to its own route',
    withRoute({ when: [{ if: { stream: true }, use: 'fast' }] }),
    'routes.fast.when: it leads back to itself, by fast → fast; let one of them end in targets.',
  ],
]

describe('checkOptions', () => {
  it.each<[string, unknown]>([
    ['one provider and no routes', { providers: [us] }],
    ['routes to several providers', { providers: [us, eu], routes: { fast: ['us/nova', 'eu/nova'] } }],
    ['a route as an object', { providers: [us], routes: { fast: { targets: ['us/nova'] } } }],
    [
      'model ids with slashes and ARNs',
      { providers: [us], routes: { a: ['us/arn:aws:bedrock:eu-1:1:inference-profile/x'] } },
    ],
    ['a route that is called like a part of every object', { providers: [us], routes: { constructor: ['us/nova'] } }],
    ['routes that are undefined', { providers: [us], routes: undefined }],
    [
      'a route with all that a route may have',
      {
        providers: [us, eu],
        routes: {
          cheap: ['eu/micro'],
          fast: {
            strategy: 'sticky',
            stickyBy: 'tenant',
            targets: [
              { target: 'us/nova', weight: 9, priority: 0 },
              { target: 'eu/nova', weight: undefined },
              'us/claude',
            ],
            when: [
              { if: { tier: 'free', promptTokens: { gt: 10, gte: 1, lt: 9, lte: 8 }, stream: true }, use: 'cheap' },
              {
                if: { tenant: ['a', 'b'], tags: { job: ['night'] } },
                use: ['us/micro', { target: 'eu/nova', weight: 2 }],
              },
            ],
            defaultMaxTokens: 10,
          },
        },
      },
    ],
  ])('finds nothing wrong with %s', (_, options) => {
    expect(faults(options)).toEqual([])
  })

  it.each<[string, unknown, string]>([
    ['a provider without its list', { providers: us }, 'providers: give them as a list, as in [openai(), bedrock()].'],
    [
      'a log that is none',
      { providers: [us], requestLog: {} },
      '`requestLog` must have write and flush, as memoryRequestLog() and queuedLog() have.',
    ],
    ['no providers', { providers: [] }, 'providers: give at least one, such as openai() or bedrock().'],
    ['a provider without an id', { providers: [{ ...us, id: '' }] }, 'providers[0].id: a provider needs an id.'],
    [
      'a hole among the providers',
      { providers: [us, undefined] },
      'providers[1]: undefined is no provider; give what openai() or bedrock() gives, and nothing where there is none.',
    ],
    [
      'a provider that is left out by a condition',
      { providers: [us, false] },
      'providers[1]: false is no provider; give what openai() or bedrock() gives, and nothing where there is none.',
    ],
    [
      'the name of a provider',
      { providers: ['openai'] },
      'providers[0]: the string "openai" is no provider; give what openai() or bedrock() gives, and nothing where there is none.',
    ],
    [
      'a provider without handlers',
      { providers: [{ id: 'us', name: 'us' }] },
      'providers[0].handlers: a provider needs functions under the names of what it serves, as in { chat }.',
    ],
    [
      'a handler that is none',
      { providers: [{ id: 'us', name: 'us', handlers: { chat: 'yes' } }] },
      'providers[0].handlers: a provider needs functions under the names of what it serves, as in { chat }.',
    ],
    [
      'an id with a slash',
      { providers: [{ ...us, id: 'us/east' }] },
      "providers[0].id: 'us/east' may hold only letters, digits, '.', '_' and '-', since it stands before the '/' of a target.",
    ],
    [
      'an id given twice',
      { providers: [us, eu, us] },
      "providers[2].id: 'us' is taken; give this provider another id, as in bedrock({ id: 'eu' }).",
    ],
    [
      'routes as a list',
      { providers: [us], routes: ['us/nova'] as never },
      '`routes` must be an object, got an array.',
    ],
    [
      'a route without targets',
      { providers: [us], routes: { fast: [] } },
      "routes.fast: give at least one target, as '<provider id>/<model id>'.",
    ],
    [
      'a route that is undefined',
      { providers: [us], routes: { fast: undefined } },
      "routes.fast: give at least one target, as '<provider id>/<model id>'.",
    ],
    [
      'the function itself',
      { providers: [() => us] },
      'providers[0]: call it, as in openai(); the function itself is no provider.',
    ],
    [
      'a misspelt option',
      { providers: [us], rotes: {} },
      'the configuration has no member `rotes`; did you mean `routes`?',
    ],
    [
      'a misspelt option without a value, as an environment that lacks it gives',
      { providers: [us], defautModel: undefined },
      'the configuration has no member `defautModel`; did you mean `defaultModel`?',
    ],
    [
      'a key as the authentication',
      { providers: [us], auth: 'sk-key' },
      "`auth` must be apiKeys(store), a function of the request, or 'none'.",
    ],
    ['keys that were not called', { providers: [us], auth: apiKeys }, '`auth` must be called, as in apiKeys(store).'],
    [
      'a route that is null, as JSON may have it',
      { providers: [us], routes: { fast: null } },
      "routes.fast: give at least one target, as '<provider id>/<model id>'.",
    ],
    [
      'a target that is no text',
      { providers: [us], routes: { fast: ['us/x', 7] } },
      "routes.fast[1]: '7' is not '<provider id>/<model id>' of a provider here (us).",
    ],
    [
      'a target given twice, which would be asked again at once and beyond what retries may cost',
      { providers: [us], routes: { fast: ['us/x', 'us/y', { target: 'us/x', weight: 2 }] } },
      "routes.fast[2]: 'us/x' is given twice; give it once, `retry` asks it again.",
    ],
    [
      'a target given twice by a rule',
      {
        providers: [us],
        routes: { fast: { targets: ['us/x'], when: [{ if: { tools: true }, use: ['us/x', 'us/x'] }] } },
      },
      "routes.fast.when[0].use[1]: 'us/x' is given twice; give it once, `retry` asks it again.",
    ],
    [
      'a route that is text',
      { providers: [us], routes: { fast: 'us/x' } },
      "routes.fast: give a list of targets, as ['<provider id>/<model id>'].",
    ],
    [
      'prices in a Map, which has no members',
      { providers: [us], prices: new Map([['m', { input: 1 }]]) },
      '`prices` must be a plain object, and none that a class made.',
    ],
    [
      'a price for no name',
      { providers: [us], prices: { '': { input: 1 } } },
      '`prices.` is not a valid name here: it must not be empty.',
    ],
    [
      'idempotency that is neither off nor configured',
      { providers: [us], idempotency: true },
      '`idempotency` must be false or an object, got true.',
    ],
    [
      'metrics with a fault within',
      { providers: [us], metrics: { maxSeries: 0 } },
      '`metrics.maxSeries` must be at least 1, got 0.',
    ],
    [
      'a soft limit of nothing',
      { providers: [us], budgets: { softLimit: 0 } },
      '`budgets.softLimit` must be more than 0, got 0.',
    ],
    ['no default model', { providers: [us], defaultModel: '' }, '`defaultModel` must not be empty.'],
    [
      'a bulkhead without its size',
      { providers: [us], bulkhead: {} },
      '`bulkhead.maxConcurrentCalls` is missing; it must be a number.',
    ],
    [
      'more attempts than are counted exactly',
      { providers: [us], maxAttempts: 2 ** 60 },
      `\`maxAttempts\` must be at most ${Number.MAX_SAFE_INTEGER}, got ${2 ** 60}.`,
    ],
    ['layers that are none', { providers: [us], use: [7] }, '`use[0]` must be a function.'],
    ['no attempts', { providers: [us], maxAttempts: 0 }, '`maxAttempts` must be at least 1, got 0.'],
    ['half an attempt', { providers: [us], maxAttempts: 1.5 }, '`maxAttempts` must be a whole number, got 1.5.'],
    [
      'a price without a figure',
      { providers: [us], prices: { 'us/x': {} } },
      '`prices.us/x.input` is missing; it must be a number.',
    ],
    [
      'a price below nothing',
      { providers: [us], prices: { 'us/x': { input: -1 } } },
      '`prices.us/x.input` must be at least 0, got -1.',
    ],
    [
      'a misspelt figure',
      { providers: [us], prices: { m: { input: 1, ouput: 2 } } },
      '`prices.m` has no member `ouput`; did you mean `output`?',
    ],
    [
      'a body limit that is none',
      { providers: [us], maxBodyBytes: Number.NaN },
      '`maxBodyBytes` must be a number, got NaN.',
    ],
    [
      'a silence longer than any timer',
      { providers: [us], streams: { keepAliveMs: 2 ** 31 } },
      '`streams.keepAliveMs` must be at most 2147483647, got 2147483648.',
    ],
    [
      'a silence of nothing',
      { providers: [us], streams: { commitAfterMs: 0 } },
      '`streams.commitAfterMs` must be at least 1, got 0.',
    ],
    [
      'a silence that nobody keeps',
      { providers: [us], streams: { pingMs: 1 } },
      '`streams` has no member `pingMs`; there is `commitAfterMs`, `keepAliveMs`, `writeStallMs`.',
    ],
    [
      'time that has passed',
      { providers: [us], timeouts: { totalMs: -1 } },
      '`timeouts.totalMs` must be more than 0, got -1.',
    ],
    [
      'a breaker that would open upon nothing',
      { providers: [us], circuitBreaker: { failureThreshold: 0 } },
      '`circuitBreaker.failureThreshold` must be at least 1, got 0.',
    ],
    [
      'a budget beyond all calls',
      { providers: [us], retry: { budgetPercent: 101 } },
      '`retry.budgetPercent` must be at most 100, got 101.',
    ],
    [
      'a time-out of a route that has passed',
      { providers: [us], routes: { fast: { targets: ['us/nova'], timeouts: { idleMs: 0 } } } },
      'routes.fast.timeouts: `idleMs` must be more than 0, got 0.',
    ],
    [
      'a word that is none',
      { providers: [us], exposeModels: 'al' },
      "`exposeModels`: 'al' is not known; use one of routes, all.",
    ],
    [
      'a default model that nobody serves',
      { providers: [us], defaultModel: 'gpt-9' },
      "defaultModel: The model 'gpt-9' is not known here; use one of: us/<model id>.",
    ],
    [
      'a default model for embeddings that nobody serves',
      { providers: [us], defaultEmbeddingModel: 'ada' },
      "defaultEmbeddingModel: The model 'ada' is not known here; use one of: us/<model id>.",
    ],
    [
      'a target of an unknown provider',
      { providers: [us, eu], routes: { fast: ['us/nova', 'ap/nova'] } },
      "routes.fast[1]: 'ap/nova' is not '<provider id>/<model id>' of a provider here (us, eu).",
    ],
    [
      'a limit that is none',
      { providers: [us], limits: { tiers: { free: { requestsPerMinute: -1 } } } },
      '`limits.tiers.free.requestsPerMinute` must be at least 0, got -1.',
    ],
    [
      'a misspelt limit',
      { providers: [us], limits: { tiers: { free: { requestPerMinute: 1 } } } },
      '`limits.tiers.free` has no member `requestPerMinute`; did you mean `requestsPerMinute`?',
    ],
    [
      'what is no limit store',
      { providers: [us], limits: { store: { reserve: () => {} } } },
      '`limits.store` must be a limit store, such as memoryLimitStore().',
    ],
    [
      'a policy that is none',
      { providers: [us], limits: { onStoreError: 'pass' } },
      "`limits.onStoreError`: 'pass' is not known; use one of local, open, closed.",
    ],
    [
      'no instance',
      { providers: [us], limits: { expectedInstances: 0 } },
      '`limits.expectedInstances` must be at least 1, got 0.',
    ],
    [
      'no time for the store',
      { providers: [us], limits: { storeTimeoutMs: 0 } },
      '`limits.storeTimeoutMs` must be at least 1, got 0.',
    ],
    [
      'no tokens',
      { providers: [us], limits: { defaultMaxTokens: 0 } },
      '`limits.defaultMaxTokens` must be at least 1, got 0.',
    ],
    [
      'no tokens of a route',
      { providers: [us], routes: { fast: { targets: ['us/x'], defaultMaxTokens: 0.5 } } },
      'routes.fast.defaultMaxTokens: must be a whole number of at least 1, got 0.5.',
    ],
    [
      'a target without a model',
      { providers: [us], routes: { fast: ['us/'] } },
      "routes.fast[0]: 'us/' is not '<provider id>/<model id>' of a provider here (us).",
    ],
    [
      'a target that is only a model',
      { providers: [us], routes: { fast: { targets: ['nova'] } } },
      "routes.fast[0]: 'nova' is not '<provider id>/<model id>' of a provider here (us).",
    ],
    ...routeFaultRows,
  ])('says what is wrong with %s, and the remedy', (_, options, fault) => {
    expect(faults(options)).toEqual([fault])
  })

  it.each(['circuitBreaker', 'coolDown', 'retry'])(
    'says how %s is switched off to whoever gives false for it',
    option => {
      const said = `\`${option}\` must be an object: { enabled: false } switches it off.`
      expect(faults({ providers: [us], [option]: false } as never)).toEqual([said])
    },
  )

  it('tells all faults at once, one a line', () => {
    const options = { providers: [us, us, { ...eu, id: 'e u' }], routes: { a: [], b: ['x/y', 'us/z'] } }
    expect(faults(options).map(fault => fault.split(':')[0])).toEqual([
      'providers[1].id',
      'providers[2].id',
      'routes.a',
      'routes.b[0]',
    ])
  })

  it('tells ten faults of the members and no more', () => {
    const tiers = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`t${index}`, 7]))
    expect(faults({ providers: [us], limits: { tiers } })).toHaveLength(10)
  })

  it('finds the way by which routes lead to themselves, and tells each of them', () => {
    const to = (use: string): object => ({ targets: ['us/x'], when: [{ if: { stream: true }, use }] })
    expect(faults({ providers: [us], routes: { in: to('a'), a: to('b'), b: to('c'), c: to('a') } })).toEqual([
      'routes.a.when: it leads back to itself, by a → b → c → a; let one of them end in targets.',
      'routes.b.when: it leads back to itself, by b → c → a → b; let one of them end in targets.',
      'routes.c.when: it leads back to itself, by c → a → b → c; let one of them end in targets.',
    ])
  })

  it('refuses providers that are no list, and says so instead of falling over', () => {
    expect(faults({ providers: undefined })).toEqual(['providers: give at least one, such as openai() or bedrock().'])
    expect(faults({ providers: undefined, routes: { fast: ['us/nova'] } })[0]).toMatch(/^providers: give at least one/)
  })
})

it.each([undefined, null, 'x'])('createGateway(%j) says what it takes', options => {
  expect(faults(options)).toEqual(['createGateway() takes an object: { providers: [openai()] } is enough.'])
})
