import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { BufferedHandler, ProxyResult } from '@modelgate/aws/lambda'
import { albEvent, type SentRequest } from '@modelgate/aws/lambda/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type SimulatedAws, startSimulatedAws } from '../src/image/simulated-aws.ts'

const run = promisify(execFile)
const key = 'the-key-in-the-secret'
const sonnet = 'anthropic.claude-3-sonnet-20240229-v1:0'
const cached = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'

let aws: SimulatedAws
beforeAll(async () => {
  aws = await startSimulatedAws(key)
})
beforeEach(() => aws.simulator.reset())
afterAll(async () => {
  vi.unstubAllEnvs()
  await aws[Symbol.asyncDispose]()
})

/** The function as it starts with an environment; its way to call it. */
async function started(
  environment: Readonly<Record<string, string>>,
): Promise<(sent: SentRequest) => Promise<ProxyResult>> {
  vi.unstubAllEnvs()
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_BEARER_TOKEN_BEDROCK']) vi.stubEnv(name, undefined)
  const all = {
    ...aws.variables,
    ApiKeySecretArn: aws.secrets.arn,
    ...environment,
  }
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value)
  vi.resetModules()
  const { handler } = (await import('../src/handler.ts')) as { handler: BufferedHandler }
  return sent => handler(albEvent(sent), { awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 })
}

const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
const messages = [{ role: 'user', content: 'Say exactly: so' }]
const chat = (more: object = {}): SentRequest => ({
  path: '/v1/chat/completions',
  headers,
  body: { messages, ...more },
})

describe('the function behind a load balancer', () => {
  it('takes the key in the secret, and no other', async () => {
    const call = await started({})
    expect(await call(chat())).toMatchObject({ statusCode: 200, body: expect.stringContaining('"content":"so"') })
    const other = { ...chat(), headers: { ...headers, authorization: 'Bearer other' } }
    expect(await call(other)).toMatchObject({ statusCode: 401 })
  })

  it('answers a stream whole', async () => {
    const { headers: answered, body } = await (await started({}))(chat({ stream: true }))
    expect(answered?.['content-type']).toContain('text/event-stream')
    expect(body).toMatch(/data: \[DONE\]\n\n$/)
  })

  it('answers the Responses API, a stream whole', async () => {
    const asked = { path: '/v1/responses', headers, body: { input: 'Say exactly: so', stream: true } }
    const { statusCode, body } = await (await started({}))(asked)
    expect(statusCode).toBe(200)
    expect(body).toMatch(/event: response\.completed\ndata: .*"text":"so".*\n\n$/)
  })

  it('does what each of its variables is for', async () => {
    const off = await started({
      DEFAULT_MODEL: sonnet,
      DEFAULT_EMBEDDING_MODEL: 'amazon.titan-embed-text-v2:0',
      ENABLE_CROSS_REGION_INFERENCE: 'false',
      ENABLE_APPLICATION_INFERENCE_PROFILES: 'false',
    })
    const modelOf = ({ body }: ProxyResult): string | undefined => (JSON.parse(body) as { model?: string }).model
    expect(modelOf(await off(chat()))).toBe(sonnet)
    expect(modelOf(await off({ path: '/v1/embeddings', headers, body: { input: 'x' } }))).toContain('titan-embed')
    expect((await off(chat({ model: 'bedrock/team-support' }))).statusCode).not.toBe(200)
    expect(aws.simulator.requests().some(({ body }) => JSON.stringify(body).includes('cachePoint'))).toBe(false)

    const on = await started({ DEFAULT_MODEL: sonnet, ENABLE_PROMPT_CACHING: 'true' })
    expect(modelOf(await on(chat()))).toBe(`us.${sonnet}`)
    expect(modelOf(await on(chat({ model: 'bedrock/team-support' })))).toContain(':application-inference-profile/')
    expect((await on(chat({ model: cached }))).statusCode).toBe(200)
    expect(aws.simulator.requests().some(({ body }) => JSON.stringify(body).includes('cachePoint'))).toBe(true)
  })

  it('is bundled to at most 600 KB, for which Lambda has the SDK', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'modelgate-alb-'))
    const bundle = join(directory, 'handler.mjs')
    await run(process.execPath, [join(import.meta.dirname, '../build.mjs'), bundle])
    const files = (await readdir(directory, { recursive: true })).filter(name => name.endsWith('.mjs'))
    const source = (await Promise.all(files.map(name => readFile(join(directory, name), 'utf8')))).join('\n')
    const loaded = run(process.execPath, [bundle], { cwd: directory, env: { PATH: process.env.PATH } })
    await expect(loaded).rejects.toThrow('API_KEY_SECRET_ARN: set it')
    await rm(directory, { recursive: true })
    expect(source.length).toBeLessThan(600 * 1024)
    expect(source).not.toMatch(/BedrockRuntimeClient|class SecretsManagerClient/)
  })
})
