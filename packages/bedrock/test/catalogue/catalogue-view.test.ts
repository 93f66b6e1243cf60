import { describe, expect, it } from 'vitest'
import { toCatalogueView } from '../../src/catalogue/catalogue-view.ts'
import { aModel, aProfile, applicationArn } from './a-control-plane.ts'

const llama = 'meta.llama3-2-1b-instruct-v1:0'
const lite = 'amazon.nova-lite-v1:0'
const sonnet = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const systemOf = (base: string, geos: string): ReturnType<typeof aProfile>[] =>
  geos.split(' ').map(geo => aProfile(`${geo}.${base}`, base, { regions: [`${geo}-1`, `${geo}-2`] }))

const models = [aModel(llama, false), aModel(lite), aModel(sonnet, false)]
const view = (
  region: string | undefined,
  listed: { system?: ReturnType<typeof aProfile>[]; application?: ReturnType<typeof aProfile>[] } = {},
) =>
  toCatalogueView(
    { models, systemProfiles: listed.system ?? [], applicationProfiles: listed.application ?? [] },
    region,
  )

describe('the profile that stands in for a model', () => {
  const system = systemOf(sonnet, 'global apac au eu jp us us-gov ca')
  it.each([
    ['us-east-1', 'us'],
    ['us-gov-west-1', 'us-gov'],
    ['ca-central-1', 'ca'],
    ['sa-east-1', 'us'],
    ['eu-north-1', 'eu'],
    ['ap-northeast-1', 'jp'],
    ['ap-northeast-3', 'jp'],
    ['ap-northeast-2', 'apac'],
    ['ap-southeast-2', 'au'],
    ['ap-south-1', 'apac'],
    ['il-central-1', undefined],
    ['cn-north-1', undefined],
    [undefined, undefined],
  ])('in %s is that of %s', (region, geo) => {
    expect(view(region, { system }).profileOf.get(sonnet)).toBe(geo && `${geo}.${sonnet}`)
  })

  it('is the next wider one where the nearest is not offered, and never a global one', () => {
    expect(view('ap-northeast-1', { system: systemOf(sonnet, 'apac global') }).profileOf.get(sonnet)).toBe(
      `apac.${sonnet}`,
    )
    expect(view('ca-central-1', { system: systemOf(sonnet, 'us global') }).profileOf.get(sonnet)).toBe(`us.${sonnet}`)
    expect(view('us-east-1', { system: systemOf(sonnet, 'global') }).profileOf.has(sonnet)).toBe(false)
  })

  it('is needed by models that are not served on demand', () => {
    const { profileOnly } = view('us-east-1', { system: [llama, lite].flatMap(base => systemOf(base, 'us')) })
    expect([...profileOnly]).toEqual([llama])
  })
})

describe('an application profile', () => {
  it('is known by its id and its name, and by neither where several have it', () => {
    const { arnsOf } = view('us-east-1', {
      application: [
        aProfile('aaa', lite, { inferenceProfileName: 'search' }),
        aProfile('bbb', lite, { inferenceProfileName: 'search' }),
        aProfile('ccc', lite, { inferenceProfileName: 'ccc' }),
      ],
    })
    expect(arnsOf.get('aaa')).toEqual([applicationArn('aaa')])
    expect(arnsOf.get('search')).toEqual([applicationArn('aaa'), applicationArn('bbb')])
    expect(arnsOf.get('ccc')).toEqual([applicationArn('ccc')])
  })

  it("takes no model's calls by a name that looks like the model's id", () => {
    const { arnsOf } = view('us-east-1', { application: [aProfile('aaa', lite, { inferenceProfileName: sonnet })] })
    expect([...arnsOf.keys()]).toEqual(['aaa'])
  })

  it('is of the model, and at the price of what it was made of: a model, or a system profile with the same regions', () => {
    const { baseOf, sourceOf } = view('us-east-1', {
      system: systemOf(sonnet, 'us global'),
      application: [
        aProfile('plain', sonnet, { regions: ['us-east-1'] }),
        aProfile('regional', sonnet, { regions: ['us-2', 'us-1'] }),
        aProfile('worldwide', sonnet, { regions: ['global-1', 'global-2'] }),
        aProfile('odd', sonnet, { regions: ['us-1', 'us-3'] }),
      ],
    })
    const of = (map: ReadonlyMap<string, string>) =>
      ['plain', 'regional', 'worldwide', 'odd'].map(id => map.get(applicationArn(id)))
    expect(of(baseOf)).toEqual([sonnet, sonnet, sonnet, sonnet])
    expect(of(sourceOf)).toEqual([sonnet, `us.${sonnet}`, `global.${sonnet}`, undefined])
  })
})
