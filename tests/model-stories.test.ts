import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { type BedrockOptions, bedrock } from '@modelgate/bedrock'
import { apiKeys, type CallReport, createGateway, memoryKeyStore } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { openai } from '@modelgate/openai'
import { type FaultRule, type Simulator, startSimulator } from '@modelgate/simulator'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { ann, awsHeaders, bob, callersRig, gatewayKey } from './setup/callers-rig.ts'

const llama = 'meta.llama3-2-1b-instruct-v1:0'
const lite = 'amazon.nova-lite-v1:0'
const sonnet = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const teamSearch = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6'
const messages = [{ role: 'user' as const, content: 'Say exactly: here' }]

/** A key that may name two things and no more. */
const narrowKey = 'sk-narrow'

interface ModelRig extends AsyncDisposable {
  readonly simulator: Simulator
  readonly client: OpenAI
  readonly reports: CallReport[]
  clientWith(key: string): OpenAI
}

/** A gateway over HTTP with both providers, and OpenAI's client before it. */
async function modelRig(
  options: BedrockOptions<'bedrock'> = {},
  { exposeModels = 'all' as 'all' | 'routes' } = {},
): Promise<ModelRig> {
  const simulator = await startSimulator()
  const reports: CallReport[] = []
  const gateway = createGateway({
    providers: [
      bedrock({ endpoint: simulator.url, region: 'us-east-1', credentials: simulator.credential, ...options }),
      openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
    ],
    routes: { fast: ['openai/gpt-4o-mini', 'bedrock/amazon.nova-lite-v1:0'] },
    exposeModels,
    defaultModel: llama,
    auth: apiKeys(
      memoryKeyStore([
        { key: gatewayKey, userId: 'team' },
        { key: narrowKey, userId: 'guest', allowedRoutes: ['fast', lite] },
      ]),
    ),
    // Not every model here has a price.
    onError: () => {},
    onReport: report => void reports.push(report),
    retry: { enabled: false },
    circuitBreaker: { enabled: false },
  })
  const server = http.createServer(toNodeHandler(gateway)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const clientWith = (apiKey: string): OpenAI => new OpenAI({ baseURL, apiKey, maxRetries: 0 })
  return {
    simulator,
    client: clientWith(gatewayKey),
    reports,
    clientWith,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await gateway.close({ graceMs: 0 })
      await simulator.close()
    },
  }
}

async function idsOf(client: OpenAI): Promise<string[]> {
  const ids: string[] = []
  for await (const { id } of client.models.list()) ids.push(id)
  return ids
}

const controlPlane = (fault: FaultRule['fault']): FaultRule[] =>
  ['foundation-models', 'inference-profiles'].map(operation => ({ match: { operation }, fault }))

describe("OpenAI's client", () => {
  it('lists routes, models and profiles, once each, and retrieves every one of them', async () => {
    await using rig = await modelRig({ applicationInferenceProfiles: true })
    const ids = await idsOf(rig.client)
    expect(ids[0]).toBe('fast')
    expect(ids).toEqual(expect.arrayContaining(['gpt-4o-mini', lite, `us.${lite}`, llama, teamSearch]))
    expect(ids.filter(id => /^(eu|apac)\./.test(id))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ['fast', 'gpt-4o-mini', lite, `us.${lite}`, teamSearch]) {
      expect(await rig.client.models.retrieve(id)).toMatchObject({ id, object: 'model' })
    }
    expect(await rig.client.models.retrieve(teamSearch)).toMatchObject({
      owned_by: 'Anthropic',
      name: 'team-search',
      base_model: sonnet,
      capabilities: { operations: ['chat'], tools: true, streaming: true, images: 100 },
    })
    expect(await rig.client.models.retrieve('amazon.titan-embed-text-v2:0')).toMatchObject({
      capabilities: { operations: ['embeddings'] },
    })
    await expect(rig.client.models.retrieve('nope')).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
  })

  it('is served by every text model that it is shown', async () => {
    await using rig = await modelRig({ applicationInferenceProfiles: true })
    const listed = (await rig.client.models.list()).data as (OpenAI.Model & {
      capabilities?: { operations?: string[] }
    })[]
    const shown = listed.filter(({ capabilities, owned_by: owner }) => {
      return capabilities?.operations?.includes('chat') && owner !== 'modelgate'
    })
    expect(shown.length).toBeGreaterThan(100)
    for (const { id } of shown) {
      const completion = await rig.client.chat.completions.create({ model: id, messages })
      expect([id, completion.choices[0]?.finish_reason]).toEqual([id, 'stop'])
    }
  })

  it('is shown what its key may name, and routes alone where they alone are exposed', async () => {
    await using all = await modelRig()
    expect(await idsOf(all.clientWith(narrowKey))).toEqual(['fast', lite])
    await using routes = await modelRig({}, { exposeModels: 'routes' })
    expect(await idsOf(routes.client)).toEqual(['fast'])
    expect(routes.simulator.requests()).toEqual([])
  })

  it('is answered by the default model where it names none, through the profile that this one needs', async () => {
    await using rig = await modelRig()
    const completion = await rig.client.post<OpenAI.ChatCompletion>('/chat/completions', { body: { messages } })
    expect(completion.model).toBe(`us.${llama}`)
    expect(rig.reports[0]?.route).toBe(llama)
  })

  it.each([
    [`bedrock/${teamSearch}`, {}],
    ['bedrock/team-search', {}],
    ['a1b2c3d4e5f6', { 'x-provider': 'bedrock' }],
    ['team-search', { 'x-provider': 'bedrock' }],
  ])('calls an application profile as %s, at the price of the profile it was made of', async (model, headers) => {
    await using rig = await modelRig({ applicationInferenceProfiles: true })
    const { data, response } = await rig.client.chat.completions.create({ model, messages }, { headers }).withResponse()
    expect(data.model).toBe(teamSearch)
    const { prompt_tokens: input, completion_tokens: output } = data.usage!
    // The list price of Claude Sonnet 4.5, and ten per cent more by a profile of one geography.
    const usd = ((input * 3 + output * 15) * 1.1) / 1_000_000
    expect(Number(response.headers.get('x-modelgate-cost-usd'))).toBeCloseTo(usd, 9)
    expect(rig.reports[0]?.costUsd).toBeCloseTo(usd, 9)
  })

  it('does not take the name of a profile for a model, unless it names the provider', async () => {
    await using rig = await modelRig({ applicationInferenceProfiles: true })
    await expect(rig.client.chat.completions.create({ model: 'team-search', messages })).rejects.toMatchObject({
      status: 404,
    })
  })
})

describe('while the control plane is down', () => {
  it('lists come from what was read before, and chats go on', async () => {
    await using rig = await modelRig({ crossRegionInference: true })
    const before = await idsOf(rig.client)
    rig.simulator.setFaults(controlPlane({ kind: 'status', status: 503 }))
    expect(await idsOf(rig.client)).toEqual(before)
    const { model } = await rig.client.chat.completions.create({ model: lite, messages })
    expect(model).toBe(`us.${lite}`)
  })

  it('and was from the start, lists have what else there is, and chats go out as they are', async () => {
    await using rig = await modelRig({ crossRegionInference: true })
    rig.simulator.setFaults(controlPlane({ kind: 'reset-before-head' }))
    const ids = await idsOf(rig.client)
    expect(ids).toContain('gpt-4o-mini')
    expect(ids).not.toContain(lite)
    expect((await rig.client.chat.completions.create({ model: lite, messages })).model).toBe(lite)
    // It is back: the next list has all.
    rig.simulator.setFaults([])
    expect(await idsOf(rig.client)).toContain(lite)
  })
})

describe('callers with AWS keys of their own', () => {
  it('get the profile of their own region, looked for with their own keys', async () => {
    await using rig = await callersRig({ callerCredentials: 'alone' })
    const answers = await Promise.all(
      [ann, bob].map(
        async keys => (await rig.ask(awsHeaders(keys), { model: llama })).json() as Promise<{ model: string }>,
      ),
    )
    expect(answers.map(({ model }) => model)).toEqual([`us.${llama}`, `eu.${llama}`])
    const signers = rig.simulator
      .requests()
      .map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? '')?.[1])
    expect(new Set(signers)).toEqual(new Set([ann.accessKeyId, bob.accessKeyId]))
    expect(signers).toHaveLength(rig.simulator.requests().length)
  })

  it('are told in the words of Bedrock where they may not look for it', async () => {
    await using rig = await callersRig({ callerCredentials: 'alone' })
    rig.simulator.setFaults(controlPlane({ kind: 'status', status: 403, errorType: 'AccessDeniedException' }))
    const answer = await rig.ask(awsHeaders(ann), { model: llama })
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('inference profile')])
  })
})
