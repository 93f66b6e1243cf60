import { describe, expect, it } from 'vitest'
import { key, refusalOf, unlimited } from './setup/caller-answers.ts'
import { ann, awsHeaders, bob, callersRig, type Keys, sonnet } from './setup/callers-rig.ts'

describe('a refusal by AWS', () => {
  const wrong = { ...ann, secretAccessKey: 'not/anns+secret' }
  const unknown = { ...ann, accessKeyId: 'AKIANOBODYS000000000' }

  it.each<[string, Keys]>([
    ['a wrong secret', wrong],
    ['an unknown key', unknown],
    ['a session that is none', { ...ann, sessionToken: 'made-up' }],
  ])('of %s is a 401 that says what to check', async (_name, keys) => {
    await using rig = await callersRig({ callerCredentials: 'alone' })
    for (const stream of [false, true]) {
      const { status, code, message } = await refusalOf(rig.ask(awsHeaders(keys), { stream }))
      expect([status, code]).toEqual([401, 'upstream_auth_failed'])
      expect(message).toMatch(/^Bedrock refused your AWS credentials \(403, .*Check AWS access key and secret\.$/)
    }
  })

  it('of the keys ends the call: other models of its route would be asked with the same', async () => {
    const routes = { fast: ['bedrock/amazon.nova-lite-v1:0', `bedrock/${sonnet}`] } as const
    await using rig = await callersRig({ callerCredentials: 'alone', routes })
    expect((await rig.ask(awsHeaders(wrong), { model: 'fast' })).status).toBe(401)
    expect(rig.simulator.requests()).toHaveLength(1)
    // One that may call another model of it is answered by that.
    const fault = { kind: 'status', status: 403, errorType: 'AccessDeniedException' } as const
    rig.simulator.setFaults([{ match: { model: 'amazon.nova-lite-v1:0' }, fault }])
    expect((await rig.ask(awsHeaders(ann), { model: 'fast' })).status).toBe(200)
  })

  it('of a model that goes by a profile only is told by the profile’s name', async () => {
    await using rig = await callersRig({ callerCredentials: 'alone' })
    const message =
      "Invocation of model ID x.y-v1:0 with on-demand throughput isn't supported. Retry your request with the ID or ARN of an inference profile that contains this model."
    rig.simulator.setFaults([{ fault: { kind: 'status', status: 400, errorType: 'ValidationException', message } }])
    const refused = await refusalOf(rig.ask(awsHeaders(ann)))
    expect([refused.status, refused.message]).toEqual([404, expect.stringContaining('such as us.x.y-v1:0.')])
    expect(refused.message).not.toContain('AWS Console')
  })

  it('of a permission is a 403, of a model a 404, of a quota a 429, each with its solution', async () => {
    await using rig = await callersRig({ callerCredentials: 'alone', ...unlimited, retry: { enabled: false } })
    const rows = [
      [
        403,
        'AccessDeniedException',
        403,
        /lack bedrock:InvokeModel or access to the model\. Verify IAM permissions\.$/,
      ],
      [404, 'ResourceNotFoundException', 404, /Enable model in AWS Console\.$/],
      [429, 'ThrottlingException', 429, /Check AWS quotas\./],
    ] as const
    for (const [index, [status, errorType, told, words]] of rows.entries()) {
      const message = `reason ${index}`
      rig.simulator.setFaults([{ fault: { kind: 'status', status, errorType, message } }])
      const refused = await refusalOf(rig.ask(awsHeaders(ann)))
      expect(refused.status).toBe(told)
      expect(refused.message).toMatch(words)
    }
  })

  it('takes the target from nobody else, and wakes nobody', async () => {
    await using rig = await callersRig({ callerCredentials: 'alone', ...unlimited })
    for (let count = 0; count < 8; count += 1) await (await rig.ask(awsHeaders(wrong))).text()
    expect((await rig.ask(awsHeaders(ann))).status).toBe(200)
    expect((await rig.ask(key, { model: `bedrock/${sonnet}` })).status).toBe(200)
    expect(rig.gateway.targets().map(({ target, coolingForMs }) => [target, coolingForMs])).toEqual([
      [`bedrock/${sonnet}`, undefined],
    ])
    expect(rig.errors).toEqual([])
  })

  it('of the throttling of one account holds up no other', async () => {
    await using rig = await callersRig({ callerCredentials: 'alone', ...unlimited, retry: { enabled: false } })
    rig.simulator.setFaults([
      { match: { times: 1 }, fault: { kind: 'status', status: 429, headers: { 'retry-after': '60' } } },
    ])
    expect((await rig.ask(awsHeaders(ann))).status).toBe(429)
    const asked = rig.simulator.requests().length
    expect((await rig.ask(awsHeaders(ann))).status).toBe(429)
    expect(rig.simulator.requests()).toHaveLength(asked)
    expect((await rig.ask(awsHeaders(bob))).status).toBe(200)
    expect((await rig.ask(key, { model: `bedrock/${sonnet}` })).status).toBe(200)
  })

  it('is counted by address: after 30 a minute, others are told to wait, and not those known to be good', async () => {
    await using rig = await callersRig({ callerCredentials: 'alone', ...unlimited })
    expect((await rig.ask(awsHeaders(ann))).status).toBe(200)
    const guess = (index: number): Promise<Response> =>
      rig.ask(awsHeaders({ ...ann, accessKeyId: `AKIAGUESS${String(index).padStart(11, '0')}` }))
    for (let index = 0; index < 30; index += 1) expect((await guess(index)).status).toBe(401)
    const asked = rig.simulator.requests().length
    const refused = await refusalOf(guess(31))
    expect([refused.status, refused.code]).toEqual([429, 'rate_limited'])
    expect(refused.message).toContain('brought credentials that their upstream refused')
    expect(rig.simulator.requests()).toHaveLength(asked)
    expect((await rig.ask(awsHeaders(ann))).status).toBe(200)
    expect((await rig.ask(key, { model: `bedrock/${sonnet}` })).status).toBe(200)
  })

  it('is counted of secrets that are guessed for a key that works, too, and shuts nothing for its owner', async () => {
    await using rig = await callersRig({ callerCredentials: 'alone', ...unlimited })
    expect((await rig.ask(awsHeaders(ann))).status).toBe(200)
    const guess = (index: number): Promise<Response> =>
      rig.ask(awsHeaders({ ...ann, secretAccessKey: `guess-${index}` }))
    for (let index = 0; index < 30; index += 1) expect((await guess(index)).status).toBe(401)
    expect((await guess(30)).status).toBe(429)
    expect((await rig.ask(awsHeaders(ann))).status).toBe(200)
  })
})
