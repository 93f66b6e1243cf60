import type { UpstreamBody } from '@modelgate/core'
import { GatewayError } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import type { ApiRequest, BedrockApi } from '../src/bedrock-api.ts'
import { listModels } from '../src/model-list.ts'

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

/** Answers by path and page token; keeps what it was asked. */
function anApi(answers: Readonly<Record<string, object>>) {
  const asked: string[] = []
  const api: BedrockApi = {
    send({ path, query }: ApiRequest) {
      const key = `${path}${query?.nextToken ? `?${query.nextToken}` : ''}`
      asked.push(key)
      const answer = answers[key]
      if (answer instanceof Error) return Promise.reject(answer)
      return Promise.resolve({ status: 200, headers: {}, body: bodyOf(answer) })
    },
  }
  return { asked, list: async () => (await listModels(api, new AbortController().signal)).map(({ id }) => id), api }
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
    model('maker.embed', ['ON_DEMAND'], ['EMBEDDING']),
    model('maker.canvas', ['ON_DEMAND'], ['IMAGE']),
  ],
}

describe('the list of models', () => {
  it('follows every page of inference profiles', async () => {
    const { asked, list } = anApi({
      '/foundation-models': foundation,
      '/inference-profiles': { inferenceProfileSummaries: [profile('us.maker.both', 'maker.both')], nextToken: 'two' },
      '/inference-profiles?two': {
        inferenceProfileSummaries: [profile('eu.maker.both', 'maker.both')],
        nextToken: 'three',
      },
      '/inference-profiles?three': {
        inferenceProfileSummaries: [profile('us.maker.profile-only', 'maker.profile-only')],
      },
    })
    expect(await list()).toEqual([
      'maker.both',
      'us.maker.both',
      'eu.maker.both',
      'us.maker.profile-only',
      'maker.embed',
    ])
    expect(asked).toHaveLength(4)
  })

  it('names an application profile by its ARN, and leaves out what is not active', async () => {
    const { list } = anApi({
      '/foundation-models': foundation,
      '/inference-profiles': {
        inferenceProfileSummaries: [
          profile('abc', 'maker.both', { type: 'APPLICATION' }),
          profile('us.maker.both', 'maker.both', { status: 'CREATING' }),
          profile('us.maker.unknown', 'maker.unknown'),
          profile('us.nothing', '', { models: [] }),
        ],
      },
    })
    expect(await list()).toEqual([
      'maker.both',
      'arn:aws:bedrock:us-east-1:1:application-inference-profile/abc',
      'maker.embed',
    ])
  })

  it('says since when and by whom', async () => {
    const { api } = anApi({ '/foundation-models': foundation, '/inference-profiles': {} })
    const [first] = await listModels(api, new AbortController().signal)
    expect(first).toEqual({ id: 'maker.both', object: 'model', created: 1_735_689_600, owned_by: 'Maker' })
  })

  it('is not cut short by a failure: what is no matter of permission is thrown', async () => {
    const { list } = anApi({
      '/foundation-models': foundation,
      '/inference-profiles': new GatewayError('upstream_unavailable', 'gone'),
    })
    await expect(list()).rejects.toMatchObject({ code: 'upstream_unavailable' })
  })
})
