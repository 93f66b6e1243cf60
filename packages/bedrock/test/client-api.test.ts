import { afterEach, describe, expect, it, vi } from 'vitest'
import { bedrock } from '../src/index.ts'
import { aClient, aClientRig, type ClientRig } from './a-client.ts'

afterEach(() => vi.unstubAllEnvs())

const nobody = { url: 'http://127.0.0.1:9', credential: { accessKeyId: 'a', secretAccessKey: 'b' } }

const list = ({ provider }: Pick<ClientRig, 'provider'>, signal = new AbortController().signal) =>
  Promise.resolve(provider.models?.(signal) ?? [])

describe('the models of a provider with a client', () => {
  it('are listed in the client’s region with its credentials, by a client that never saw the control plane', async () => {
    await using rig = await aClientRig('http1', { config: { region: () => Promise.resolve('eu-central-1') } })
    const ids = (await list(rig)).map(({ id }) => id)
    expect(ids).toContain('anthropic.claude-v2:1')
    for (const { headers } of rig.simulator.requests()) {
      expect(headers.authorization).toContain(`${rig.simulator.credential.accessKeyId}/`)
      expect(headers.authorization).toContain('/eu-central-1/bedrock/aws4_request')
      expect(headers).not.toHaveProperty('amz-sdk-request')
    }
  })

  it('ask for the region anew when it could not be had the first time', async () => {
    let isThere = false
    const region = () => (isThere ? Promise.resolve('us-east-1') : Promise.reject(new Error('not yet')))
    await using rig = await aClientRig('http1', { config: { region } })
    await expect(list(rig)).rejects.toMatchObject({ code: 'invalid_configuration' })
    isThere = true
    expect(await list(rig)).not.toEqual([])
  })

  it('are not asked for without credentials', async () => {
    await using rig = await aClientRig('http1', { config: { credentials: () => Promise.reject(new Error('locked')) } })
    await expect(list(rig)).rejects.toMatchObject({ code: 'upstream_auth_failed' })
    expect(rig.simulator.requests()).toHaveLength(0)
  })

  it('are asked for with the API key of the environment, as the client itself does', async () => {
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', 'simulator-bedrock-key')
    await using rig = await aClientRig('http1')
    expect(await list(rig)).not.toEqual([])
    expect(rig.simulator.requests()[0]?.headers.authorization).toBe('Bearer simulator-bedrock-key')
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', undefined)
    const later = bedrock({ client: rig.client, endpoint: rig.simulator.url })
    await expect(list({ provider: later })).rejects.toMatchObject({ code: 'upstream_auth_failed' })
  })

  it('are asked for at the endpoint of the environment where none is given', async () => {
    await using rig = await aClientRig('http1')
    vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK', rig.simulator.url)
    expect(await list({ provider: bedrock({ client: rig.client }) })).not.toEqual([])
  })

  it('are not waited for by a caller who left', async () => {
    const controller = new AbortController()
    const client = aClient(nobody, 'http1', {
      region: () => {
        controller.abort()
        return new Promise<never>(() => {})
      },
    })
    await expect(list({ provider: bedrock({ client }) }, controller.signal)).rejects.toMatchObject({
      code: 'cancelled',
    })
  })
})

it('an endpoint that is none is refused when the provider is made, client or not', () => {
  const client = aClient(nobody, 'http1')
  expect(() => bedrock({ client, endpoint: 'nope' })).toThrow("bedrock({ endpoint }): 'nope' is no http")
})
