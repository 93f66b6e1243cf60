import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import nock from 'nock'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { bedrock } from '../src/index.ts'
import { aChat, completionOf } from './a-call.ts'

const runtime = 'https://bedrock-runtime.us-east-1.amazonaws.com'
const path = '/model/amazon.nova-micro-v1%3A0/converse'
const answer = { output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } }, stopReason: 'end_turn' }
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
const chat = () => aChat({ model: 'amazon.nova-micro-v1:0' })

/** Every variable that may name credentials or an endpoint on the machine that runs the tests. */
const ambient = `
  AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE AWS_REGION AWS_DEFAULT_REGION
  AWS_BEARER_TOKEN_BEDROCK AWS_ENDPOINT_URL AWS_ENDPOINT_URL_BEDROCK_RUNTIME AWS_ENDPOINT_URL_BEDROCK
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_WEB_IDENTITY_TOKEN_FILE
  AWS_ROLE_ARN AWS_EC2_METADATA_DISABLED`
  .trim()
  .split(/\s+/)

beforeAll(() => nock.disableNetConnect())
beforeEach(() => {
  for (const name of ambient) vi.stubEnv(name, undefined)
  const empty = mkdtempSync(join(tmpdir(), 'modelgate-'))
  vi.stubEnv('AWS_CONFIG_FILE', join(empty, 'config'))
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(empty, 'credentials'))
})
afterEach(() => {
  nock.cleanAll()
  vi.unstubAllEnvs()
})
afterAll(() => nock.restore())

/** Answers `times` calls that are signed with this key, and no others. */
function bedrockFor(accessKeyId: string, token: string | undefined, times: number) {
  const scope = nock(runtime)
    .post(path)
    .matchHeader('authorization', value => String(value).includes(`Credential=${accessKeyId}/`))
  return (token === undefined ? scope : scope.matchHeader('x-amz-security-token', token))
    .times(times)
    .reply(200, answer)
}

async function callsTwice() {
  const provider = bedrock()
  for (let count = 0; count < 2; count++) {
    expect(
      completionOf(await (provider.handlers.chat?.(chat()) ?? expect.unreachable())).choices[0]?.message.content,
    ).toBe('Hi')
  }
  await provider.close?.()
  expect(nock.pendingMocks()).toEqual([])
}

describe('with nothing configured but credentials', () => {
  it('the default endpoint is reached, signed with the keys of the environment', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAENVIRONMENT00000')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
    bedrockFor('AKIAENVIRONMENT00000', undefined, 2)
    await callsTwice()
  })

  it('a Bedrock API key of the environment is sent instead of a signature', async () => {
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', 'ABSKkey')
    nock(runtime).post(path).matchHeader('authorization', 'Bearer ABSKkey').times(2).reply(200, answer)
    await callsTwice()
  })

  it('the region of the environment names the host', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAENVIRONMENT00000')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
    vi.stubEnv('AWS_REGION', 'eu-central-1')
    nock('https://bedrock-runtime.eu-central-1.amazonaws.com').post(path).times(2).reply(200, answer)
    await callsTwice()
  })
})

describe('through the SDK chain, fetched once for two calls', () => {
  it('an EC2 instance role', async () => {
    const imds = nock('http://169.254.169.254')
    imds.put('/latest/api/token').reply(200, 'imds-token')
    imds.get('/latest/meta-data/iam/security-credentials/').reply(200, 'the-role')
    imds.get('/latest/meta-data/iam/security-credentials/the-role').reply(200, {
      Code: 'Success',
      AccessKeyId: 'ASIAINSTANCE00000000',
      SecretAccessKey: 'secret',
      Token: 'instance-token',
      Expiration: inAnHour(),
    })
    bedrockFor('ASIAINSTANCE00000000', 'instance-token', 2)
    await callsTwice()
  })

  it('an ECS task role', async () => {
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', '/v2/credentials/task')
    nock('http://169.254.170.2').get('/v2/credentials/task').reply(200, {
      AccessKeyId: 'ASIATASK000000000000',
      SecretAccessKey: 'secret',
      Token: 'task-token',
      Expiration: inAnHour(),
    })
    bedrockFor('ASIATASK000000000000', 'task-token', 2)
    await callsTwice()
  })

  it('a web identity, exchanged at STS', async () => {
    const tokenFile = join(mkdtempSync(join(tmpdir(), 'modelgate-')), 'token')
    writeFileSync(tokenFile, 'oidc-token')
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', tokenFile)
    vi.stubEnv('AWS_ROLE_ARN', 'arn:aws:iam::123456789012:role/app')
    vi.stubEnv('AWS_REGION', 'us-east-1')
    nock('https://sts.us-east-1.amazonaws.com')
      .post('/', body => JSON.stringify(body).includes('oidc-token'))
      .reply(
        200,
        `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
        <Credentials><AccessKeyId>ASIAWEBIDENTITY00000</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
        <SessionToken>web-token</SessionToken><Expiration>${inAnHour()}</Expiration></Credentials>
        <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/app/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser>
        </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
        { 'content-type': 'text/xml' },
      )
    bedrockFor('ASIAWEBIDENTITY00000', 'web-token', 2)
    await callsTwice()
  })

  it('no credentials anywhere say what to set', async () => {
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
    const call = bedrock().handlers.chat?.(chat())
    await expect(call).rejects.toMatchObject({ code: 'upstream_auth_failed' })
    await expect(call).rejects.toThrow('set AWS_ACCESS_KEY_ID')
  })
})
