import { describe, expect, it } from 'vitest'
import { readSettings } from '../src/settings.ts'

describe('what the function’s environment says', () => {
  it('is the documented models and the secret, where only that is set', () => {
    expect(readSettings({ API_KEY_SECRET_ARN: 'arn', MODELGATE_API_KEY: '', DEFAULT_MODEL: '' })).toEqual({
      apiKeySecret: 'arn',
      apiKey: undefined,
      defaultModel: 'anthropic.claude-3-sonnet-20240229-v1:0',
      defaultEmbeddingModel: 'cohere.embed-multilingual-v3',
      crossRegionInference: true,
      batch: undefined,
    })
  })

  it('is refused without a key, and with a switch that is neither on nor off, in one message', () => {
    expect(() => readSettings({ ENABLE_CROSS_REGION_INFERENCE: 'yes' })).toThrow(
      /API_KEY_SECRET_ARN[^\n]*\nENABLE_CROSS_REGION_INFERENCE: must be 'true' or 'false', got 'yes'/,
    )
  })

  it('takes the key from the environment, too', () => {
    const settings = readSettings({ MODELGATE_API_KEY: 'k', ENABLE_CROSS_REGION_INFERENCE: 'false' })
    expect(settings).toMatchObject({ apiKey: 'k', apiKeySecret: undefined, crossRegionInference: false })
  })

  it('has batches where both of their variables are set, and is refused with one alone', () => {
    const BATCH_ROLE_ARN = 'arn:aws:iam::111111111111:role/batches'
    const batch = { bucket: 'files', roleArn: BATCH_ROLE_ARN }
    expect(readSettings({ MODELGATE_API_KEY: 'k', BATCH_BUCKET: 'files', BATCH_ROLE_ARN })).toMatchObject({ batch })
    expect(() => readSettings({ MODELGATE_API_KEY: 'k', BATCH_ROLE_ARN })).toThrow('BATCH_BUCKET: batches need')
    expect(() => readSettings({ MODELGATE_API_KEY: 'k', BATCH_BUCKET: 'files' })).toThrow('BATCH_ROLE_ARN: batches')
  })
})
