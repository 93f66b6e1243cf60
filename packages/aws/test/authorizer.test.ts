import { authorizedCaller, toAuthorizerHandler, toLambdaHandler } from '@modelgate/aws/lambda'
import { albEvent, functionUrlEvent, restApiEvent, type SentRequest } from '@modelgate/aws/lambda/testing'
import {
  type Authenticate,
  apiKeys,
  type ConfiguredKey,
  createGateway,
  type KeyStore,
  memoryKeyStore,
  type Principal,
} from '@modelgate/core'
import { scriptedProvider } from '@modelgate/core/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { chatRequest } from './chat-request.ts'

afterEach(() => void vi.restoreAllMocks())

const arn = 'arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod'
const premium: ConfiguredKey = {
  key: 'sk-premium',
  apiKeyId: 'key-7',
  userId: 'ann',
  tenant: 'acme',
  tier: 'premium',
  permissions: ['completions', 'admin'],
}
const bearer = { Authorization: 'Bearer sk-premium' }

type Build = (sent: SentRequest) => object
/** An event as a REST API, and as an HTTP API, gives it to its authorizer. */
const asked: Record<string, Build> = {
  'a REST API': sent => ({ ...restApiEvent(sent), type: 'REQUEST', methodArn: `${arn}/POST/v1/chat/completions` }),
  'an HTTP API': sent => ({
    ...functionUrlEvent({ ...sent, stage: 'prod' }),
    type: 'REQUEST',
    routeArn: `${arn}/POST/v1/chat/completions`,
  }),
}

const quietly = (): void => void vi.spyOn(console, 'error').mockImplementation(() => {})

describe.each(Object.entries(asked))('the authorizer of %s', (_, build) => {
  const authorize = (sent: Partial<SentRequest>, auth: Authenticate = apiKeys(memoryKeyStore([premium]))) =>
    toAuthorizerHandler(auth, { now: () => 1_000 })(build(chatRequest({}, sent)))

  it.each([bearer, { authorization: 'ApiKey sk-premium' }, { 'X-API-Key': 'sk-premium' }])(
    'lets a key in that comes as %o, to all of its stage',
    async headers => {
      const { principalId, policyDocument, context } = await authorize({ headers })
      expect(principalId).toBe('key-7')
      expect(policyDocument).toEqual({
        Version: '2012-10-17',
        Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: `${arn}/*` }],
      })
      expect(context).toMatchObject({
        tenant: 'acme',
        userId: 'ann',
        keyId: 'key-7',
        tier: 'premium',
        scopes: 'completions admin',
      })
    },
  )

  it('says nothing but strings and numbers, and not the key', async () => {
    const { context } = await authorize({ headers: { 'x-api-key': 'k' } }, () => ({ tenant: 'acme' }))
    for (const word of Object.values(context)) expect(['string', 'number']).toContain(typeof word)
    expect(JSON.stringify(await authorize({ headers: bearer }))).not.toContain('sk-premium')
  })

  it.each<[string, Record<string, string>]>([
    ['none', {}],
    ['an unknown one', { authorization: 'Bearer sk-other' }],
    ['two that differ', { ...bearer, 'x-api-key': 'sk-other' }],
  ])('answers 401 to a caller with a key such as %s', async (_, headers) => {
    await expect(authorize({ headers })).rejects.toThrow(/^Unauthorized$/)
  })

  it('answers 401 to a key that is revoked or expired, and to an address that tried too many', async () => {
    const ended = [{ active: false }, { expiresAt: '2020-01-01T00:00:00Z' }]
    for (const end of ended) {
      const auth = apiKeys(memoryKeyStore([{ ...premium, ...end }]))
      await expect(authorize({ headers: bearer }, auth)).rejects.toThrow(/^Unauthorized$/)
    }
    const store: KeyStore = { findByHash: async () => undefined }
    const auth = apiKeys(store, { failedAttempts: { perMinute: 1 } })
    for (const key of ['sk-1', 'sk-2']) {
      await expect(authorize({ headers: { 'x-api-key': key } }, auth)).rejects.toThrow(/^Unauthorized$/)
    }
  })

  it('answers 500, and never 401, where the key cannot be checked; the log has the stack alone', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const down: KeyStore = {
      findByHash: () => Promise.reject(Object.assign(new Error('no table'), { key: 'sk-premium' })),
    }
    const refused = authorize({ headers: bearer }, apiKeys(down, { onError: () => {} }))
    await expect(refused).rejects.toThrow('The key cannot be checked now.')
    expect(logged.mock.calls.flat().join('\n')).toContain('GatewayError')
    expect(JSON.stringify(logged.mock.calls)).not.toContain('sk-premium')
  })

  it('tells of a caller it turns away, whatever comes of telling, and of nobody else', async () => {
    quietly()
    const onRefused = vi.fn(() => {
      throw new Error('the log is full')
    })
    const authorizer = toAuthorizerHandler(apiKeys(memoryKeyStore([premium])), { onRefused })
    await authorizer(build(chatRequest({}, { headers: bearer })))
    expect(onRefused).not.toHaveBeenCalled()
    await expect(authorizer(build(chatRequest({}, { headers: { 'X-API-Key': 'wrong' } })))).rejects.toThrow(
      /^Unauthorized$/,
    )
    expect(onRefused).toHaveBeenCalledTimes(1)
  })
})

it('an authorizer that was set up for tokens, or invoked by hand, is told what is wrong', async () => {
  const handler = toAuthorizerHandler(() => ({ tenant: 'acme' }))
  const token = { type: 'TOKEN', authorizationToken: 'Bearer sk-premium', methodArn: `${arn}/GET/` }
  for (const event of [token, {}, restApiEvent(chatRequest())]) {
    await expect(handler(event)).rejects.toThrow('set the authorizer’s type to REQUEST')
  }
})

it('two Authorization headers are refused: which was meant would be a guess', async () => {
  const event = restApiEvent(chatRequest())
  const multiValueHeaders = { Authorization: ['Bearer sk-premium'], authorization: ['Bearer sk-other'] }
  const handler = toAuthorizerHandler(apiKeys(memoryKeyStore([premium])))
  await expect(handler({ ...event, multiValueHeaders, methodArn: `${arn}/GET/` })).rejects.toThrow(/^Unauthorized$/)
})

/** What came through the API: its authorizer's words stand where AWS puts them. */
const behind: Record<string, (sent: SentRequest, context: object) => object> = {
  'a REST API': (sent, context) => restApiEvent({ ...sent, authorizer: { principalId: 'key-7', ...context } }),
  'an HTTP API': (sent, context) => functionUrlEvent({ ...sent, authorizer: { lambda: context } }),
}

const context = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => 30_000 }

/** The gateway behind the authorizer, over a store of keys that can be changed and broken. */
function rig(options: { readonly staleMs?: number } = {}) {
  const store = memoryKeyStore([premium, { key: 'sk-free', apiKeyId: 'key-8', userId: 'bob', tier: 'free' }])
  const state = { isDown: false, now: 1_000_000 }
  const now = (): number => state.now
  const remote: KeyStore = {
    findByHash: async hash => (state.isDown ? Promise.reject(new Error('no table')) : store.findByHash(hash)),
  }
  const principals: (Principal | undefined)[] = []
  const authOf = (): Authenticate => apiKeys(remote, { cacheMs: 0, staleMs: 0, now, onError: () => {} })
  const auth = authOf()
  const gateway = createGateway({
    providers: [scriptedProvider('scripted', ['yes'])],
    auth,
    use: [
      (call, next) => {
        principals.push(call.context.principal)
        return next(call)
      },
    ],
  })
  const principal = authorizedCaller({ apiId: ['other', 'a1b2c3d4e5'], auth, now, ...options })
  const handler = toLambdaHandler(gateway, { principal })
  return {
    store,
    state,
    principals,
    /** What the authorizer says of a request, at this time. */
    say: async () =>
      (await toAuthorizerHandler(authOf(), { now })(asked['a REST API']!(chatRequest({}, { headers: bearer }))))
        .context,
    status: async (event: unknown): Promise<number> => (await handler(event, context)).statusCode,
  }
}

const sent = (headers: Record<string, string> = bearer, more: Partial<SentRequest> = {}): SentRequest =>
  chatRequest({ stream: false }, { headers, ...more })

describe.each(Object.entries(behind))('the handler behind the authorizer of %s', (_, build) => {
  it('knows the caller by tenant, tier and scopes', async () => {
    const { say, status, principals } = rig()
    expect(await status(build(sent(), await say()))).toBe(200)
    expect(principals).toMatchObject([
      { tenant: 'acme', userId: 'ann', keyId: 'key-7', tier: 'premium', permissions: ['completions', 'admin'] },
    ])
  })

  it('refuses a key that was revoked since, though API Gateway still lets it in', async () => {
    const { say, status, store, principals } = rig()
    const words = await say()
    await store.revoke('key-7')
    expect(await status(build(sent(), words))).toBe(401)
    expect(principals).toEqual([])
  })

  it('takes the tier that the key has now, not the one it had', async () => {
    const { say, status, principals } = rig()
    const words = JSON.parse(JSON.stringify(await say()).replaceAll('premium', 'enterprise')) as object
    expect(await status(build(sent({ 'x-api-key': 'sk-premium' }), words))).toBe(200)
    expect(principals[0]?.tier).toBe('premium')
  })

  it('lets what was said stand in while the store of keys is down, as long as it is fresh', async () => {
    const { say, status, state, principals } = rig()
    const words = await say()
    state.isDown = true
    state.now += 299_999
    expect(await status(build(sent(), words))).toBe(200)
    expect(principals).toMatchObject([{ tenant: 'acme', tier: 'premium', permissions: ['completions', 'admin'] }])
    state.now += 1
    expect(await status(build(sent(), words))).toBe(503)
    // A clock that was set back.
    state.now -= 1_000_000
    expect(await status(build(sent(), words))).toBe(503)
  })

  it('does not where it was told never to', async () => {
    const { say, status, state } = rig({ staleMs: 0 })
    const words = await say()
    state.isDown = true
    expect(await status(build(sent(), words))).toBe(503)
  })

  it('does not let what was said of one key stand in for another, or for none', async () => {
    const { say, status, state, principals } = rig()
    const words = await say()
    state.isDown = true
    expect(await status(build(sent({ authorization: 'Bearer sk-guess' }), words))).toBe(503)
    expect(await status(build(sent({ ...bearer, 'x-api-key': 'sk-guess' }), words))).toBe(401)
    expect(await status(build(sent({}), words))).toBe(401)
    expect(principals).toEqual([])
  })

  it('believes no other API, and nothing that is not the authorizer’s', async () => {
    const { say, status, state, principals } = rig()
    const words = await say()
    state.isDown = true
    const { modelgate, ...rest } = words
    const without = (name: string) => ({ modelgate: String(modelgate).replace(`"${name}":`, `"${name}s":`) })
    const forged: Record<string, object> = {
      'another API': build(sent(bearer, { apiId: 'f0f0f0f0f0' }), words),
      'words without ours': build(sent(), rest),
      'claims of a JWT': functionUrlEvent(sent(bearer, { authorizer: { jwt: { claims: words } } })),
      'claims of Cognito': restApiEvent(sent(bearer, { authorizer: { claims: words } })),
      'no JSON': build(sent(), { modelgate: 'acme' }),
      'JSON of something else': build(sent(), { modelgate: '{"principal":{}}' }),
      'no tenant': build(sent(), without('tenant')),
      'no time of the check': build(sent(), without('checkedAt')),
    }
    for (const [name, event] of Object.entries(forged)) expect([name, await status(event)]).toEqual([name, 503])
    expect([typeof modelgate, principals]).toEqual(['string', []])
  })
})

it('nothing that a client can send is taken for what an authorizer said', async () => {
  quietly()
  const { say, status, state, principals } = rig()
  const words = await say()
  state.isDown = true
  const headers = { ...bearer, modelgate: String(words.modelgate), 'x-amzn-authorizer': JSON.stringify(words) }
  const path = `/v1/chat/completions?modelgate=${encodeURIComponent(String(words.modelgate))}`
  const body = {
    model: 'scripted-1',
    messages: [{ role: 'user', content: 'hi' }],
    requestContext: { authorizer: words },
  }
  for (const build of [functionUrlEvent, restApiEvent, (request: SentRequest) => albEvent(request)]) {
    expect(await status(build({ path, headers, body }))).toBe(503)
  }
  // A function URL has an id of its own, and says IAM callers in the same place.
  const url = functionUrlEvent({ path, headers, body, apiId: 'url1d', authorizer: { lambda: words, iam: {} } })
  expect(await status(url)).toBe(503)
  // A load balancer's events hold no API's id; and one that does was not written by AWS.
  const alb = albEvent({ path, headers, body })
  expect(await status({ ...alb, requestContext: { ...alb.requestContext, authorizer: words } })).toBe(503)
  expect(principals).toEqual([])
})

it('of a request that did not come through the API the gateway’s own authentication is asked', async () => {
  const { status, principals } = rig()
  expect(await status(functionUrlEvent(sent(bearer, { apiId: 'url1d' })))).toBe(200)
  expect(await status(functionUrlEvent(sent({}, { apiId: 'url1d' })))).toBe(401)
  expect(principals).toMatchObject([{ keyId: 'key-7' }])
})

it('a login of one’s own that knows nobody is a 401, even where the gateway asks for no key', async () => {
  const handler = toAuthorizerHandler(() => ({ tenant: 'acme' }))
  const words = (await handler(asked['a REST API']!(sent()))).context
  const gateway = createGateway({ providers: [scriptedProvider('scripted', ['yes'])], auth: 'none' })
  const principal = authorizedCaller({ apiId: 'a1b2c3d4e5', auth: () => undefined })
  const { statusCode } = await toLambdaHandler(gateway, { principal })(behind['a REST API']!(sent(), words), context)
  expect(statusCode).toBe(401)
})

it('two Authorization headers are refused behind the authorizer, too', async () => {
  const { say, status } = rig()
  const event = restApiEvent(sent(bearer, { authorizer: await say() }))
  const multiValueHeaders = { ...event.multiValueHeaders, authorization: ['Bearer sk-free'] }
  expect(await status({ ...event, multiValueHeaders })).toBe(401)
})

it('without the id of an API it cannot be made: every API would be believed', () => {
  for (const apiId of [undefined, '', [], ['a1b2c3d4e5', '']]) {
    expect(() => authorizedCaller({ apiId, auth: () => undefined })).toThrow('apiId: give the id of the API')
  }
})
