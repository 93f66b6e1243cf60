import type { LambdaStreamHandler } from '@modelgate/aws/lambda'
import { functionUrlEvent, installLambdaShim, type SentRequest } from '@modelgate/aws/lambda/testing'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  openTestSecretsManager,
  type TestSecretsManager,
} from '../../../../packages/aws/test/support/secrets-manager.ts'
import { functionVariables } from '../../../../tests/infra/function-variables.ts'
import { loadSdk } from '../../../../tests/infra/load-sdk.ts'
import { synthesised } from './synthesised.ts'

const key = 'the-key-in-the-secret'
let simulator: Simulator
let secrets: TestSecretsManager
beforeAll(async () => {
  simulator = await startSimulator()
  secrets = await openTestSecretsManager({ AWSCURRENT: JSON.stringify({ api_key: key }) })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await simulator.close()
  await secrets[Symbol.asyncDispose]()
})

/** The function as it starts with a template's variables; its way to call it. */
async function started(context: Readonly<Record<string, string>>) {
  vi.unstubAllEnvs()
  const ofLambda = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: simulator.credential.accessKeyId,
    AWS_SECRET_ACCESS_KEY: simulator.credential.secretAccessKey,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: simulator.url,
    AWS_ENDPOINT_URL_BEDROCK: simulator.url,
    AWS_ENDPOINT_URL_S3: simulator.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
  }
  const own = ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_BEARER_TOKEN_BEDROCK', 'MODELGATE_API_KEY']
  for (const name of own) vi.stubEnv(name, undefined)
  const variables = functionVariables(synthesised(context).staging.toJSON())
  for (const [name, value] of Object.entries({ ...ofLambda, ...variables })) vi.stubEnv(name, value)
  await loadSdk(secrets.endpoint)
  const shim = installLambdaShim()
  // Under a name of its own, since it reads its variables as it is loaded.
  const file = `../../src/handler.ts?${JSON.stringify(context)}`
  const { handler } = (await import(file)) as { readonly handler: LambdaStreamHandler }
  shim.uninstall()
  return async (sent: SentRequest) => {
    const headers = { authorization: `Bearer ${key}`, ...sent.headers }
    const invocation = shim.invoke(handler, functionUrlEvent({ ...sent, headers }))
    const { statusCode } = await invocation.prelude
    const text = await invocation.text()
    await invocation.returned
    return { status: statusCode, text }
  }
}

const json = { 'content-type': 'application/json' }
const question = { role: 'user', content: 'Say exactly: so' }

describe('the function with the variables of its template', () => {
  it.each([{}, { packaging: 'zip', crossRegion: 'false' }, { batch: 'true' }])('answers: %o', async context => {
    const call = await started(context)
    const chat = { path: '/v1/chat/completions', headers: json, body: { messages: [question] } }
    expect(await call(chat)).toMatchObject({ status: 200, text: expect.stringContaining('"content":"so"') })
    expect(await call({ ...chat, headers: { ...json, authorization: 'Bearer another' } })).toMatchObject({
      status: 401,
    })
  })

  it('makes batches with -c batch=true: a job in the role of the stack, of files in its bucket', async () => {
    const { staging } = synthesised({ batch: 'true' })
    const { BATCH_BUCKET, BATCH_ROLE_ARN } = functionVariables(staging.toJSON())
    const call = await started({ batch: 'true' })
    const file = await call({ path: '/v1/files', ...(await upload(100)) })
    expect(file).toMatchObject({ status: 200 })
    const { id } = JSON.parse(file.text) as { readonly id: string }
    const body = { input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' }
    const batch = await call({ path: '/v1/batches', headers: json, body })
    expect(batch).toMatchObject({ status: 200, text: expect.stringContaining('"object":"batch"') })
    const [job] = simulator.requests().filter(({ path, method }) => method === 'POST' && path.endsWith('-job'))
    const files = `s3://${BATCH_BUCKET}/`
    expect(job?.json).toMatchObject({
      roleArn: BATCH_ROLE_ARN,
      inputDataConfig: { s3InputDataConfig: { s3Uri: expect.stringContaining(files) } },
      outputDataConfig: { s3OutputDataConfig: { s3Uri: expect.stringContaining(files) } },
    })
  })

  it('has no batches without', async () => {
    expect(await (await started({}))({ path: '/v1/batches' })).toMatchObject({ status: 404 })
  })
})

/** A form with a file of so many requests, as clients send it. */
async function upload(count: number): Promise<Pick<SentRequest, 'method' | 'headers' | 'body'>> {
  const body = { model: 'anthropic.claude-3-sonnet-20240229-v1:0', messages: [question] }
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({ custom_id: `request-${index}`, method: 'POST', url: '/v1/chat/completions', body }),
  )
  const form = new FormData()
  form.set('purpose', 'batch')
  form.set('file', new File([lines.join('\n')], 'batch.jsonl'))
  const sent = new Response(form)
  const headers = { 'content-type': sent.headers.get('content-type') ?? '' }
  return { method: 'POST', headers, body: new Uint8Array(await sent.arrayBuffer()) }
}
