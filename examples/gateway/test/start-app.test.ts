import { describe, expect, it } from 'vitest'
import { ConfigurationError } from '../src/configuration-error.ts'
import { startApp } from '../src/start-app.ts'
import { postChat, setFaults } from './chat-over-http.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { temporaryFile } from './run-gateway.ts'

describe('startApp in process', () => {
  it('serves, closes the simulator with itself, and two of them live side by side', async () => {
    const apps = await Promise.all([startApp({ PORT: '0' }, () => {}), startApp({ PORT: '0' }, () => {})])
    expect(new Set(apps.map(({ url }) => url)).size).toBe(2)
    const [first, second] = apps
    await setFaults(first.simulator, [{ fault: { kind: 'status', status: 400 } }])
    expect((await postChat(`${first.url}/v1/chat/completions`)).status).toBe(400)
    expect((await postChat(`${second.url}/v1/chat/completions`)).status).toBe(200)
    await Promise.all(apps.map(app => app.close()))
    await expect(fetch(`${first.simulator}/_simulator/requests`)).rejects.toThrow()
    await expect(fetch(`${second.url}/health`)).rejects.toThrow()
  })

  it("serves a configuration's own routes from the simulator where it has no providers", async () => {
    const routes = { mine: ['bedrock/amazon.nova-lite-v1:0'] }
    const MODELGATE_CONFIG = temporaryFile('modelgate.json', JSON.stringify({ routes }))
    const app = await startApp({ PORT: '0', MODELGATE_CONFIG, OPENAI_API_KEY: 'sk-never-used' }, () => {})
    expect(app.mode).toBe('simulator')
    const answer = await postChat(`${app.url}/v1/chat/completions`, { model: 'mine' })
    expect(answer.headers.get('x-modelgate-model')).toBe('amazon.nova-lite-v1:0')
    expect((await postChat(`${app.url}/v1/chat/completions`, { model: 'fast' })).status).toBe(404)
    await app.close()
  })

  it('holds callers to their tier, which the environment sets over the file', async () => {
    const limits = { tiers: { enterprise: { requestsPerMinute: 2, tokensPerMinute: 100_000 } } }
    const MODELGATE_CONFIG = temporaryFile('modelgate.json', JSON.stringify({ limits }))
    const app = await startApp({ PORT: '0', MODELGATE_CONFIG, RATE_LIMIT_ENTERPRISE_TIER_RPM: '1' }, () => {})
    const answer = await postChat(`${app.url}/v1/chat/completions`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('ratelimit-policy')).toBe('"rpm";q=1;w=60, "tpm";q=100000;w=60')
    expect(answer.headers.get('x-modelgate-applied-max-tokens')).toBe('4096')
    expect((await postChat(`${app.url}/v1/chat/completions`)).status).toBe(429)
    await app.close()
  })

  it('throws every fault at once', async () => {
    const started = startApp({ PORT: 'x', UPSTREAM: 'live' }, () => {})
    await expect(started).rejects.toBeInstanceOf(ConfigurationError)
    await expect(started).rejects.toMatchObject({
      faults: [
        expect.stringMatching(/^PORT/),
        expect.stringMatching(/API key/),
        expect.stringMatching(/nothing to call/),
      ],
    })
  })
})

it('refuses a key that no header can hold, wherever it comes from: nobody could ever use it', async () => {
  const keys = [{ key: 'fine' }, { key: { secret: 'env:TEAM' } }, { key: 'trailing ' }]
  const MODELGATE_CONFIG = temporaryFile('c.json', JSON.stringify({ keys, apiKey: { secret: 'env:ROOT' } }))
  const started = startApp({ PORT: '0', MODELGATE_CONFIG, TEAM: 'team-key\n', ROOT: 'röot' }, () => {})
  const fault = 'may hold only visible ASCII characters, and no line break at its end.'
  await expect(started).rejects.toThrow(
    [`keys[1].key: ${fault}`, `keys[2].key: ${fault}`, `MODELGATE_API_KEY: ${fault}`].join('\n'),
  )
})
