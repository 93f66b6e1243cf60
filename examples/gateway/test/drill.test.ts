import { describe, expect, it } from 'vitest'
import type { Config } from '../src/config/config-schema.ts'
import { drillingOf } from '../src/drill/drill-routes.ts'
import type { DrillRow } from '../src/drill/drill-row.ts'
import { appGateway } from '../src/drill/drilled-gateway.ts'
import { runDrill } from '../src/drill/run-drill.ts'
import { planStart } from '../src/plan.ts'
import { type Lies, lyingFront } from './lying-front.ts'
import { temporaryFile } from './run-gateway.ts'

const providers = {
  openai: { type: 'openai', apiKey: { secret: 'env:KEY' } },
  azure: { type: 'openai-compatible', baseURL: 'http://127.0.0.1:9/v1' },
  aws: { type: 'bedrock', region: 'us-east-1' },
}
const key = { key: { secret: 'env:KEY' }, userId: 'ann', rateLimit: { requestsPerMinute: 5, tokensPerMinute: 20_000 } }
const file = {
  providers,
  keys: [key],
  routes: { pair: ['openai/gpt-4o-mini', 'aws/amazon.nova-lite-v1:0'], lone: ['openai/gpt-4o'] },
}

interface Mutation {
  readonly config?: (config: Config) => Config
  readonly lies?: Lies
}

interface Wanted {
  readonly stories?: readonly string[]
  readonly environment?: Record<string, string>
  readonly closeMs?: number
}

/** Drills a configuration, with a gateway that may do otherwise than it says. */
async function drill(contents: object, mutation: Mutation = {}, wanted: Wanted = {}): Promise<readonly DrillRow[]> {
  const MODELGATE_CONFIG = temporaryFile('modelgate.json', JSON.stringify(contents))
  const plan = planStart({ MODELGATE_CONFIG, KEY: 'sk-of-the-user', ...wanted.environment })
  const drilling = drillingOf(plan, undefined)
  const open = appGateway(drilling.plan)
  const { rows } = await runDrill({
    ...drilling,
    stories: wanted.stories && new Set(wanted.stories),
    closeMs: wanted.closeMs,
    async open(order) {
      const gateway = await open({ ...order, config: mutation.config?.(order.config) ?? order.config })
      return mutation.lies ? lyingFront(gateway, mutation.lies) : gateway
    },
  })
  return rows
}

function red(rows: readonly DrillRow[]): string[] {
  return rows.filter(({ ok }) => !ok).map(({ route, story }) => `${route} ${story}`)
}

const quick = [
  'all-well',
  'all-well-stream',
  'first-500',
  'first-html',
  'first-reset',
  'first-exception',
  'first-throttled',
  'own-credentials',
  'breaker',
  'all-dead',
  'all-dead-stream',
  'context-too-long',
  'bad-request',
  'cut-mid-stream',
  'clean-end',
  'noise-mid-stream',
  'client-leaves',
  'rate-limit',
  'token-limit',
]
const some = [
  'all-well',
  'all-well-stream',
  'first-500',
  'first-throttled',
  'breaker',
  'all-dead',
  'context-too-long',
  'bad-request',
  'cut-mid-stream',
  'client-leaves',
]
const onBoth = (...stories: string[]): string[] =>
  ['pair', 'lone'].flatMap(route => stories.map(id => `${route} ${id}`))

describe('a gateway that does what its configuration says', () => {
  it('has no red row, and each row says what its client saw', async () => {
    const rows = await drill(file)
    expect(rows.filter(({ ok }) => !ok)).toEqual([])
    const saw = Object.fromEntries(rows.map(row => [`${row.route} ${row.story}`, row.saw]))
    expect(saw).toMatchObject({
      'pair first-500': 'whole answer',
      'pair first-slow': 'whole stream',
      'lone first-slow': '504 timeout_first_frame',
      'pair all-dead': '502 upstream_unavailable',
      'lone breaker': expect.stringMatching(/^503 circuit_open, Retry-After/),
      'pair cut-mid-stream': 'in-band error stream_interrupted',
      'lone stalled-mid-stream': 'in-band error timeout_idle',
      'pair rate-limit': expect.stringMatching(/^5 whole, then 429 rate_limited, Retry-After \d+$/),
    })
    const failedOver = rows.find(({ route, story }) => route === 'pair' && story === 'first-500')
    expect(failedOver?.upstreamCalls).toEqual({ 'openai/gpt-4o-mini': 1, 'aws/amazon.nova-lite-v1:0': 1 })
  })

  it('has none where somebody chose no retry, no breaker, one attempt or one target: the row says what that means', async () => {
    const chosen = { ...file, maxAttempts: 1, retry: { enabled: false }, circuitBreaker: { enabled: false } }
    const rows = await drill(chosen, {}, { stories: quick })
    expect(rows.filter(({ ok }) => !ok)).toEqual([])
    const means = Object.fromEntries(rows.map(row => [`${row.route} ${row.story}`, row.means]))
    expect(means).toMatchObject({
      'pair first-500': 'client sees 502 upstream_unavailable: maxAttempts is 1, retry is off',
      'lone first-500': 'client sees 502 upstream_unavailable: no second target, retry is off',
      'lone breaker': 'breaker is off: the dead target is asked on',
    })
  })

  it('has none with targets that look alike, strategies, conditions, vectors, unknown models and unknown prices', async () => {
    const routes = {
      twins: ['openai/gpt-4o', 'azure/gpt-4o'],
      weighted: { strategy: 'weighted', targets: [{ target: 'openai/gpt-4o', weight: 3 }, 'azure/gpt-4o'] },
      cheapest: { strategy: 'least-cost', targets: ['openai/gpt-4o', 'openai/gpt-4o-mini'] },
      quickest: { strategy: 'least-latency', targets: ['openai/gpt-4o', 'aws/amazon.nova-lite-v1:0'] },
      own: ['azure/llama-of-ours', 'azure/another-of-ours', 'aws/arn:aws:bedrock:us-east-1:1:imported-model/x'],
      mixed: ['openai/text-embedding-3-small', 'openai/gpt-4o'],
      vectors: ['openai/text-embedding-3-small', 'aws/amazon.titan-embed-text-v2:0'],
      led: { targets: ['openai/gpt-4o'], when: [{ if: { tools: true }, use: ['azure/gpt-4o', 'openai/gpt-4o-mini'] }] },
    }
    const rows = await drill({ ...file, routes }, {}, { stories: some })
    expect(rows.filter(({ ok }) => !ok)).toEqual([])
    expect(new Set(rows.map(({ route }) => route))).toEqual(new Set([...Object.keys(routes), 'led when[0]']))
    const twins = rows.find(({ route, story }) => route === 'twins' && story === 'first-500')
    expect(twins?.upstreamCalls).toEqual({ 'openai/gpt-4o': 1, 'azure/gpt-4o': 1 })
    expect(rows.find(({ route, story }) => route === 'own' && story === 'all-well')?.usd).toBeNull()
  })

  it('has none where the head of a silent stream goes out before its failure is known: that is told in band', async () => {
    const streams = { commitAfterMs: 100 }
    const rows = await drill({ ...file, streams }, {}, { stories: ['first-slow'] })
    expect(rows.map(({ ok, saw }) => [ok, saw])).toEqual([
      [true, 'whole stream'],
      [true, 'in-band error timeout_first_frame'],
    ])
  })

  it('is held to the threshold of the environment, and drilled by target where there are no routes', async () => {
    const environment = { CIRCUIT_BREAKER_FAILURE_THRESHOLD: '2' }
    const rows = await drill({ providers, keys: [key] }, {}, { stories: ['breaker'], environment })
    expect(rows.map(({ route, ok }) => [route, ok])).toEqual([
      ['openai/gpt-4o-mini', true],
      ['azure/gpt-4o-mini', true],
      ['aws/amazon.nova-lite-v1:0', true],
    ])
    expect(rows[0]?.upstreamCalls).toEqual({ 'openai/gpt-4o-mini': 3 })
  })
})

const chat = (content: string): string =>
  JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }] })
const empty = chat('')
const whole = { status: 200, body: chat('Here you are.') }

function replaceHeader(headers: Headers, name: string, value: string): void {
  if (headers.has(name)) headers.set(name, value)
}

function lastAttempt(headers: Headers): string {
  return headers.get('x-modelgate-attempts')?.split(', ').at(-1) ?? ''
}

describe('a gateway that does not', () => {
  it.each<readonly [what: string, mutation: Mutation, rows: readonly string[]]>([
    [
      'asks no target again though retry is on',
      { config: config => ({ ...config, retry: { enabled: false } }) },
      ['lone first-500', 'lone first-html', 'lone first-reset', 'lone first-exception'],
    ],
    [
      'asks no second target though the route has one',
      { config: config => ({ ...config, routes: { ...config.routes, pair: ['openai/gpt-4o-mini'] } }) },
      [
        'pair first-500',
        'pair first-html',
        'pair first-reset',
        'pair first-exception',
        'pair first-throttled',
        'pair own-credentials',
        'pair breaker',
        'pair all-dead',
        'pair all-dead-stream',
        'pair context-too-long',
      ],
    ],
    [
      'has no breaker though it is on',
      { config: config => ({ ...config, circuitBreaker: { enabled: false } }) },
      onBoth('breaker'),
    ],
    [
      'sends [DONE] after an error',
      { lies: { chunk: text => text.replace(/data: \{"error".*\n\n/, event => `${event}data: [DONE]\n\n`) } },
      onBoth('cut-mid-stream', 'clean-end', 'noise-mid-stream'),
    ],
    [
      'answers 200 with nothing in it where it has failed',
      { lies: { replace: status => (status >= 500 ? { status: 200, body: empty } : undefined) } },
      [
        'pair all-dead',
        'pair all-dead-stream',
        'lone own-credentials',
        'lone breaker',
        'lone all-dead',
        'lone all-dead-stream',
      ],
    ],
    [
      'says that nobody should retry',
      { lies: { headers: headers => replaceHeader(headers, 'x-should-retry', 'false') } },
      [
        'pair all-dead',
        'pair all-dead-stream',
        'pair rate-limit',
        'pair token-limit',
        'lone first-throttled',
        'lone breaker',
        'lone all-dead',
        'lone all-dead-stream',
      ],
    ],
    [
      'says no time after a 429',
      { lies: { headers: headers => headers.delete('retry-after') } },
      ['pair rate-limit', 'lone first-throttled'],
    ],
    [
      'tells of one attempt fewer',
      { lies: { headers: headers => replaceHeader(headers, 'x-modelgate-attempts', lastAttempt(headers)) } },
      [
        'pair first-500',
        'pair first-html',
        'pair first-reset',
        'pair first-throttled',
        'pair own-credentials',
        'pair breaker',
        'pair all-dead',
        'pair all-dead-stream',
        'pair context-too-long',
        'lone first-500',
        'lone first-html',
        'lone first-reset',
        'lone breaker',
        'lone all-dead',
        'lone all-dead-stream',
      ],
    ],
  ])('%s: exactly those rows are red', async (_what, mutation, expected) => {
    const stories = quick.filter(story => story !== 'client-leaves')
    expect(red(await drill(file, mutation, { stories })).toSorted()).toEqual([...expected].toSorted())
  })

  it('makes more attempts than it may: exactly the rows where that many fail are red', async () => {
    const promised = { ...file, maxAttempts: 2 }
    const rows = await drill(promised, { config: config => ({ ...config, maxAttempts: 6 }) }, { stories: quick })
    expect(red(rows)).toEqual([
      'pair all-dead',
      'pair all-dead-stream',
      'lone breaker',
      'lone all-dead',
      'lone all-dead-stream',
    ])
    expect(rows.find(({ ok }) => !ok)?.broken).toEqual(['6 upstream calls, maxAttempts is 2'])
  })

  it('reads on when its client has left: that row alone is red', async () => {
    const rows = await drill(
      file,
      { lies: { staysWhenClientLeaves: true } },
      { stories: ['cut-mid-stream', 'client-leaves'], closeMs: 500 },
    )
    expect(red(rows)).toEqual(onBoth('client-leaves'))
  })

  it('lets more calls in than a key may make: that row alone is red', async () => {
    const rows = await drill(
      file,
      { lies: { replace: status => (status === 429 ? whole : undefined) } },
      { stories: ['all-well', 'rate-limit'] },
    )
    expect(red(rows)).toEqual(['pair rate-limit'])
  })

  it('says a lower cost than the usage comes to: every whole answer is red', async () => {
    const lies = { headers: (headers: Headers) => replaceHeader(headers, 'x-modelgate-cost-usd', '0') }
    const rows = await drill(file, { lies }, { stories: ['all-well', 'first-500', 'cut-mid-stream', 'all-dead'] })
    expect(red(rows)).toEqual(onBoth('all-well', 'first-500'))
  })

  it('says that a broken stream cost nothing: those rows are red', async () => {
    const lies = { chunk: (text: string) => text.replace(/"costUsd":[^,}]+/g, '"costUsd":0') }
    const rows = await drill(file, { lies }, { stories: ['all-well', 'cut-mid-stream', 'all-dead'] })
    expect(red(rows)).toEqual(onBoth('cut-mid-stream'))
  })
})

describe('a target that is called by an inference profile', () => {
  it('is drilled by its profile, which no row looks for', async () => {
    const contents = { ...file, routes: { bare: ['aws/meta.llama3-2-1b-instruct-v1:0', 'openai/gpt-4o-mini'] } }
    const rows = await drill(contents, {}, { stories: ['all-well', 'first-500', 'all-dead'] })
    expect(rows).toHaveLength(3)
    expect(red(rows)).toEqual([])
  })
})
