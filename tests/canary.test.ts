import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { type FaultRule, type Simulator, startSimulator } from '@modelgate/simulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Running, runGateway, runToEnd, temporaryFile } from '../examples/gateway/test/run-gateway.ts'
import { type Leak, leaksIn } from './setup/canaries.ts'
import { type Lane, lanes } from './setup/fault-rig.ts'
import { faultTable } from './setup/fault-table.ts'

/** Each has a form of its own, so that one redactor's pattern does not hide all. */
const planted = {
  openaiKey: 'sk-proj-canaryopenai7Qm2Vd8Xk4Lp9Rt6',
  awsKeyId: 'AKIACANARYKEYID23456',
  awsSecret: 'canarySecret/wJalrXUtnFEMI+K7MDENGbPxRf',
  callerKey: 'sk-canary-caller-5Zt8Wn3Yb6',
  adminKey: 'canary-admin-key-2Hs9Gd4Jf7',
  wrongKey: 'canary-wrong-key-8Kd3Mf6Pq1',
  callerAwsKeyId: 'AKIACALLERCANARY2345',
  callerAwsSecret: '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',
  prompt: 'the pelican wears a turquoise monocle on thursdays',
  completion: 'quokkas prefer vermilion typewriters in the drizzle',
}
const { prompt, completion, ...secrets } = planted

interface Scene extends AsyncDisposable {
  readonly gateway: Running
  readonly simulator: Simulator
  /** All that came out of the gateway but answers that a caller was meant to have, by where it came out. */
  readonly seen: () => Readonly<Record<string, string>>
  readonly note: (where: string, what: string) => void
}

async function openScene(more: object = {}): Promise<Scene> {
  const simulator = await startSimulator({
    credentials: [{ accessKeyId: planted.awsKeyId, secretAccessKey: planted.awsSecret }],
    openaiKeys: [planted.openaiKey],
  })
  const notes = new Map<string, string>()
  const note = (where: string, what: string): void => void notes.set(where, `${notes.get(where) ?? ''}\n${what}`)
  const collector = createServer(async (request, response) => {
    note(`otlp ${request.url}`, JSON.stringify(request.headers) + (await text(request)))
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => collector.once('listening', resolve))
  const address = collector.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const log = temporaryFile('calls.jsonl', '')
  const config = {
    providers: {
      openai: { type: 'openai', baseURL: simulator.openaiBaseUrl, apiKey: { secret: 'env:OPENAI_KEY' } },
      bedrock: { type: 'bedrock', region: 'us-east-1', endpoint: simulator.url },
    },
    keys: [
      { key: { secret: 'env:CALLER_KEY' }, tenant: 'team' },
      { key: { secret: 'env:ADMIN_KEY' }, permissions: ['completions', 'health', 'admin'] },
    ],
    timeouts: { firstFrameMs: 600, idleMs: 600, totalMs: 1_200 },
    retry: { enabled: false },
    circuitBreaker: { enabled: false },
    ...more,
  }
  const gateway = await runGateway(
    {
      MODELGATE_CONFIG: temporaryFile('c.json', JSON.stringify(config)),
      OPENAI_KEY: planted.openaiKey,
      CALLER_KEY: planted.callerKey,
      ADMIN_KEY: planted.adminKey,
      AWS_ACCESS_KEY_ID: planted.awsKeyId,
      AWS_SECRET_ACCESS_KEY: planted.awsSecret,
      LOG_FORMAT: 'json',
      LOG_LEVEL: 'debug',
      METRICS: 'emf',
      CALLER_CREDENTIALS: 'with-key',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      REQUEST_LOG: `file:${log}`,
    },
    120_000,
  )
  return {
    gateway,
    simulator,
    note,
    seen: () => ({
      ...Object.fromEntries(notes),
      stdout: gateway.stdout(),
      stderr: gateway.stderr(),
      'request log': readFileSync(log, 'utf8'),
    }),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      collector.closeAllConnections()
      collector.close()
      await simulator.close()
    },
  }
}

interface Asked {
  readonly body?: unknown
  readonly key?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A request, of whose answer everything is noted that is no completion: status, headers, errors also in the midst of a stream. */
async function ask(
  { gateway, note }: Scene,
  path: string,
  { body, key = planted.callerKey, headers }: Asked,
): Promise<void> {
  const init =
    body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }
  try {
    const answer = await fetch(gateway.url + path, {
      ...init,
      headers: { 'content-type': 'application/json', 'x-api-key': key, ...headers },
    })
    note(`headers of ${path}`, JSON.stringify([...answer.headers]))
    const said = await answer.text()
    if (answer.status !== 200 || init.method === undefined) return note(`${answer.status} of ${path}`, said)
    for (const line of said.split('\n')) if (line.includes('"error"')) note(`error event of ${path}`, line)
  } catch (error) {
    note('broken answers', String(error))
  }
}

const callerHeaders = {
  'x-aws-access-key-id': planted.callerAwsKeyId,
  'x-aws-secret-access-key': planted.callerAwsSecret,
  'x-provider': 'bedrock',
}

/** Takes back the rest of a fault, and ends what a target's failures brought upon it: the next fault must strike, too. */
async function afresh(scene: Scene, rules: readonly FaultRule[]): Promise<void> {
  scene.simulator.setFaults(rules)
  await ask(scene, '/api/v1/admin/targets/reset', { body: {}, key: planted.adminKey })
}

async function chat(scene: Scene, lane: Lane, stream: boolean): Promise<void> {
  const messages = [{ role: 'user', content: `${prompt}. Say exactly: ${completion}` }]
  const model = `${lane === 'OpenAI' ? 'openai' : 'bedrock'}/${lanes[lane]}`
  await ask(scene, '/v1/chat/completions', {
    body: { model, messages, stream },
    headers: { cookie: `session=${planted.wrongKey}` },
  })
}

const cells = (Object.keys(lanes) as Lane[]).flatMap(lane => [false, true].map(stream => ({ lane, stream })))

/** Those that look alike on all lanes strike all at once; the others one after another. */
async function everyFault(scene: Scene): Promise<number> {
  let calls = 0
  for (const { fault } of Object.values(faultTable).flat()) {
    if (typeof fault !== 'function') {
      await afresh(scene, [{ fault, match: { times: cells.length } }])
      await Promise.all(cells.map(({ lane, stream }) => chat(scene, lane, stream)))
    } else {
      for (const { lane, stream } of cells) {
        await afresh(scene, [{ fault: fault({ lane, mode: stream ? 'stream' : 'completion' }), match: { times: 1 } }])
        await chat(scene, lane, stream)
      }
    }
    calls += cells.length
  }
  await afresh(scene, [])
  return calls
}

async function everyWrongRequest(scene: Scene): Promise<void> {
  const { wrongKey } = planted
  const path = '/v1/chat/completions'
  const good = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: prompt }] }
  await ask(scene, path, { body: good, key: wrongKey })
  await ask(scene, path, { body: good, key: '', headers: { authorization: `Bearer ${wrongKey}` } })
  await ask(scene, path, { body: good, key: '', headers: { authorization: `Basic ${wrongKey}` } })
  await ask(scene, path, { body: `{"messages": "${prompt}` })
  await ask(scene, path, { body: { ...good, messages: prompt } })
  await ask(scene, path, { body: { ...good, messages: [{ role: 'user', content: { text: prompt } }] } })
  await ask(scene, path, { body: { ...good, model: 'nobody/has-it' } })
  await ask(scene, '/v1/embeddings', { body: { model: 'nobody/has-it', input: prompt } })
  await ask(scene, `/v1/nothing`, { body: good })
  for (const model of [lanes.Bedrock, good.model]) {
    await ask(scene, path, { body: { ...good, model }, headers: callerHeaders })
    await ask(scene, path, { body: { ...good, model, stream: true }, headers: callerHeaders })
  }
}

async function everyAdminAnswer(scene: Scene): Promise<void> {
  for (const path of [
    '/health',
    '/api/v1/health',
    '/api/v1/health/detailed',
    '/api/v1/admin/config',
    '/api/v1/admin/metrics',
    '/api/v1/admin/metrics?scope=fleet',
    '/api/v1/admin/requests/none',
    '/api/v1/admin/keys',
    '/metrics',
    '/openapi.json',
    '/v1/models',
  ]) {
    for (const key of [planted.adminKey, planted.callerKey, planted.wrongKey]) await ask(scene, path, { key })
  }
}

let scene: Scene
let calls = 0
beforeAll(async () => {
  scene = await openScene()
  calls = await everyFault(scene)
  await everyWrongRequest(scene)
  await Promise.all(cells.map(({ lane, stream }) => chat(scene, lane, stream)))
  await everyAdminAnswer(scene)
  scene.gateway.kill('SIGTERM')
  await scene.gateway.exited
}, 180_000)
afterAll(() => scene[Symbol.asyncDispose]())

describe('with debug logs, metrics, spans and the request log on, over every fault', () => {
  it('nothing planted comes out anywhere', () => {
    expect(leaksIn(scene.seen(), planted)).toEqual([])
  })

  it('and there was something to look through, in every place', () => {
    const seen = scene.seen()
    expect(calls).toBe(Object.values(faultTable).flat().length * cells.length)
    const records = seen['request log']?.split('\n').filter(Boolean) ?? []
    expect(records.length).toBeGreaterThanOrEqual(calls)
    // A target that rests after a fault would hide the faults that come then.
    const codes = new Set(records.map(record => (JSON.parse(record) as { errorCode: string | null }).errorCode))
    expect([...codes]).toEqual(
      expect.arrayContaining([
        null,
        'timeout_idle',
        'stream_interrupted',
        'upstream_auth_failed',
        'upstream_bad_response',
        'upstream_rate_limited',
        'upstream_unavailable',
      ]),
    )
    expect(scene.simulator.requests().length).toBeGreaterThan(calls * 0.9)
    expect(seen.stdout).toContain('"CloudWatchMetrics"')
    expect(seen.stderr).toContain('"level":"debug"')
    for (const place of ['otlp /v1/traces', 'otlp /v1/metrics', '200 of /metrics', '200 of /api/v1/admin/config']) {
      expect(seen[place]?.length, place).toBeGreaterThan(200)
    }
    for (const place of [
      '401 of /v1/chat/completions',
      '502 of /v1/chat/completions',
      'error event of /v1/chat/completions',
    ]) {
      expect(seen[place], place).toBeDefined()
    }
  })
})

it('prompts and completions come out in the request log alone where content is asked for, and secrets in none', async () => {
  await using asked = await openScene({ logContent: true })
  await Promise.all(cells.map(({ lane, stream }) => chat(asked, lane, stream)))
  await everyAdminAnswer(asked)
  asked.gateway.kill('SIGTERM')
  await asked.gateway.exited
  const places = (names: object): string[] => [...new Set(leaksIn(asked.seen(), names).map(({ where }: Leak) => where))]
  expect(places({ prompt, completion })).toEqual(['request log'])
  expect(places(secrets)).toEqual([])
}, 60_000)

it('a faulty configuration is told without what is secret in it', async () => {
  const { openaiKey, callerKey, awsSecret, adminKey } = planted
  const file = temporaryFile(
    'c.json',
    JSON.stringify({
      providers: { a: { type: 'openai', apiKey: { secret: openaiKey } }, b: { type: 'openai', apiKey: [openaiKey] } },
      keys: [{ key: callerKey, keyHash: callerKey }, { key: { secret: callerKey } }, { key: callerKey, tier: 'none' }],
      store: { type: 'redis', url: { secret: [awsSecret] } },
      apiKey: 5,
    }),
  )
  const { code, stdout, stderr } = await runToEnd({
    MODELGATE_CONFIG: file,
    MODELGATE_API_KEY: `${adminKey} with spaces`,
    REDIS_URL: `http://:${awsSecret}@nowhere`,
    LOG_FORMAT: 'json',
    LOG_LEVEL: 'debug',
  })
  expect(code).toBe(2)
  expect(stderr.trim().split('\n').length).toBeGreaterThan(5)
  expect(leaksIn({ stdout, stderr }, secrets)).toEqual([])
})

describe('the search for leaks', () => {
  const secret = planted.awsSecret
  it.each([
    ['as it is', `x ${secret} y`],
    ['the half of it', `cut ${secret.slice(0, 20)}…`],
    ['in base64', Buffer.from(`a${secret}`).toString('base64')],
    ['in a URL', `https://x.test/?k=${encodeURIComponent(secret)}`],
    ['in JSON of JSON', JSON.stringify(JSON.stringify({ secret }))],
    ['in hexadecimal digits', Buffer.from(secret).toString('hex')],
  ])('finds one %s', (_form, leaked) => {
    expect(leaksIn({ log: `before\n${leaked}\nafter` }, planted)).toContainEqual({ what: 'awsSecret', where: 'log' })
  })

  it('finds one that is planted in what came out', () => {
    expect(leaksIn({ ...scene.seen(), 'one more': `failed: ${prompt}` }, planted)).toEqual([
      { what: 'prompt', where: 'one more' },
    ])
  })
})
