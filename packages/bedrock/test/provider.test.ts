import type { Provider, Transport } from '@modelgate/core'
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import { bedrock } from '../src/index.ts'
import { baseModelOf } from '../src/models/model-id.ts'
import { capabilitiesOf } from '../src/models/models.ts'
import { resolveEndpoints } from '../src/upstream/endpoints.ts'
import { aChat, aRig, haiku } from './a-call.ts'

afterEach(() => vi.unstubAllEnvs())

describe('the provider', () => {
  it('has an id, a telemetry name, and handlers for chats and embeddings', () => {
    const provider = bedrock()
    expectTypeOf(provider).toEqualTypeOf<Provider<'bedrock'>>()
    expectTypeOf(bedrock({ id: 'eu' })).toEqualTypeOf<Provider<'eu'>>()
    expect([provider.id, provider.name, Object.keys(provider.handlers)]).toEqual([
      'bedrock',
      'aws.bedrock',
      ['chat', 'embeddings'],
    ])
    expect(bedrock({ id: 'eu' }).id).toBe('eu')
  })

  it('takes undefined for every option', () => {
    const unset = undefined
    expect(() =>
      bedrock({ id: unset, region: unset, credentials: unset, bearerToken: unset, endpoint: unset, transport: unset }),
    ).not.toThrow()
  })

  it.each([
    [haiku, true],
    ['anthropic.claude-v2', true],
    ['global.anthropic.claude-sonnet-5', true],
    ['us-gov.amazon.nova-lite-v1:0', true],
    ['arn:aws:bedrock:us-east-1:1:application-inference-profile/abc', true],
    ['arn:aws-cn:bedrock:cn-north-1::foundation-model/x', true],
    ['openai.gpt-oss-20b-1:0', true],
    ['gpt-4o-mini', false],
    ['us.gpt-4o', false],
    ['anthropic', false],
    ['anthropic.', false],
    ['arn:aws:s3:::bucket', false],
    ['', false],
  ])('claims %s: %s', (model, claimed) => {
    expect(bedrock().claims?.(model)).toBe(claimed)
  })

  it('sends a bearer token instead of a signature', async () => {
    await using rig = await aRig({ credentials: undefined, bearerToken: 'simulator-bedrock-key' })
    await rig.chat(aChat({}))
    const [request] = rig.simulator.requests()
    expect(request?.headers.authorization).toBe('Bearer simulator-bedrock-key')
    expect(request?.headers).not.toHaveProperty('x-amz-date')
  })

  it('signs with a session token when the credentials have one', async () => {
    const credentials = { accessKeyId: 'ASIASESSION00000000', secretAccessKey: 's', sessionToken: 'token==' }
    await using rig = await aRig({ credentials }, { credentials: [credentials] })
    await rig.chat(aChat({}))
    expect(rig.simulator.requests()[0]?.headers['x-amz-security-token']).toBe('token==')
  })

  it('never mixes explicit keys with the session token of the environment', async () => {
    vi.stubEnv('AWS_SESSION_TOKEN', 'of-someone-else')
    await using rig = await aRig()
    await rig.chat(aChat({}))
    expect(rig.simulator.requests()[0]?.headers).not.toHaveProperty('x-amz-security-token')
  })

  it('reads capabilities of an opaque ARN from the base model it is told', async () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl'
    const seen: unknown[] = []
    const transport: Transport = {
      send(request) {
        seen.push(JSON.parse(Buffer.from(request.body ?? new Uint8Array()).toString()))
        return Promise.reject(new Error('seen enough'))
      },
      close: () => Promise.reject(new Error('not ours to close')),
    }
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
    const provider = bedrock({ transport, credentials, baseModels: { [arn]: 'anthropic.claude-sonnet-5' } })
    await provider.handlers.chat?.(aChat({ model: arn, temperature: 0 })).catch(() => {})
    expect(seen).toEqual([{ messages: [{ role: 'user', content: [{ text: 'Hello there' }] }] }])
    await provider.close?.()
  })

  it('lists text and embedding models by the ids that can be called', async () => {
    await using rig = await aRig()
    const models = (await rig.provider.models?.(new AbortController().signal)) ?? []
    const ids = models.map(({ id }) => id)
    expect(ids).toContain('anthropic.claude-v2:1')
    expect(ids).toContain(haiku)
    expect(ids).toContain('us.anthropic.claude-sonnet-4-5-20250929-v1:0')
    // It has no on-demand throughput: the region's profile stands in for it.
    expect(ids).toContain('anthropic.claude-sonnet-4-5-20250929-v1:0')
    expect(ids.some(id => id.startsWith('arn:'))).toBe(false)
    expect(ids).toContain('amazon.titan-embed-text-v2:0')
    expect(new Set(ids).size).toBe(ids.length)
    expect(models.find(({ id }) => id === haiku)).toMatchObject({ object: 'model', owned_by: 'Anthropic' })
    expect(
      rig.simulator.requests().filter(request => request.operation === 'inference-profiles').length,
    ).toBeGreaterThan(0)
  })

  it('lists models although it may not list profiles', async () => {
    await using rig = await aRig()
    rig.simulator.setFaults([{ match: { operation: 'inference-profiles' }, fault: { kind: 'status', status: 403 } }])
    const models = (await rig.provider.models?.(new AbortController().signal)) ?? []
    expect(models.map(({ id }) => id)).toContain('anthropic.claude-v2:1')
    expect(models.some(({ id }) => id.startsWith('us.'))).toBe(false)
  })
})

describe('endpoints', () => {
  it.each([
    [{}, {}, 'https://bedrock-runtime.us-east-1.amazonaws.com', 'https://bedrock.us-east-1.amazonaws.com'],
    [
      { region: 'eu-west-1' },
      {},
      'https://bedrock-runtime.eu-west-1.amazonaws.com',
      'https://bedrock.eu-west-1.amazonaws.com',
    ],
    [
      { region: 'cn-north-1' },
      {},
      'https://bedrock-runtime.cn-north-1.amazonaws.com.cn',
      'https://bedrock.cn-north-1.amazonaws.com.cn',
    ],
    [
      { region: 'eusc-de-east-1' },
      {},
      'https://bedrock-runtime.eusc-de-east-1.amazonaws.eu',
      'https://bedrock.eusc-de-east-1.amazonaws.eu',
    ],
    [
      { endpoint: 'http://localhost:1/' },
      { AWS_ENDPOINT_URL: 'http://env' },
      'http://localhost:1',
      'http://localhost:1',
    ],
    [{}, { AWS_ENDPOINT_URL: 'http://all' }, 'http://all', 'http://all'],
    [
      {},
      { AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://run' },
      'http://run',
      'http://all',
    ],
    [{}, { AWS_ENDPOINT_URL_BEDROCK: 'http://list' }, 'https://bedrock-runtime.us-east-1.amazonaws.com', 'http://list'],
  ])('%j in %j', (options, env, runtime, control) => {
    const endpoints = resolveEndpoints(options, env)
    expect([endpoints.url('runtime'), endpoints.url('control')]).toEqual([runtime, control])
  })

  it.each([
    [{ region: 'a' }, { AWS_REGION: 'b', AWS_DEFAULT_REGION: 'c' }, 'a'],
    [{ region: undefined }, { AWS_REGION: 'b', AWS_DEFAULT_REGION: 'c' }, 'b'],
    [{}, { AWS_DEFAULT_REGION: 'c' }, 'c'],
    [{ region: '' }, { AWS_REGION: '' }, 'us-east-1'],
  ])('the region of %j in %j is %s', (options, env, region) => {
    expect(resolveEndpoints(options, env).region).toBe(region)
  })
})

describe('the base model', () => {
  it.each([
    ['us.anthropic.claude-sonnet-4-6', 'anthropic.claude-sonnet-4-6'],
    ['us-gov.amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0'],
    ['amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0'],
    ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0'],
    ['arn:aws:bedrock:us-east-1:1:inference-profile/eu.amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0'],
    [
      'arn:aws:bedrock:us-east-1:1:application-inference-profile/abc',
      'arn:aws:bedrock:us-east-1:1:application-inference-profile/abc',
    ],
    ['us.us.x', 'us.x'],
  ])('of %s is %s', (model, base) => {
    expect(baseModelOf(model)).toBe(base)
  })

  it.each([
    ['anthropic.claude-sonnet-5-5', { sampling: 'none', toolChoices: [] }],
    ['anthropic.claude-sonnet-5', { sampling: 'none', toolChoices: ['any', 'tool'] }],
    [
      'us.anthropic.claude-opus-4-5-20251101-v1:0',
      { sampling: 'temperatureOrTopP', reasoning: 'claudeBudget', prefill: true },
    ],
    ['anthropic.claude-opus-4-6-v1', { reasoning: 'claudeAdaptive', prefill: false }],
    ['anthropic.claude-3-5-haiku-20241022-v1:0', { sampling: 'all', reasoning: undefined }],
    ['somebody.new-model', { system: true, sampling: 'all', prefill: false }],
  ])('%s can do %j', (model, capabilities) => {
    expect(capabilitiesOf(model)).toMatchObject(capabilities)
  })
})
