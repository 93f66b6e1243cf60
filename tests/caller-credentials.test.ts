import { inspect } from 'node:util'
import { bedrock } from '@modelgate/bedrock'
import { apiKeys, memoryKeyStore } from '@modelgate/core'
import { describe, expect, it, vi } from 'vitest'
import { key, keyIdOf, refusalOf, scopeOf, unlimited } from './setup/caller-answers.ts'
import {
  ann,
  awsHeaders,
  bob,
  type CallersRig,
  callersRig,
  gatewayKey,
  type Keys,
  sonnet,
} from './setup/callers-rig.ts'

describe('callers with AWS keys of their own', () => {
  it('are never crossed: 1,000 calls of two at once, each signed with its own key, token and region', async () => {
    await using rig = await callersRig({ callerCredentials: 'alone', ...unlimited })
    const callers = [ann, bob]
    const ask = async (index: number): Promise<number> => {
      const caller = callers[index % 2]!
      const operation = index % 5
      const text = `I am ${caller.accessKeyId}`
      const answer =
        operation === 4
          ? await rig.ask(awsHeaders(caller), { model: 'amazon.titan-embed-text-v2:0', input: text }, '/v1/embeddings')
          : await rig.ask(awsHeaders(caller), {
              messages: [{ role: 'user', content: text }],
              stream: operation === 3,
              ...(index % 50 === 2 && { n: 2 }),
            })
      await answer.text()
      return answer.status
    }
    const statuses: number[] = []
    for (let from = 0; from < 1_000; from += 100) {
      statuses.push(...(await Promise.all(Array.from({ length: 100 }, (_, index) => ask(from + index)))))
    }
    expect(statuses.filter(status => status !== 200)).toEqual([])
    const requests = rig.simulator.requests()
    // Two answers are two requests.
    expect(requests).toHaveLength(1_020)
    for (const request of requests) {
      const caller = callers.find(({ accessKeyId }) => request.body.includes(accessKeyId))
      expect([keyIdOf(request), scopeOf(request), request.headers['x-amz-security-token']]).toEqual([
        caller?.accessKeyId,
        caller?.region,
        caller === bob ? bob.sessionToken : undefined,
      ])
    }
  }, 90_000)

  it('pay themselves: the cost is told and is not the gateway’s', async () => {
    await using rig = await callersRig({ callerCredentials: 'with-key' })
    const answer = await rig.ask({ ...key, ...awsHeaders(ann) })
    expect([answer.status, answer.headers.get('x-modelgate-paid-by')]).toEqual([200, 'caller'])
    expect(Number(answer.headers.get('x-modelgate-cost-usd'))).toBeGreaterThan(0)
    await answer.text()
    const stream = await rig.ask({ ...key, ...awsHeaders(ann), 'x-modelgate-report': 'comment' }, { stream: true })
    expect(await stream.text()).toContain('"paidBy":"caller"')
    const own = await rig.ask(key, { model: `bedrock/${sonnet}` })
    expect(own.headers.has('x-modelgate-paid-by')).toBe(false)
    await own.text()
    expect(rig.reports.map(({ paidBy, userId }) => [paidBy, userId])).toEqual([
      ['caller', 'team'],
      ['caller', 'team'],
      [undefined, 'team'],
    ])
    expect(rig.records.map(({ paidBy }) => paidBy)).toEqual(['caller', 'caller', undefined])
  })

  it('share no answer by an idempotency key, though one key of the gateway’s stands over all', async () => {
    await using rig = await callersRig({ callerCredentials: 'with-key' })
    const once = { ...key, 'idempotency-key': 'a-uuid' }
    const isReplay: boolean[] = []
    for (const theirs of [awsHeaders(ann), awsHeaders(bob), awsHeaders(ann)]) {
      const answer = await rig.ask({ ...once, ...theirs })
      await answer.text()
      isReplay.push(answer.headers.has('x-modelgate-idempotent-replay'))
    }
    expect(isReplay).toEqual([false, false, true])
    expect(rig.simulator.requests().map(keyIdOf)).toEqual([ann.accessKeyId, bob.accessKeyId])
  })

  it('sign in every lane', async () => {
    const lanes = { 'openai.': 'openai', 'meta.': 'invoke' } as const
    await using rig = await callersRig({
      callerCredentials: 'alone',
      more: ({ url: endpoint }) => [bedrock({ id: 'lanes', endpoint, region: 'us-east-1', lanes })],
    })
    const ask = (keys: Keys, model: string) => rig.ask({ ...awsHeaders(keys), 'x-provider': 'lanes' }, { model })
    const models = ['openai.gpt-oss-20b-1:0', 'meta.llama3-8b-instruct-v1:0', sonnet]
    for (const model of models) expect((await ask(bob, model)).status).toBe(200)
    for (const model of models) {
      const { message } = await refusalOf(ask({ ...bob, secretAccessKey: 'not/bobs+secret' }, model))
      expect(message).toContain('Check AWS access key and secret')
    }
    const requests = rig.simulator.requests()
    expect(new Set(requests.map(({ operation }) => operation))).toEqual(new Set(['chat', 'invoke', 'converse']))
    expect(new Set(requests.map(keyIdOf))).toEqual(new Set([bob.accessKeyId]))
  })

  it('have the price of their own region, or none', async () => {
    await using rig = await callersRig({ callerCredentials: 'alone' })
    await (await rig.ask(awsHeaders(ann))).text()
    await (await rig.ask(awsHeaders(bob))).text()
    expect(rig.reports.map(({ costUsd }) => costUsd !== null)).toEqual([true, false])
    // What others pay nobody has to be woken for.
    expect(rig.errors).toEqual([])
  })

  it('use the provider’s region where they name none, and an empty header is none', async () => {
    await using rig = await callersRig({ callerCredentials: 'alone' })
    const { region: _none, ...elsewhere } = ann
    const headers = { ...awsHeaders(elsewhere), 'x-aws-region': '', 'x-aws-session-token': '' }
    expect((await rig.ask(headers)).status).toBe(200)
    expect(rig.simulator.requests().map(scopeOf)).toEqual(['us-west-2'])
  })

  it('never get the session token, nor the API key, of the environment', async () => {
    vi.stubEnv('AWS_SESSION_TOKEN', 'of-somebody-else')
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', 'of-somebody-else')
    try {
      await using rig = await callersRig({ callerCredentials: 'alone' })
      expect((await rig.ask(awsHeaders(ann))).status).toBe(200)
      expect(JSON.stringify(rig.simulator.requests())).not.toContain('of-somebody-else')
    } finally {
      vi.unstubAllEnvs()
    }
  })

  it('see the models of their own account', async () => {
    await using rig = await callersRig({ callerCredentials: 'alone' })
    const answer = await fetch(`${rig.url}/v1/models`, { headers: awsHeaders(bob) })
    const { data } = (await answer.json()) as { data: { id: string }[] }
    expect(data.map(({ id }) => id)).toContain(sonnet)
    expect(data.some(({ id }) => id.startsWith('gpt-') || id.includes('/gpt'))).toBe(false)
    expect(new Set(rig.simulator.requests().map(keyIdOf))).toEqual(new Set([bob.accessKeyId]))
  })

  it('see no models that their key of the gateway’s may not name', async () => {
    const keys = memoryKeyStore([{ key: gatewayKey, allowedRoutes: [`bedrock/${sonnet}`] }])
    await using rig = await callersRig({ callerCredentials: 'with-key', auth: apiKeys(keys) })
    const answer = await fetch(`${rig.url}/v1/models`, { headers: { ...key, ...awsHeaders(ann) } })
    const { data } = (await answer.json()) as { data: { id: string }[] }
    expect(data.map(({ id }) => id)).toEqual([sonnet])
    expect((await rig.ask({ ...key, ...awsHeaders(ann) }, { model: 'amazon.nova-lite-v1:0' })).status).toBe(403)
    expect((await rig.ask({ ...key, ...awsHeaders(ann) })).status).toBe(200)
  })

  it('go to no other provider and to no key of the gateway’s, whatever fails', async () => {
    const routes = { fast: ['bedrock/amazon.nova-lite-v1:0', 'openai/gpt-4o-mini'] } as const
    await using rig = await callersRig({ callerCredentials: 'alone', routes })
    rig.simulator.setFaults([{ fault: { kind: 'status', status: 500 } }])
    expect((await rig.ask(awsHeaders(ann), { model: 'fast' })).status).toBe(502)
    const seen = rig.simulator.requests()
    expect(new Set(seen.map(keyIdOf))).toEqual(new Set([ann.accessKeyId]))
    expect(seen.some(({ operation }) => operation === 'chat')).toBe(false)
    const named = await refusalOf(rig.ask(awsHeaders(ann), { model: 'openai/gpt-4o-mini' }))
    expect(named.status).not.toBe(200)
    expect(rig.simulator.requests().some(({ operation }) => operation === 'chat')).toBe(false)
  })
})

describe('who may bring them', () => {
  it('nobody, unless it is turned on: they are refused, and not the gateway’s own used in their place', async () => {
    await using rig = await callersRig()
    const refused = await refusalOf(rig.ask({ ...key, ...awsHeaders(ann) }))
    expect([refused.status, refused.code]).toEqual([400, 'invalid_request'])
    expect(refused.message).toContain('takes no credentials of its callers')
    const remedy = /No API key came .* `callerCredentials: 'alone'` \(`CALLER_CREDENTIALS=alone` of the gateway app\)/
    expect(await refusalOf(rig.ask(awsHeaders(ann)))).toMatchObject({
      status: 401,
      code: 'unauthenticated',
      message: expect.stringMatching(remedy),
    })
    const withKey = await refusalOf(rig.ask({ ...awsHeaders(ann), authorization: 'Bearer sk-of-nobody' }))
    expect(withKey.message).toMatch(/^The API key that came is not known here.*'alone'/)
    expect(withKey.message).not.toContain('sk-of-nobody')
    expect(rig.simulator.requests()).toEqual([])
  })

  it('with-key: whoever has a key of the gateway’s, within what it may name', async () => {
    await using rig = await callersRig({ callerCredentials: 'with-key' })
    expect((await rig.ask(awsHeaders(ann))).status).toBe(401)
    expect((await rig.ask({ ...awsHeaders(ann), authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await rig.ask({ ...key, ...awsHeaders(ann) })).status).toBe(200)
    expect(rig.simulator.requests().map(keyIdOf)).toEqual([ann.accessKeyId])
  })

  it('alone: whoever has some, as a principal of the tier free; a key that opens the door counts before', async () => {
    await using rig = await callersRig({ callerCredentials: 'alone' })
    const asked = [
      awsHeaders(ann),
      { ...awsHeaders(ann), authorization: 'Bearer sk-of-some-upstream' },
      { ...awsHeaders(ann), ...key },
    ]
    for (const headers of asked) expect((await rig.ask(headers)).status).toBe(200)
    const owner = `aws:${ann.accessKeyId}`
    expect(rig.reports.map(({ tenant, userId, tier, keyId }) => ({ tenant, userId, tier, keyId }))).toEqual([
      { tenant: owner, userId: owner, tier: 'free', keyId: undefined },
      { tenant: owner, userId: owner, tier: 'free', keyId: undefined },
      { tenant: 'team', userId: 'team', tier: undefined, keyId: 'key-1' },
    ])
    // Somebody meant a key of this form for this gateway.
    expect((await rig.ask({ ...awsHeaders(ann), authorization: 'Bearer mg_live_mistyped' })).status).toBe(401)
    expect((await rig.ask({})).status).toBe(401)
  })

  it('alone: ten calls a minute for each, and models beyond the routes', async () => {
    await using rig = await callersRig({
      callerCredentials: 'alone',
      routes: { fast: ['bedrock/amazon.nova-lite-v1:0'] },
    })
    const statuses: number[] = []
    for (let count = 0; count < 11; count += 1) statuses.push((await rig.ask(awsHeaders(ann))).status)
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429])
    expect((await rig.ask(awsHeaders(bob))).status).toBe(200)
    expect((await rig.ask(key, { model: sonnet })).status).toBe(404)
  })

  it('alone opens a door that has no keys at all, and only so', async () => {
    await using rig = await callersRig({ callerCredentials: 'alone', auth: undefined })
    expect((await rig.ask(awsHeaders(ann))).status).toBe(200)
    expect((await rig.ask({})).status).toBe(401)
  })

  it.each<[string, Record<string, string | undefined>, RegExp]>([
    ['a region that is another host', { 'x-aws-region': 'x.evil.test/#' }, /^x-aws-region: must be the name of an AWS/],
    ['a region with a user', { 'x-aws-region': 'us-east-1@evil.test' }, /^x-aws-region:/],
    ['a region with a line', { 'x-aws-region': 'us-east-1, eu-west-1' }, /^x-aws-region:/],
    ['a region without end', { 'x-aws-region': `us-${'a'.repeat(40)}-1` }, /^x-aws-region:/],
    [
      'a key id in small letters',
      { 'x-aws-access-key-id': 'akiaofann00000000001' },
      /^x-aws-access-key-id: must be 16/,
    ],
    ['a key id that is too short', { 'x-aws-access-key-id': 'AKIA' }, /^x-aws-access-key-id:/],
    ['no secret', { 'x-aws-secret-access-key': undefined }, /^x-aws-secret-access-key: is missing/],
    ['no key id', { 'x-aws-access-key-id': undefined }, /^x-aws-access-key-id: is missing/],
    ['a secret with a space', { 'x-aws-secret-access-key': 'one two' }, /^x-aws-secret-access-key: must be visible/],
    ['no provider', { 'x-provider': undefined }, /^x-provider: .*send one of bedrock\.$/],
    ['a provider that takes none', { 'x-provider': 'openai' }, /^x-provider:/],
  ])('nobody with %s; it goes nowhere, and no value is told', async (_name, changes, words) => {
    await using rig = await callersRig({ callerCredentials: 'alone' })
    const headers = Object.entries({ ...awsHeaders(bob), ...changes }).filter(([, value]) => value !== undefined)
    const { status, message } = await refusalOf(rig.ask(Object.fromEntries(headers) as Record<string, string>))
    expect(status).toBe(400)
    expect(message).toMatch(words)
    expect(message).not.toMatch(/evil|one two|secret\+key|akiaofann/)
    expect(rig.simulator.requests()).toEqual([])
  })
})

it('no secret and no token is printed, logged, reported, answered or thrown', async () => {
  const seen: unknown[] = []
  const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map(method =>
    vi.spyOn(console, method).mockImplementation((...said: unknown[]) => void seen.push(said)),
  )
  const note = async (rig: CallersRig, headers: Record<string, string>, body?: object): Promise<void> => {
    const answer = await rig.ask(headers, body)
    seen.push([...answer.headers], await answer.text())
  }
  try {
    await using rig = await callersRig({
      callerCredentials: 'alone',
      ...unlimited,
      logContent: true,
      onError: undefined,
      use: [
        (call, next) => {
          seen.push(call.context, JSON.stringify(call.context.callerCredentials))
          return next(call)
        },
      ],
    })
    const wrong = { ...bob, secretAccessKey: 'bobs/wrong+key' }
    for (const keys of [bob, wrong, { ...bob, region: 'nowhere' }]) {
      for (const stream of [false, true]) await note(rig, awsHeaders(keys), { stream })
    }
    rig.simulator.setFaults([{ fault: { kind: 'status', status: 500 } }])
    await note(rig, awsHeaders(bob))
    seen.push(rig.reports, rig.records, rig.errors, rig.gateway.targets())
    const printed = inspect(seen, { depth: 12, showHidden: true, maxArrayLength: null, maxStringLength: null })
    expect(printed).toContain(bob.accessKeyId)
    expect(printed).not.toMatch(/bobs\/(secret|wrong|session)/)
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
})
