import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type AssumeRole, bedrock } from '../src/index.ts'
import { aChat, aRig } from './a-call.ts'

afterEach(() => vi.unstubAllEnvs())

const roleArn = 'arn:aws:iam::123456789012:role/bedrock-gateway'
const own = { accessKeyId: 'AKIAGATEWAY000000000', secretAccessKey: 'own-secret' }
const session = {
  accessKeyId: 'ASIASESSION000000000',
  secretAccessKey: 'session-secret',
  sessionToken: 'session-token==',
}

/** STS as far as AssumeRole goes. */
async function anSts() {
  const asked: { readonly authorization: string; readonly form: Record<string, string> }[] = []
  const state = { status: 200 }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', read => {
      body += String(read)
    })
    request.on('end', () => {
      const { authorization = '' } = request.headers
      asked.push({ authorization, form: Object.fromEntries(new URLSearchParams(body)) })
      const expiration = new Date(Date.now() + 3_600_000).toISOString()
      response.writeHead(state.status, { 'content-type': 'text/xml' })
      if (state.status !== 200) {
        return response.end(
          '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:iam::123456789012:user/x may not</Message></Error></ErrorResponse>',
        )
      }
      response.end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
        <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser>
        <Credentials><AccessKeyId>${session.accessKeyId}</AccessKeyId><SecretAccessKey>${session.secretAccessKey}</SecretAccessKey>
        <SessionToken>${session.sessionToken}</SessionToken><Expiration>${expiration}</Expiration></Credentials>
        </AssumeRoleResult></AssumeRoleResponse>`)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  vi.stubEnv('AWS_ENDPOINT_URL_STS', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return {
    asked,
    state,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

describe('an assumed role', () => {
  it('is assumed once for a hundred calls, with the given credentials, and signs them', async () => {
    await using sts = await anSts()
    const assumeRole: AssumeRole = { roleArn, externalId: 'ours', sessionName: 'search', durationSeconds: 900 }
    await using rig = await aRig({ credentials: own, assumeRole, region: 'eu-west-1' }, { credentials: [session] })
    await Promise.all(Array.from({ length: 100 }, () => rig.chat(aChat({}))))
    expect(sts.asked.map(({ form }) => form)).toEqual([
      {
        Action: 'AssumeRole',
        Version: '2011-06-15',
        RoleArn: roleArn,
        RoleSessionName: 'search',
        DurationSeconds: '900',
        ExternalId: 'ours',
      },
    ])
    expect(sts.asked[0]?.authorization).toMatch(/Credential=AKIAGATEWAY000000000\/\d+\/eu-west-1\/sts\//)
    const tokens = rig.simulator.requests().map(({ headers }) => headers['x-amz-security-token'])
    expect(tokens).toEqual(Array.from({ length: 100 }, () => session.sessionToken))
  })

  it('is assumed with what the environment holds where no credentials are given', async () => {
    await using sts = await anSts()
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAENVIRONMENT00000')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
    vi.stubEnv('AWS_SESSION_TOKEN', undefined)
    vi.stubEnv('AWS_PROFILE', undefined)
    const options = { credentials: undefined, assumeRole: { roleArn, region: 'us-west-2' } }
    await using rig = await aRig(options, { credentials: [session] })
    await rig.chat(aChat({}))
    expect(sts.asked[0]?.authorization).toMatch(/Credential=AKIAENVIRONMENT00000\/\d+\/us-west-2\/sts\//)
    expect(sts.asked[0]?.form.RoleSessionName).toBe('modelgate')
  })

  it('that may not be assumed fails calls without saying who the gateway is, and STS is not asked at each', async () => {
    await using sts = await anSts()
    sts.state.status = 403
    await using rig = await aRig({ credentials: own, assumeRole: { roleArn } })
    for (let count = 0; count < 3; count += 1) {
      await expect(rig.chat(aChat({}))).rejects.toMatchObject({
        code: 'upstream_auth_failed',
        message: 'The role that this gateway calls Bedrock with cannot be assumed; the cause says why.',
      })
    }
    expect(sts.asked).toHaveLength(1)
    expect(rig.simulator.requests()).toEqual([])
  })

  it.each<[unknown, string]>([
    ['arn', 'must be an object such as'],
    [{}, '`roleArn` must be the ARN of a role'],
    [{ roleArn: 'arn:aws:iam::1:user/x' }, '`roleArn`'],
    [{ roleArn, externalId: 'a b' }, '`externalId` must be 2 to 1,224'],
    [{ roleArn, sessionName: '' }, '`sessionName` must be 2 to 64'],
    [{ roleArn, region: 'x.evil.test/#' }, '`region` must be the name'],
    [{ roleArn, durationSeconds: 60 }, '`durationSeconds` must be a whole number of seconds from 900'],
  ])('%j is refused when the provider is made', (assumeRole, words) => {
    expect(() => bedrock({ assumeRole: assumeRole as AssumeRole })).toThrow(`bedrock({ assumeRole }): ${words}`)
  })

  it('does not go with a bearer token', () => {
    expect(() => bedrock({ assumeRole: { roleArn }, bearerToken: 'key' })).toThrow('give one of them')
  })
})
