import type { UpstreamBody } from '@modelgate/core'
import { GatewayError } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { Catalogue } from '../src/catalogue/catalogue.ts'
import { createControlPlane } from '../src/catalogue/control-plane.ts'
import { toModels } from '../src/models/model-list.ts'
import type { ApiRequest, BedrockApi } from '../src/upstream/bedrock-api.ts'

const arn = (base: string) => `arn:aws:bedrock:us-east-1::foundation-model/${base}`
const model = (modelId: string, inferenceTypesSupported: string[], outputModalities = ['TEXT']) => ({
  modelId,
  providerName: 'Maker',
  outputModalities,
  inferenceTypesSupported,
  modelLifecycle: { status: 'ACTIVE', startOfLifeTime: '2025-01-01T00:00:00Z' },
})
const profile = (inferenceProfileId: string, base: string, more: object = {}) => ({
  inferenceProfileId,
  inferenceProfileArn: `arn:aws:bedrock:us-east-1:1:application-inference-profile/${inferenceProfileId}`,
  status: 'ACTIVE',
  type: 'SYSTEM_DEFINED',
  models: [{ modelArn: arn(base) }],
  ...more,
})

/** Answers by path, type and page token; keeps what it was asked. */
function anApi(answers: Readonly<Record<string, object>>) {
  const asked: string[] = []
  const api: BedrockApi = {
    send({ path, query }: ApiRequest) {
      const key = [path, query?.type, query?.nextToken].filter(Boolean).join(' ')
      asked.push(key)
      const answer = answers[key] ?? {}
      if (answer instanceof Error) return Promise.reject(answer)
      return Promise.resolve({ status: 200, headers: {}, body: bodyOf(answer) })
    },
  }
  const control = createControlPlane(api)
  const catalogue = new Catalogue({ control, region: () => 'us-east-1', applicationProfiles: true })
  const models = async () => toModels(await catalogue.list(new AbortController().signal))
  return { asked, models, list: async () => (await models()).map(({ id }) => id) }
}

function bodyOf(answer: unknown): UpstreamBody {
  const reads = [Buffer.from(JSON.stringify(answer))]
  return {
    next() {
      const value = reads.shift()
      return Promise.resolve(value ? { done: false, value } : { done: true, value: undefined })
    },
  }
}

const foundation = {
  modelSummaries: [
    model('maker.both', ['ON_DEMAND', 'INFERENCE_PROFILE']),
    model('maker.profile-only', ['INFERENCE_PROFILE']),
    model('maker.provisioned:0:200k', ['PROVISIONED']),
    model('cohere.embed-x', ['ON_DEMAND'], ['EMBEDDING']),
    model('maker.canvas', ['ON_DEMAND'], ['IMAGE']),
  ],
}

const system = '/inference-profiles SYSTEM_DEFINED'
const application = '/inference-profiles APPLICATION'
const denied = new GatewayError('upstream_auth_failed', 'not allowed')

describe('the list of models', () => {
  it('follows every page of inference profiles, empty ones too', async () => {
    const { asked, list } = anApi({
      '/foundation-models': foundation,
      [system]: { inferenceProfileSummaries: [profile('global.maker.both', 'maker.both')], nextToken: 'two' },
      [`${system} two`]: { inferenceProfileSummaries: [], nextToken: 'three' },
      [`${system} three`]: { nextToken: 'four' },
      [`${system} four`]: {
        inferenceProfileSummaries: [profile('us.maker.profile-only', 'maker.profile-only')],
        nextToken: null,
      },
    })
    expect(await list()).toEqual([
      'maker.both',
      'global.maker.both',
      'maker.profile-only',
      'us.maker.profile-only',
      'cohere.embed-x',
    ])
    expect(asked).toHaveLength(6)
  })

  it('ends although a page names itself as the next', async () => {
    const page = { inferenceProfileSummaries: [profile('us.maker.both', 'maker.both')], nextToken: 'again' }
    const { asked, list } = anApi({ '/foundation-models': foundation, [system]: page, [`${system} again`]: page })
    expect(await list()).toContain('us.maker.both')
    expect(asked.filter(path => path.startsWith(system))).toHaveLength(2)
  })

  it('has the own id of a model that needs a profile only where the region has one to stand in for it', async () => {
    const { list } = anApi({
      '/foundation-models': foundation,
      [system]: { inferenceProfileSummaries: [profile('global.maker.profile-only', 'maker.profile-only')] },
    })
    expect(await list()).toEqual(['maker.both', 'global.maker.profile-only', 'cohere.embed-x'])
  })

  it('names an application profile by its ARN, and leaves out what is not active, or of no model that is listed', async () => {
    const { list } = anApi({
      '/foundation-models': foundation,
      [system]: {
        inferenceProfileSummaries: [
          profile('us.maker.both', 'maker.both', { status: 'CREATING' }),
          profile('us.maker.unknown', 'maker.unknown'),
          profile('us.nothing', '', { models: [] }),
          { inferenceProfileId: 'us.odd', models: 'none' },
          null,
        ],
      },
      [application]: { inferenceProfileSummaries: [profile('abc', 'maker.both')] },
    })
    expect(await list()).toEqual([
      'maker.both',
      'arn:aws:bedrock:us-east-1:1:application-inference-profile/abc',
      'cohere.embed-x',
    ])
  })

  it('has no model that the door cannot serve: rerankers, models that only hear, embeddings of no known family', async () => {
    const { list } = anApi({
      '/foundation-models': {
        modelSummaries: [
          { ...model('maker.rerank', ['ON_DEMAND']), responseStreamingSupported: false },
          { ...model('maker.sonic', ['ON_DEMAND']), inputModalities: ['SPEECH'] },
          model('maker.embed', ['ON_DEMAND'], ['EMBEDDING']),
          { ...model('maker.chat', ['ON_DEMAND']), inputModalities: ['TEXT'], responseStreamingSupported: true },
        ],
      },
    })
    expect(await list()).toEqual(['maker.chat'])
  })

  it('says since when and till when, by whom, under which name, and what it is for', async () => {
    const { models } = anApi({
      '/foundation-models': {
        modelSummaries: [
          {
            ...foundation.modelSummaries[0],
            modelName: 'Both',
            responseStreamingSupported: true,
            modelLifecycle: {
              status: 'LEGACY',
              startOfLifeTime: '2025-01-01T00:00:00Z',
              endOfLifeTime: '2027-01-01T00:00:00Z',
            },
          },
        ],
      },
      [application]: {
        inferenceProfileSummaries: [
          profile('abc', 'maker.both', { inferenceProfileName: 'team', createdAt: '2026-01-01T00:00:00Z' }),
        ],
      },
    })
    const own = {
      id: 'maker.both',
      object: 'model',
      created: 1_735_689_600,
      owned_by: 'Maker',
      shutdown_date: '2027-01-01',
      name: 'Both',
      capabilities: { operations: ['chat'], streaming: true },
    }
    const arn = 'arn:aws:bedrock:us-east-1:1:application-inference-profile/abc'
    expect(await models()).toEqual([
      own,
      { ...own, id: arn, created: 1_767_225_600, name: 'team', base_model: 'maker.both' },
    ])
  })

  it('has no profiles where the role may not list them, and says so where it may list nothing', async () => {
    const { list } = anApi({ '/foundation-models': foundation, [system]: denied, [application]: denied })
    expect(await list()).toEqual(['maker.both', 'cohere.embed-x'])
    await expect(anApi({ '/foundation-models': denied }).list()).rejects.toBe(denied)
  })

  it('has what there is where a page fails', async () => {
    const { list } = anApi({
      '/foundation-models': foundation,
      [system]: { inferenceProfileSummaries: [profile('us.maker.both', 'maker.both')], nextToken: 'two' },
      [`${system} two`]: new GatewayError('upstream_unavailable', 'gone'),
    })
    expect(await list()).toEqual(['maker.both', 'us.maker.both', 'cohere.embed-x'])
  })
})
