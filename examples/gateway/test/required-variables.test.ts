import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { openTestDynamoDb } from '../../../packages/aws/test/support/dynamodb.ts'
import { runTables } from '../src/cli/run-tables.ts'
import { formatPath } from '../src/config/config-fault.ts'
import { readConfiguration } from '../src/config/configuration.ts'
import { variables } from '../src/config/variables.ts'
import type { Environment } from '../src/environment.ts'
import { planStart } from '../src/plan.ts'
import { type App, startApp } from '../src/start-app.ts'
import { bodiesSeen, postChat, requestsSeen, setFaults } from './chat-over-http.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { runGateway, runSimulator, temporaryFile } from './run-gateway.ts'

const apps: App[] = []
afterAll(() => Promise.all(apps.map(app => app.close())))

async function started(environment: Environment): Promise<App> {
  const app = await startApp({ PORT: '0', ...environment }, () => undefined)
  apps.push(app)
  return app
}

async function statusOf(app: App, body: object, headers: Record<string, string> = {}): Promise<number> {
  const response = await postChat(`${app.url}/v1/chat/completions`, body, headers)
  await response.text()
  return response.status
}

async function modelsOf({ url }: App): Promise<string[]> {
  const response = await fetch(`${url}/v1/models`, { headers: { 'X-API-Key': 'sk-test123456789abcdef' } })
  return ((await response.json()) as { data: { id: string }[] }).data.map(({ id }) => id)
}

const geo = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const bare = 'anthropic.claude-3-sonnet-20240229-v1:0'
const credentials = { AWS_ACCESS_KEY_ID: 'AKIAMINE000000000000', AWS_SECRET_ACCESS_KEY: 'my-secret-key' }

/** A live gateway as a process, since the SDK's variables are the process's, before a simulator that takes only these credentials. */
async function answersOf(environment: Record<string, string>): Promise<{ status: number; authorization: string }> {
  await using simulator = await runSimulator({ SIMULATOR_CREDENTIALS: 'AKIAMINE000000000000:my-secret-key' })
  await using gateway = await runGateway({
    UPSTREAM: 'live',
    MODELGATE_API_KEY: 'a-key-of-mine',
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: simulator.url,
    ...environment,
  })
  const { status } = await postChat(
    `${gateway.url}/v1/chat/completions`,
    { model: 'bedrock/amazon.nova-lite-v1:0' },
    { 'X-API-Key': 'a-key-of-mine' },
  )
  const seen = await globalThis.fetch(`${simulator.url}/_simulator/requests`)
  const [request] = (await seen.json()) as { headers: Record<string, string> }[]
  return { status, authorization: request?.headers.authorization ?? '' }
}

/** Each variable that the requirements name, what it does, and the same shown. */
const required: Readonly<Record<string, readonly [does: string, shown: () => Promise<void>]>> = {
  ENVIRONMENT: [
    'stands in the names of tables',
    async () => {
      expect(planStart({ ENVIRONMENT: 'prod' }).settings.requestLogTable).toBe('ai-gateway-prod-request-analytics')
      await using db = await openTestDynamoDb('unused')
      Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' })
      const printed: string[] = []
      const args = ['create', '--endpoint', db.endpoint, '--region', 'us-east-1']
      await runTables(args, {
        print: line => printed.push(line),
        tell: () => undefined,
        environment: { ENVIRONMENT: 'prod' },
      })
      delete process.env.AWS_ACCESS_KEY_ID
      delete process.env.AWS_SECRET_ACCESS_KEY
      expect(printed).toContainEqual(expect.stringMatching(/^ai-gateway-prod-limits: created/))
    },
  ],
  CDK_DEFAULT_REGION: [
    'is the region where AWS_REGION says none',
    async () => {
      const { authorization } = await answersOf({ ...credentials, CDK_DEFAULT_REGION: 'eu-west-3' })
      expect(authorization).toContain('/eu-west-3/bedrock/')
      expect(planStart({ AWS_REGION: 'us-west-2', CDK_DEFAULT_REGION: 'eu-west-3' }).config.region).toBe('us-west-2')
    },
  ],
  AWS_REGION: [
    'is the region of Bedrock; us-east-1 without it',
    async () => {
      expect((await answersOf({ ...credentials, AWS_REGION: 'eu-central-1' })).authorization).toContain(
        '/eu-central-1/',
      )
      expect((await answersOf(credentials)).authorization).toContain('/us-east-1/')
    },
  ],
  AWS_ACCESS_KEY_ID: [
    'signs calls to Bedrock',
    async () => {
      const { status, authorization } = await answersOf(credentials)
      expect(status).toBe(200)
      expect(authorization).toContain('Credential=AKIAMINE000000000000/')
    },
  ],
  AWS_SECRET_ACCESS_KEY: [
    'signs calls to Bedrock, which refuses another',
    async () => expect((await answersOf({ ...credentials, AWS_SECRET_ACCESS_KEY: 'wrong' })).status).toBe(502),
  ],
  DEFAULT_MODEL: [
    'answers a request that names no model',
    async () => {
      const response = await postChat(
        `${(await started({ DEFAULT_MODEL: 'openai/gpt-4o' })).url}/v1/chat/completions`,
        {
          model: undefined,
        },
      )
      expect(response.headers.get('x-modelgate-model')).toMatch(/^gpt-4o/)
      await response.text()
    },
  ],
  DEFAULT_EMBEDDING_MODEL: [
    'answers a request for embeddings that names no model',
    async () => {
      const app = await started({ DEFAULT_EMBEDDING_MODEL: 'bedrock/cohere.embed-multilingual-v3' })
      const response = await postChat(`${app.url}/v1/embeddings`, { model: undefined, messages: undefined, input: 'x' })
      expect(response.headers.get('x-modelgate-model')).toBe('cohere.embed-multilingual-v3')
      await response.text()
    },
  ],
  ENABLE_CROSS_REGION_INFERENCE: [
    "calls a bare id by its region's profile",
    async () => {
      const asked: string[] = []
      for (const flag of ['true', 'false']) {
        const app = await started({ ENABLE_CROSS_REGION_INFERENCE: flag })
        expect(await statusOf(app, { model: bare })).toBe(200)
        asked.push(...(await requestsSeen(app.simulator)).filter(request => request.startsWith('converse')))
      }
      expect(asked).toEqual([`converse us.${bare}`, `converse ${bare}`])
    },
  ],
  ENABLE_APPLICATION_INFERENCE_PROFILES: [
    "lists an account's own profiles and takes their names",
    async () => {
      const [on, off] = await Promise.all(
        ['true', 'false'].map(text => started({ ENABLE_APPLICATION_INFERENCE_PROFILES: text })),
      )
      const named = { model: 'bedrock/team-support' }
      expect([await statusOf(on!, named), await statusOf(off!, named)]).toEqual([200, 404])
      expect((await modelsOf(on!)).some(id => id.includes('application-inference-profile'))).toBe(true)
      expect((await modelsOf(off!)).some(id => id.includes('application-inference-profile'))).toBe(false)
    },
  ],
  ENABLE_PROMPT_CACHING: [
    'marks prompts for the cache',
    async () => {
      const app = await started({ ENABLE_PROMPT_CACHING: 'true' })
      expect(await statusOf(app, { model: geo })).toBe(200)
      expect((await bodiesSeen(app.simulator)).join()).toContain('"cachePoint"')
    },
  ],
  OPENAI_PROVIDER_ENABLED: [
    'leaves OpenAI out where it is false',
    async () => {
      const app = await started({ OPENAI_PROVIDER_ENABLED: 'false' })
      expect(await statusOf(app, { model: 'openai/gpt-4o' })).toBe(404)
      const response = await postChat(`${app.url}/v1/chat/completions`, { model: 'fast' })
      expect(response.headers.get('x-modelgate-provider')).toBe('bedrock')
      await response.text()
    },
  ],
  RATE_LIMIT_FREE_TIER_RPM: [
    'is how often a minute a key of the tier free may call',
    async () => {
      const file = temporaryFile(
        'c.json',
        '{ "keys": [{ "keyHash": "", "tier": "free" }] }'.replace('""', `"${keyHash}"`),
      )
      const app = await started({ RATE_LIMIT_FREE_TIER_RPM: '2', MODELGATE_CONFIG: file })
      const ask = () => statusOf(app, { model: 'fast' }, { 'X-API-Key': 'a-free-key-1' })
      expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429])
    },
  ],
  CIRCUIT_BREAKER_FAILURE_THRESHOLD: [
    'is how many failures one after another open a breaker',
    async () => {
      const app = await started({ CIRCUIT_BREAKER_FAILURE_THRESHOLD: '1' })
      await setFaults(app.simulator, [{ match: { operation: 'chat' }, fault: { kind: 'status', status: 500 } }])
      const codes: string[] = []
      for (let call = 0; call < 2; call += 1) {
        const answer = await postChat(`${app.url}/v1/chat/completions`, { model: 'openai/gpt-4o' })
        codes.push(((await answer.json()) as { error: { code: string } }).error.code)
      }
      expect(codes).toEqual(['upstream_unavailable', 'circuit_open'])
    },
  ],
  API_KEY_TABLE_NAME: [
    'is where keys are looked up, so that without its table a key that is unknown is nobody’s to refuse',
    async () => {
      // remote-keys.test.ts opens doors with keys in a table.
      const app = await started({ API_KEY_TABLE_NAME: 'ai-gateway-dev-api-keys', AWS_REGION: 'us-east-1' })
      expect(await statusOf(app, { model: 'fast' })).toBe(503)
    },
  ],
}
const keyHash = (await import('node:crypto')).hash('sha256', 'a-free-key-1')

describe('a variable that the requirements name', () => {
  const named =
    'ENVIRONMENT CDK_DEFAULT_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION DEFAULT_MODEL ENABLE_CROSS_REGION_INFERENCE ENABLE_APPLICATION_INFERENCE_PROFILES ENABLE_PROMPT_CACHING API_KEY_TABLE_NAME OPENAI_PROVIDER_ENABLED RATE_LIMIT_FREE_TIER_RPM CIRCUIT_BREAKER_FAILURE_THRESHOLD'.split(
      ' ',
    )

  it.each(named)('%s does what it is for', { timeout: 60_000 }, async name => {
    const row = required[name]
    if (!row) throw new Error(`No effect of ${name} is shown.`)
    await row[1]()
  })
})

describe('every variable of the app', () => {
  it.each(variables)('$name stands for its option, as its example says', ({ name, path, example }) => {
    // A member of a store says nothing without the store.
    const ofStore = path[0] === 'store' && path.length > 1
    const value = ofStore ? { store: { type: 'dynamodb', tableName: 'ai-gateway-dev-limits' } } : {}
    const file = { value, sourceOf: () => ({ kind: 'default' }) as const }
    const { configuration, faults } = readConfiguration({ file, environment: { [name]: example } })
    expect(faults).toEqual([])
    const sources = [...(configuration?.sources ?? [])].filter(([, source]) => source.kind === 'environment')
    expect(sources.length).toBeGreaterThan(0)
    for (const [option, source] of sources) {
      expect(option.startsWith(formatPath(path))).toBe(true)
      expect(source).toEqual({ kind: 'environment', name })
    }
  })

  it('is in the documents', () => {
    const text = readFileSync(`${import.meta.dirname}/../../../docs/configuration.md`, 'utf8')
    expect(variables.map(({ name }) => name).filter(name => !text.includes(`\`${name}\``))).toEqual([])
  })
})
