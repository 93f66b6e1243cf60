import { describe, expect, it } from 'vitest'
import { demoKey, postChat, requestsSeen } from './chat-over-http.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { runGateway, runSimulator, temporaryFile } from './run-gateway.ts'

const sonnet3 = 'anthropic.claude-3-sonnet-20240229-v1:0'
const llama = 'meta.llama3-2-1b-instruct-v1:0'

/** As the deployed stack sets them. */
const documents = {
  DEFAULT_MODEL: sonnet3,
  ENABLE_CROSS_REGION_INFERENCE: 'true',
  ENABLE_APPLICATION_INFERENCE_PROFILES: 'true',
}

interface Listed {
  readonly data: readonly { readonly id: string; readonly name?: string; readonly base_model?: string }[]
}

async function modelsOf(url: string): Promise<Listed['data']> {
  const answer = await fetch(`${url}/v1/models`, { headers: { 'X-API-Key': demoKey } })
  return ((await answer.json()) as Listed).data
}

async function modelOf(url: string, body: object, key?: string): Promise<string | undefined> {
  const answer = await postChat(`${url}/v1/chat/completions`, body, key === undefined ? {} : { 'X-API-Key': key })
  return ((await answer.json()) as { model?: string }).model
}

describe('inference profiles', () => {
  it('are used and listed as the variables say', async () => {
    await using gateway = await runGateway(documents)
    expect(await modelOf(gateway.url, { model: undefined })).toBe(`us.${sonnet3}`)
    expect(await modelOf(gateway.url, { model: 'bedrock/team-support' })).toContain(':application-inference-profile/')
    const profile = (await modelsOf(gateway.url)).find(({ name }) => name === 'team-support')
    expect(profile).toMatchObject({
      id: expect.stringMatching(/^arn:aws:bedrock:/),
      base_model: 'amazon.nova-lite-v1:0',
    })
  })

  it('stand in where a model needs one, and are listed without those of the account, by default', async () => {
    await using gateway = await runGateway()
    expect(await modelOf(gateway.url, { model: sonnet3 })).toBe(sonnet3)
    expect(await modelOf(gateway.url, { model: llama })).toBe(`us.${llama}`)
    const ids = (await modelsOf(gateway.url)).map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining([llama, `us.${llama}`]))
    expect(ids.some(id => id.startsWith('arn:'))).toBe(false)
  })

  it('follow the configuration file, unless the environment says otherwise', async () => {
    await using simulator = await runSimulator({ SIMULATOR_CREDENTIALS: 'AKIAMINE000000000000:my-secret-key' })
    const aws = { type: 'bedrock', region: 'eu-west-1', endpoint: simulator.url }
    const config = {
      providers: { aws: { ...aws, crossRegionInference: true, applicationInferenceProfiles: true } },
      routes: { claude: [`aws/${sonnet3}`], team: ['aws/team-support'] },
      keys: [{ key: { secret: 'env:TEAM_KEY' } }],
    }
    const environment = {
      MODELGATE_CONFIG: temporaryFile('modelgate.config.json', JSON.stringify(config)),
      TEAM_KEY: 'team-key-1',
      AWS_ACCESS_KEY_ID: 'AKIAMINE000000000000',
      AWS_SECRET_ACCESS_KEY: 'my-secret-key',
    }
    const off = { ENABLE_CROSS_REGION_INFERENCE: 'false', ENABLE_APPLICATION_INFERENCE_PROFILES: 'false' }
    for (const variables of [{}, off]) {
      await using gateway = await runGateway({ ...environment, ...variables })
      for (const model of ['claude', 'team']) await modelOf(gateway.url, { model }, 'team-key-1')
    }
    const asked = (await requestsSeen(simulator.url)).filter(request => request.startsWith('converse'))
    expect(asked).toEqual([
      `converse eu.${sonnet3}`,
      expect.stringMatching(/^converse arn:.*:application-inference-profile\//),
      `converse ${sonnet3}`,
      'converse team-support',
    ])
  })
})
