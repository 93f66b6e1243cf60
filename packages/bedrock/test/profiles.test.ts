import type { FaultRule } from '@modelgate/simulator'
import { describe, expect, it } from 'vitest'
import type { BedrockOptions } from '../src/index.ts'
import { aChat, anEmbedding, aRig, chunksOf, completionOf, type Rig } from './a-call.ts'
import { aClientRig } from './a-client.ts'

const llama = 'meta.llama3-2-1b-instruct-v1:0'
const lite = 'amazon.nova-lite-v1:0'
const sonnet = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const teamSearch = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6'
const teamSupport = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/f6e5d4c3b2a1'

/** The models that were called, in order. */
const called = ({ simulator }: Pick<Rig, 'simulator'>): (string | undefined)[] =>
  simulator
    .requests()
    .filter(({ operation }) => /converse|invoke/.test(operation))
    .map(({ model }) => model)

/** How often the control plane was asked. */
const listings = ({ simulator }: Pick<Rig, 'simulator'>): number =>
  simulator.requests().filter(({ operation }) => /models|profiles/.test(operation)).length

async function ask(rig: Rig, model: string): Promise<string> {
  return completionOf(await rig.chat(aChat({ model }))).model
}

const struck = (fault: FaultRule['fault']): FaultRule[] =>
  ['foundation-models', 'inference-profiles'].map(operation => ({ match: { operation }, fault }))

describe('a bare model id', () => {
  it.each([
    ['us-east-1', `us.${llama}`],
    ['eu-west-1', `eu.${llama}`],
  ])('goes in %s to %s, where the model cannot be called without a profile', async (region, profile) => {
    await using rig = await aRig({ region })
    expect(await ask(rig, llama)).toBe(profile)
    expect(called(rig)).toEqual([llama, profile])
    // From then on it is known.
    expect(await ask(rig, llama)).toBe(profile)
    expect(called(rig)).toEqual([llama, profile, profile])
  })

  it('goes there in streams and for embeddings, too', async () => {
    await using rig = await aRig()
    const chunks = await chunksOf(await rig.chat(aChat({ model: llama, stream: true })))
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop')
    const { embeddings } = await rig.embed(anEmbedding({ model: 'cohere.embed-v4:0' }))
    expect(embeddings.value.data).toHaveLength(1)
    expect(called(rig)).toEqual([llama, `us.${llama}`, 'cohere.embed-v4:0'])
  })

  it('goes out as it is where the model is served on demand, and nobody is asked what profiles there are', async () => {
    await using rig = await aRig()
    expect(await ask(rig, lite)).toBe(lite)
    expect([called(rig), listings(rig)]).toEqual([[lite], 0])
  })

  it('goes by the profile of the region with `crossRegionInference`, from the first call on', async () => {
    await using rig = await aRig({ crossRegionInference: true })
    expect(await ask(rig, lite)).toBe(`us.${lite}`)
    expect(await ask(rig, 'mistral.mistral-7b-instruct-v0:2')).toBe('mistral.mistral-7b-instruct-v0:2')
    expect(await ask(rig, `global.${sonnet}`)).toBe(`global.${sonnet}`)
    expect(called(rig)).toEqual([`us.${lite}`, 'mistral.mistral-7b-instruct-v0:2', `global.${sonnet}`])
  })

  it('is refused with the words of Bedrock where the region has no profile for it', async () => {
    await using rig = await aRig({ region: 'ap-south-1' })
    await expect(ask(rig, llama)).rejects.toMatchObject({
      code: 'model_not_found',
      message: expect.stringContaining("with on-demand throughput isn't supported"),
    })
    expect(called(rig)).toEqual([llama])
  })

  it('goes by the profile after a refusal, although the role may not list models', async () => {
    await using rig = await aRig()
    rig.simulator.setFaults([{ match: { operation: 'foundation-models' }, fault: { kind: 'status', status: 403 } }])
    expect(await ask(rig, llama)).toBe(`us.${llama}`)
    expect(await ask(rig, llama)).toBe(`us.${llama}`)
    expect(called(rig)).toEqual([llama, `us.${llama}`, `us.${llama}`])
  })

  it('is resolved for a client of the SDK, too, by the region of the client', async () => {
    await using rig = await aClientRig('http1')
    const result = await rig.provider.handlers.chat?.(aChat({ model: llama }))
    expect(result && completionOf(result).model).toBe(`us.${llama}`)
  })
})

describe('an application profile', () => {
  const on: BedrockOptions<string> = { applicationInferenceProfiles: true }

  it.each([teamSearch, 'a1b2c3d4e5f6', 'team-search'])('is called by %s', async name => {
    await using rig = await aRig(on)
    expect(await ask(rig, name)).toBe(teamSearch)
    expect(called(rig)).toEqual([teamSearch])
  })

  it('is known for what its model can do, and costs', async () => {
    await using rig = await aRig(on)
    await rig.provider.models?.(new AbortController().signal)
    const { provider } = rig
    for (const [name, model] of [
      [teamSearch, `us.${sonnet}`],
      ['team-search', `us.${sonnet}`],
      [teamSupport, lite],
      ['team-support', lite],
    ] as const) {
      expect(provider.capabilitiesOf?.(name)).toEqual(provider.capabilitiesOf?.(model))
      expect(provider.priceOf?.(name, {})).toEqual(provider.priceOf?.(model, {}))
      expect(provider.priceOf?.(name, {})).toBeDefined()
    }
  })

  it('is told what its model takes: Claude 4.5 one of temperature and top_p', async () => {
    await using rig = await aRig(on)
    const call = aChat({ model: 'team-search', temperature: 0.5, top_p: 0.9 })
    await rig.chat(call)
    expect([...call.context.droppedParams]).toEqual(['top_p'])
  })

  it('is listed by its ARN, and not without the option', async () => {
    await using rig = await aRig(on)
    const models = (await rig.provider.models?.(new AbortController().signal)) ?? []
    expect(models.find(({ id }) => id === teamSearch)).toMatchObject({ name: 'team-search', base_model: sonnet })
    await using other = await aRig()
    const others = (await other.provider.models?.(new AbortController().signal)) ?? []
    expect(others.some(({ id }) => id.startsWith('arn:'))).toBe(false)
    await expect(ask(other, 'team-search')).rejects.toMatchObject({ code: 'model_not_found' })
    expect(await ask(other, teamSearch)).toBe(teamSearch)
  })

  it('is what the operator says it is', async () => {
    await using rig = await aRig({ ...on, baseModels: { [teamSearch]: lite } })
    expect(rig.provider.priceOf?.(teamSearch, {})).toEqual(rig.provider.priceOf?.(lite, {}))
    await ask(rig, teamSearch)
    expect(listings(rig)).toBe(0)
  })
})

describe('a control plane that', () => {
  it('is down holds up no call: what it would have told is unknown', async () => {
    await using rig = await aRig({ crossRegionInference: true, applicationInferenceProfiles: true })
    rig.simulator.setFaults(struck({ kind: 'close-before-head' }))
    expect(await ask(rig, lite)).toBe(lite)
    expect(await ask(rig, teamSearch)).toBe(teamSearch)
    await expect(ask(rig, llama)).rejects.toMatchObject({ code: 'model_not_found' })
    const asked = listings(rig)
    expect(await ask(rig, lite)).toBe(lite)
    expect(listings(rig)).toBe(asked)
  })

  it('hangs is waited for by nobody for longer than a second', async () => {
    await using rig = await aRig({ crossRegionInference: true })
    rig.simulator.setFaults(struck({ kind: 'stall', afterFrames: 0 }))
    expect(await Promise.all([ask(rig, lite), ask(rig, lite), ask(rig, llama).catch(({ code }) => code)])).toEqual([
      lite,
      lite,
      'model_not_found',
    ])
    expect(await ask(rig, lite)).toBe(lite)
    expect(rig.simulator.requests().filter(({ operation }) => operation === 'foundation-models')).toHaveLength(1)
  })

  it('went down later changes nothing', async () => {
    await using rig = await aRig({ crossRegionInference: true })
    const list = async () => rig.provider.models?.(new AbortController().signal)
    const before = await list()
    rig.simulator.setFaults(struck({ kind: 'status', status: 503 }))
    expect(await list()).toEqual(before)
    expect(await ask(rig, llama)).toBe(`us.${llama}`)
  })

  it('throttles a page is asked for it again', async () => {
    await using rig = await aRig()
    rig.simulator.setFaults([
      {
        match: { operation: 'inference-profiles', times: 1 },
        fault: { kind: 'status', status: 429, errorType: 'ThrottlingException' },
      },
    ])
    const models = (await rig.provider.models?.(new AbortController().signal)) ?? []
    expect(models.map(({ id }) => id)).toContain(`us.${llama}`)
  })
})
