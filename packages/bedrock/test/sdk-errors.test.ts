import { type BedrockRuntimeClient, ThrottlingException } from '@aws-sdk/client-bedrock-runtime'
import { type GatewayError, isGatewayError } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { bedrock } from '../src/index.ts'
import { aChat, anEmbedding, cutOf } from './a-call.ts'
import { aClient, aClientRig, protocols } from './a-client.ts'

const nobody = { url: 'http://127.0.0.1:9', credential: { accessKeyId: 'a', secretAccessKey: 'b' } }

/** What a call through this client fails of. */
async function failureOf(client: BedrockRuntimeClient, stream = false): Promise<GatewayError> {
  const error: unknown = await bedrock({ client })
    .handlers.chat?.(aChat({ stream }))
    .catch((thrown: unknown) => thrown)
  if (!isGatewayError(error)) throw new Error(`no failure: ${String(error)}`)
  return error
}

describe.each(protocols)('without an answer, over %s,', protocol => {
  it.each([false, true])('an upstream that refuses connections is unavailable (streamed: %s)', async stream => {
    const error = await failureOf(aClient(nobody, protocol), stream)
    expect(error).toMatchObject({ code: 'upstream_unavailable', retryable: true })
    expect(error.message).toContain('ECONNREFUSED')
  })

  it.each([false, true])('an upstream that closes the connection is unavailable (streamed: %s)', async stream => {
    await using rig = await aClientRig(protocol)
    rig.simulator.setFaults([{ fault: { kind: 'reset-before-head' } }])
    await expect(rig.chat(aChat({ stream }))).rejects.toMatchObject({ code: 'upstream_unavailable', retryable: true })
    expect(rig.simulator.requests()).toHaveLength(1)
  })
})

describe('credentials that cannot be had are upstream_auth_failed:', () => {
  const failing = (error: Error) => () => Promise.reject(error)
  const named = (name: string) => Object.assign(new Error('Could not load from any provider'), { name })

  it.each<[string, () => Promise<never>]>([
    ['none in the SDK’s chain', failing(named('CredentialsProviderError'))],
    ['a broker that is down', failing(new TypeError('fetch failed'))],
    ['a broker that cannot be reached', failing(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))],
    ['a broker that speaks of AKIAIOSFODNN7EXAMPLE', failing(new Error('AKIAIOSFODNN7EXAMPLE is locked'))],
    ['something else than keys', () => Promise.resolve({} as never)],
  ])('%s', async (_name, credentials) => {
    await using rig = await aClientRig('http1', { config: { credentials } })
    for (const call of [rig.chat(aChat({})), rig.chat(aChat({ stream: true })), rig.embed(anEmbedding({}))]) {
      const error: unknown = await call.catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'upstream_auth_failed', status: 502, retryable: false })
      expect(error).toHaveProperty('cause')
      expect(String(error)).not.toContain('AKIA')
    }
    expect(rig.simulator.requests()).toHaveLength(0)
  })

  it('a token that cannot be had', async () => {
    const token = failing(named('TokenProviderError'))
    await using rig = await aClientRig('http1', { config: { token, authSchemePreference: ['httpBearerAuth'] } })
    await expect(rig.chat(aChat({}))).rejects.toMatchObject({ code: 'upstream_auth_failed' })
  })
})

describe('a client that is set up wrongly is invalid_configuration:', () => {
  it.each([
    ['without a region', { region: () => Promise.reject(new Error('Region is missing')) }],
    ['with a region that is none', { region: 'us east 1', endpoint: undefined as never }],
    ['with an endpoint that cannot be', { useFipsEndpoint: true }],
  ])('%s', async (_name, config) => {
    const error = await failureOf(aClient(nobody, 'http1', config))
    expect(error).toMatchObject({ code: 'invalid_configuration' })
    expect(error.message).toContain('bedrock({ client })')
  })
})

describe('a stub in place of a client', () => {
  const stub = (send: () => Promise<unknown>) => ({ send, config: {} }) as unknown as BedrockRuntimeClient

  it.each([
    ['a connection error', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 'upstream_unavailable'],
    ['a timeout', Object.assign(new Error('slow'), { name: 'TimeoutError' }), 'upstream_unavailable'],
    ['an exception', new ThrottlingException({ message: 'Slow down.', $metadata: {} }), 'upstream_rate_limited'],
    ['nothing to speak of', undefined, 'upstream_unavailable'],
    ['a word', 'no', 'upstream_unavailable'],
  ])('that throws %s is told apart without its middleware', async (_name, thrown, code) => {
    expect(await failureOf(stub(() => Promise.reject(thrown as Error)))).toMatchObject({ code })
  })

  it('whose stream throws an exception with a code of its own has thrown an exception', async () => {
    const thrown = Object.assign(new ThrottlingException({ message: 'Slow down.', $metadata: {} }), { code: 'slow' })
    async function* stream() {
      yield { messageStart: { role: 'assistant' } }
      throw thrown
    }
    const { handlers } = bedrock({ client: stub(() => Promise.resolve({ stream: stream(), $metadata: {} })) })
    const result = await handlers.chat?.(aChat({ stream: true }))
    if (!result) throw new Error('no chats')
    const { error, chunks } = await cutOf(result)
    expect(error).toMatchObject({ code: 'upstream_rate_limited' })
    expect(chunks).toHaveLength(1)
  })

  it('that gives no stream has answered badly', async () => {
    const error = await failureOf(
      stub(() => Promise.resolve({ $metadata: {} })),
      true,
    )
    expect(error).toMatchObject({ code: 'upstream_bad_response' })
  })
})
