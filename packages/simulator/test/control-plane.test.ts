import { describe, expect, it } from 'vitest'
import { fileSimulator } from './file-simulator.ts'
import { signedFetch } from './signed-fetch.ts'

const simulator = await fileSimulator()

interface Profile {
  inferenceProfileId: string
  inferenceProfileArn: string
  type: string
  models: { modelArn: string }[]
}
interface Page {
  inferenceProfileSummaries: Profile[]
  nextToken?: string
}
interface Model {
  modelId: string
  modelArn: string
  inferenceTypesSupported: string[]
  outputModalities: string[]
}

async function get<T>(path: string, region = 'us-east-1'): Promise<T> {
  const answer = await signedFetch(simulator, path, undefined, { region })
  return (await answer.json()) as T
}

async function allProfiles(query = ''): Promise<{ profiles: Profile[]; pages: number }> {
  const profiles: Profile[] = []
  let [token, pages]: [string | undefined, number] = ['', 0]
  while (token !== undefined) {
    const page: Page = await get<Page>(`/inference-profiles?${query}${token ? `&nextToken=${token}` : ''}`)
    profiles.push(...page.inferenceProfileSummaries)
    token = page.nextToken
    pages += 1
  }
  return { profiles, pages }
}

describe('ListInferenceProfiles', () => {
  it('comes in pages that together have every profile once', async () => {
    const { profiles, pages } = await allProfiles()
    expect(pages).toBeGreaterThan(2)
    expect(new Set(profiles.map(profile => profile.inferenceProfileArn)).size).toBe(profiles.length)
    expect(profiles.map(profile => profile.inferenceProfileId)).toContain(
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    )
    expect(new Set(profiles.map(profile => profile.type))).toEqual(new Set(['SYSTEM_DEFINED', 'APPLICATION']))
  })

  it('can be asked for one type and for larger pages', async () => {
    const applications = await allProfiles('type=APPLICATION')
    expect(applications.pages).toBe(1)
    expect(applications.profiles[0]?.inferenceProfileArn).toMatch(/:application-inference-profile\/\w{12}$/)
    expect(applications.profiles[0]?.models[0]?.modelArn).toMatch(/foundation-model\/anthropic\.claude-sonnet-4-5/)
    expect((await allProfiles('maxResults=1000')).pages).toBe(1)
  })

  it.each([
    ['us-west-2', ['us', 'global'], ['', 'us-west-2']],
    ['ca-central-1', ['us', 'global'], ['', 'ca-central-1']],
    ['eu-west-1', ['eu', 'global'], ['', 'eu-west-1']],
    ['ap-northeast-1', ['apac', 'jp', 'global'], ['', 'ap-northeast-1']],
    ['ap-southeast-2', ['apac', 'au', 'global'], ['', 'ap-southeast-2']],
  ])('tells those that can be called from %s, and where they run', async (region, geos, anywhere) => {
    const path = '/inference-profiles?maxResults=1000&type=SYSTEM_DEFINED'
    const { inferenceProfileSummaries: profiles } = await get<Page>(path, region)
    const prefixes = profiles.map(({ inferenceProfileId: id }) => id.slice(0, id.indexOf('.')))
    expect(new Set(prefixes)).toEqual(new Set(geos))
    const global = profiles.find(({ inferenceProfileId: id }) => id === 'global.anthropic.claude-opus-5')
    expect(global?.models).toEqual(
      anywhere.map(place => ({ modelArn: `arn:aws:bedrock:${place}::foundation-model/anthropic.claude-opus-5` })),
    )
  })

  it.each(['maxResults=0', 'maxResults=1001', 'nextToken=x'])('refuses %s', async query => {
    expect((await signedFetch(simulator, `/inference-profiles?${query}`)).status).toBe(400)
  })

  it('tells one profile by id or ARN', async () => {
    const id = 'us.amazon.nova-lite-v1:0'
    const byId = await get<Profile>(`/inference-profiles/${encodeURIComponent(id)}`)
    const byArn = await get<Profile>(`/inference-profiles/${encodeURIComponent(byId.inferenceProfileArn)}`)
    expect(byArn).toEqual(byId)
    expect((await signedFetch(simulator, '/inference-profiles/nope')).status).toBe(404)
  })
})

describe('ListFoundationModels', () => {
  it('has all models at once, those that need a profile without ON_DEMAND', async () => {
    const { modelSummaries } = await get<{ modelSummaries: Model[] }>('/foundation-models')
    const types = (id: string) => modelSummaries.find(model => model.modelId === id)?.inferenceTypesSupported
    expect(types('anthropic.claude-sonnet-4-6')).toEqual(['INFERENCE_PROFILE'])
    expect(types('amazon.nova-lite-v1:0')).toEqual(['ON_DEMAND', 'INFERENCE_PROFILE'])
    expect(types('meta.llama3-8b-instruct-v1:0')).toEqual(['ON_DEMAND'])
  })

  it.each<[string, (model: Model) => boolean]>([
    ['byProvider=Amazon', model => model.modelId.startsWith('amazon.')],
    ['byOutputModality=EMBEDDING', model => model.outputModalities.includes('EMBEDDING')],
    ['byInferenceType=ON_DEMAND', model => model.inferenceTypesSupported.includes('ON_DEMAND')],
  ])('can be asked %s', async (query, belongs) => {
    const all = await get<{ modelSummaries: Model[] }>('/foundation-models')
    const some = await get<{ modelSummaries: Model[] }>(`/foundation-models?${query}`)
    expect(some.modelSummaries).toEqual(all.modelSummaries.filter(belongs))
    expect(some.modelSummaries.length).toBeGreaterThan(3)
  })

  it('tells one model', async () => {
    const { modelDetails } = await get<{ modelDetails: Model }>('/foundation-models/amazon.nova-lite-v1%3A0')
    expect(modelDetails.modelArn).toBe('arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0')
    expect((await signedFetch(simulator, '/foundation-models/nope')).status).toBe(404)
  })
})
