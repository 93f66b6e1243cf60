import { describe, expect, it } from 'vitest'
import { bodiesSeen, demoKey, postChat, requestsSeen, setFaults } from './chat-over-http.ts'
import { runGateway, runSimulator, temporaryFile } from './run-gateway.ts'

const throttled = { match: { operation: 'chat' }, fault: { kind: 'status', status: 429 } }

describe('steering the simulator', () => {
  it('makes the announced simulator fail, and the route falls over to its next target', async () => {
    await using gateway = await runGateway()
    const { simulator } = gateway.listening
    await setFaults(simulator, [throttled])
    const answer = await postChat(`${gateway.url}/v1/chat/completions`, { model: 'fast' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-modelgate-attempts')).toMatch(
      /^openai\/gpt-4o-mini;upstream_rate_limited;\d+ms, bedrock\/amazon\.nova-lite-v1:0;200;\d+ms$/,
    )
    expect(await requestsSeen(simulator)).toEqual(['chat gpt-4o-mini', 'converse amazon.nova-lite-v1:0'])
  })

  it('stands alone behind a configuration file with endpoint and baseURL, and the gateway is live', async () => {
    await using simulator = await runSimulator({ SIMULATOR_CREDENTIALS: 'AKIAMINE000000000000:my-secret-key' })
    const config = {
      providers: {
        aws: { type: 'bedrock', region: 'eu-west-1', endpoint: simulator.url },
        openai: { type: 'openai', baseURL: `${simulator.url}/v1`, apiKey: { secret: 'env:SIM_KEY' } },
        local: { type: 'openai-compatible', baseURL: `${simulator.url}/v1`, apiKey: 'sk-simulator' },
      },
      routes: { quick: ['openai/gpt-4o-mini', 'local/gpt-4o', 'aws/amazon.nova-lite-v1:0'] },
      keys: [{ key: { secret: 'env:TEAM_KEY' }, tenant: 'team' }],
    }
    await using gateway = await runGateway({
      MODELGATE_CONFIG: temporaryFile('modelgate.config.json', JSON.stringify(config)),
      SIM_KEY: 'sk-simulator',
      TEAM_KEY: 'team-key-1',
      AWS_ACCESS_KEY_ID: 'AKIAMINE000000000000',
      AWS_SECRET_ACCESS_KEY: 'my-secret-key',
    })
    expect(gateway.listening).toEqual({ msg: 'listening', url: gateway.url, mode: 'live' })
    await expect.poll(gateway.stderr).toContain('providers.local.apiKey: holds a secret in plain text')
    await expect.poll(gateway.stderr).toContain('Live: calls go to aws, openai, local, and are billed.')

    await setFaults(simulator.url, [throttled])
    const answer = await postChat(
      `${gateway.url}/api/v1/completions`,
      { model: 'quick' },
      { 'X-API-Key': 'team-key-1' },
    )
    expect(answer.status).toBe(200)
    expect(await requestsSeen(simulator.url)).toEqual([
      'chat gpt-4o-mini',
      'chat gpt-4o',
      'converse amazon.nova-lite-v1:0',
    ])
    const hidden = await postChat(
      `${gateway.url}/v1/chat/completions`,
      { model: 'gpt-4' },
      { 'X-API-Key': 'team-key-1' },
    )
    expect(hidden.status).toBe(404)
    const demo = await postChat(`${gateway.url}/v1/chat/completions`, { model: 'quick' }, { 'X-API-Key': demoKey })
    expect(demo.status).toBe(401)
    expect(gateway.stdout() + gateway.stderr()).not.toMatch(/sk-simulator|team-key-1|my-secret-key|AKIAMINE/)
  })

  it('is called by the credentials of the environment with UPSTREAM=live', async () => {
    await using simulator = await runSimulator()
    await using gateway = await runGateway({
      UPSTREAM: 'live',
      MODELGATE_API_KEY: 'my-gateway-key',
      OPENAI_API_KEY: 'sk-simulator',
      OPENAI_BASE_URL: `${simulator.url}/v1`,
    })
    expect(gateway.listening.mode).toBe('live')
    const answer = await postChat(`${gateway.url}/v1/chat/completions`, {}, { 'X-API-Key': 'my-gateway-key' })
    expect(answer.status).toBe(200)
    expect(await requestsSeen(simulator.url)).toEqual(['chat gpt-4'])
  })

  it('is sent cache points with ENABLE_PROMPT_CACHING=true, and none without', async () => {
    const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
    for (const [text, count] of [
      ['true', 1],
      ['', 0],
    ] as const) {
      await using gateway = await runGateway({ ENABLE_PROMPT_CACHING: text })
      expect((await postChat(`${gateway.url}/v1/chat/completions`, { model })).status).toBe(200)
      const bodies = await bodiesSeen(gateway.listening.simulator)
      expect(bodies.join().split('"cachePoint"')).toHaveLength(count + 1)
    }
  })

  it('follows the configuration file in caching, unless ENABLE_PROMPT_CACHING says otherwise', async () => {
    await using simulator = await runSimulator({ SIMULATOR_CREDENTIALS: 'AKIAMINE000000000000:my-secret-key' })
    const config = {
      providers: {
        aws: { type: 'bedrock', region: 'us-east-1', endpoint: simulator.url, promptCaching: { messages: true } },
      },
      routes: { nova: ['aws/amazon.nova-lite-v1:0'] },
      keys: [{ key: { secret: 'env:TEAM_KEY' } }],
    }
    const environment = {
      MODELGATE_CONFIG: temporaryFile('modelgate.config.json', JSON.stringify(config)),
      TEAM_KEY: 'team-key-1',
      AWS_ACCESS_KEY_ID: 'AKIAMINE000000000000',
      AWS_SECRET_ACCESS_KEY: 'my-secret-key',
    }
    for (const variable of ['', 'false']) {
      await using gateway = await runGateway({ ...environment, ENABLE_PROMPT_CACHING: variable })
      const path = `${gateway.url}/v1/chat/completions`
      expect((await postChat(path, { model: 'nova' }, { 'X-API-Key': 'team-key-1' })).status).toBe(200)
    }
    expect((await bodiesSeen(simulator.url)).map(body => body.includes('"cachePoint"'))).toEqual([true, false])
  })

  it('is guarded by MODELGATE_API_KEY where one is set, and the demo key is void', async () => {
    await using gateway = await runGateway({ MODELGATE_API_KEY: 'my-gateway-key', DEFAULT_MODEL: 'fast' })
    const path = `${gateway.url}/v1/chat/completions`
    expect((await postChat(path)).status).toBe(401)
    const answer = await postChat(path, { model: undefined }, { 'X-API-Key': 'my-gateway-key' })
    expect(answer.headers.get('x-modelgate-route')).toBe('fast')
    await expect.poll(gateway.stderr).toContain('$MODELGATE_API_KEY')
    expect(gateway.stderr()).not.toMatch(/my-gateway-key|sk-test/)
  })
})
