import { describe, expect, it } from 'vitest'
import { bedrock } from '../src/index.ts'
import { type InferenceProfileAccess, profileRefusal, withoutRefused } from '../src/profile-access.ts'
import { aChat, aRig } from './a-call.ts'

const ids = {
  own: 'amazon.nova-lite-v1:0',
  geo: 'us.amazon.nova-lite-v1:0',
  global: 'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
  geoArn: 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-lite-v1:0',
  application: 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl',
}

describe('access to inference profiles', () => {
  it.each<[InferenceProfileAccess | undefined, (keyof typeof ids)[]]>([
    [undefined, []],
    [{}, []],
    [{ crossRegion: true, application: true }, []],
    [{ crossRegion: false }, ['geo', 'global', 'geoArn']],
    [{ application: false }, ['application']],
    [{ crossRegion: false, application: false }, ['geo', 'global', 'geoArn', 'application']],
  ])('%j neither calls nor lists %j', (access, refused) => {
    const refusal = profileRefusal(access)
    const names = Object.entries(ids).filter(([, id]) => refusal?.(id) !== undefined)
    expect(names.map(([name]) => name)).toEqual(refused)
    const models = Object.values(ids).map(id => ({ id, object: 'model' as const, created: 0, owned_by: 'x' }))
    expect(withoutRefused(models, refusal)).toHaveLength(models.length - refused.length)
  })

  it('is a 404 with the remedy before anything is sent, and costs nothing where all is allowed', async () => {
    await using rig = await aRig({ inferenceProfiles: { crossRegion: false } })
    await expect(rig.chat(aChat({ model: ids.geo }))).rejects.toMatchObject({
      code: 'model_not_found',
      message: expect.stringContaining('switched off here; call the model by its own id'),
    })
    expect(rig.simulator.requests()).toEqual([])
  })

  it('is checked', () => {
    for (const inferenceProfiles of [true, { crossregion: false }, { application: 'no' }]) {
      expect(() => bedrock({ inferenceProfiles } as never)).toThrow(/inferenceProfiles.*must be an object/)
    }
  })
})
