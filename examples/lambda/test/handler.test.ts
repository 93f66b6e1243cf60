import type { LambdaStreamHandler } from '@modelgate/aws/lambda'
import { functionUrlEvent, installLambdaShim } from '@modelgate/aws/lambda/testing'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openTestSecretsManager, type TestSecretsManager } from '../../../packages/aws/test/support/secrets-manager.ts'

let simulator: Simulator
let secrets: TestSecretsManager
beforeAll(async () => {
  simulator = await startSimulator()
  secrets = await openTestSecretsManager({
    AWSCURRENT: '{"api_key":"the-new-key"}',
    AWSPREVIOUS: '{"api_key":"the-old-key"}',
  })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await simulator.close()
  await secrets[Symbol.asyncDispose]()
})

/** The function as the stack's environment starts it; a call of it, to its end. */
async function answered(key: string, path: string, body: object): Promise<{ status: number; text: string }> {
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_BEARER_TOKEN_BEDROCK', 'MODELGATE_API_KEY']) {
    vi.stubEnv(name, undefined)
  }
  const environment = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: simulator.credential.accessKeyId,
    AWS_SECRET_ACCESS_KEY: simulator.credential.secretAccessKey,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: simulator.url,
    AWS_ENDPOINT_URL_BEDROCK: simulator.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    API_KEY_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:key-AbCdEf',
    DEFAULT_MODEL: 'anthropic.claude-3-sonnet-20240229-v1:0',
    DEFAULT_EMBEDDING_MODEL: 'cohere.embed-multilingual-v3',
    ENABLE_CROSS_REGION_INFERENCE: 'true',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  vi.resetModules()
  using shim = installLambdaShim()
  const { handler } = (await import('../src/handler.ts')) as { readonly handler: LambdaStreamHandler }
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const invocation = shim.invoke(handler, functionUrlEvent({ path, headers, body }))
  const { statusCode } = await invocation.prelude
  let text = ''
  for await (const piece of invocation.pieces()) text += new TextDecoder().decode(piece)
  await invocation.returned
  return { status: statusCode, text }
}

const chat = { stream: true, messages: [{ role: 'user', content: 'Say exactly: so' }] }

it.each(['the-new-key', 'the-old-key'])('takes %s from the secret, and streams', async key => {
  const { status, text } = await answered(key, '/v1/chat/completions', chat)
  expect(status).toBe(200)
  expect(text).toMatch(/data: \[DONE\]\n\n$/)
})

it('streams a response of the Responses API', async () => {
  const asked = { stream: true, input: 'Say exactly: so' }
  const { status, text } = await answered('the-new-key', '/v1/responses', asked)
  expect(status).toBe(200)
  expect(text).toMatch(/event: response\.completed\ndata: .*"text":"so".*\n\n$/)
})

it('lets nobody else in', async () => {
  expect(await answered('another', '/v1/chat/completions', chat)).toMatchObject({ status: 401 })
})

it('calls the models of the stack’s environment, a chat’s by its region’s profile', async () => {
  simulator.reset()
  await answered('the-new-key', '/v1/chat/completions', chat)
  const { status, text } = await answered('the-new-key', '/v1/embeddings', { input: 'a text' })
  expect({ status, text }).toMatchObject({
    status: 200,
    text: expect.stringContaining('"object":"embedding"'),
  })
  const paths = simulator.requests().map(({ path }) => decodeURIComponent(path))
  expect(paths.some(path => path.includes('/model/eu.anthropic.claude-3-sonnet-20240229-v1:0/'))).toBe(true)
  expect(paths.some(path => path.includes('/model/cohere.embed-multilingual-v3/'))).toBe(true)
})
