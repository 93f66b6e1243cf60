import type { Handler } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { Catalogue } from '../../src/catalogue/catalogue.ts'
import { ModelResolver, type ProfileOptions } from '../../src/catalogue/model-resolver.ts'
import { throughProfiles } from '../../src/catalogue/through-profiles.ts'
import { createPrices } from '../../src/models/prices.ts'
import { aChat } from '../a-call.ts'
import { aControlPlane, aModel, aProfile, applicationArn, HandClock, page, type Script } from './a-control-plane.ts'

const sonnet = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const regions = { us: ['us-east-1', 'us-west-2'], global: ['', 'us-east-1'] }
const script: Script = {
  models: [page([aModel(sonnet, false)])],
  system: [
    page([
      aProfile(`us.${sonnet}`, sonnet, { regions: regions.us }),
      aProfile(`global.${sonnet}`, sonnet, { regions: regions.global }),
    ]),
  ],
  application: [
    page([
      aProfile('regional', sonnet, { regions: regions.us, inferenceProfileName: 'shared' }),
      aProfile('worldwide', sonnet, { regions: regions.global, inferenceProfileName: 'shared' }),
      aProfile('odd', sonnet, { regions: ['us-east-1', 'us-east-9'] }),
    ]),
  ],
}

function aResolver(lists: Script, options: ProfileOptions = {}) {
  const clock = new HandClock()
  const { control, asked } = aControlPlane(lists)
  const catalogue = new Catalogue({ control, region: () => 'us-east-1', applicationProfiles: true, clock })
  return { resolver: new ModelResolver({ catalogue, baseModels: new Map(), ...options }), catalogue, clock, asked }
}

/** A handler that is never done. */
const busy: Handler<'chat'> = () => new Promise(() => {})

describe('a call of an application profile', () => {
  it('is billed at the price of what the profile was made of, and at no price where that is not known', async () => {
    const { resolver, catalogue } = aResolver(script, { applicationInferenceProfiles: true })
    await catalogue.ready()
    const priceOf = createPrices({ region: () => 'us-east-1', pricedAs: model => resolver.pricedAs(model) })
    const inputOf = (id: string): number | undefined => priceOf(applicationArn(id), {})?.input
    expect(inputOf('worldwide')).toBe(3)
    expect(inputOf('regional')).toBeCloseTo(3.3)
    expect(inputOf('odd')).toBeUndefined()
  })

  it('has a price as soon as the profile is known', async () => {
    const { resolver, catalogue } = aResolver(script, { applicationInferenceProfiles: true })
    const priceOf = createPrices({ region: () => 'us-east-1', pricedAs: model => resolver.pricedAs(model) })
    expect(priceOf('worldwide', {})).toBeUndefined()
    await catalogue.ready()
    expect(priceOf('worldwide', {})?.input).toBe(3)
  })

  it('by a name that several have is refused, naming how to tell them apart', async () => {
    const { resolver } = aResolver(script, { applicationInferenceProfiles: true })
    const chat = throughProfiles(busy, resolver)
    await expect(chat(aChat({ model: 'shared' }))).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'model',
      message:
        "'shared' is the name of 2 application inference profiles; name one by its ARN, as GET /v1/models lists them.",
    })
    expect([resolver.baseOf('shared'), resolver.pricedAs('shared')]).toEqual(['shared', 'shared'])
  })
})

describe('a call that waits for what profiles there are', () => {
  it('ends at once when its caller leaves', async () => {
    const hanging = () => new Promise<never>(() => {})
    const { resolver } = aResolver({ models: [hanging] }, { crossRegionInference: true })
    const controller = new AbortController()
    const left = throughProfiles(busy, resolver)(aChat({ model: sonnet }, controller.signal))
    controller.abort()
    await expect(left).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('is not made for an id that says it all', () => {
    const { resolver, asked } = aResolver(script, { crossRegionInference: true, applicationInferenceProfiles: true })
    const seen: unknown[] = []
    const chat = throughProfiles<'chat'>(call => {
      seen.push(call)
      return busy(call)
    }, resolver)
    const calls = [`us.${sonnet}`, 'arn:aws:bedrock:us-east-1:1:provisioned-model/abc'].map(model => aChat({ model }))
    for (const call of calls) void chat(call)
    // The very calls, and within the same turn.
    expect(seen).toEqual(calls)
    expect(seen[0]).toBe(calls[0])
    expect(asked.models).toBe(0)
  })
})
