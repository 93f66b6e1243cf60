import { expect, it } from 'vitest'
import { readSettings } from '../src/settings.ts'

it('what the environment leaves out is as the README says', () => {
  expect(readSettings({ API_KEY_SECRET_ARN: 'the-secret', DEFAULT_MODEL: '' })).toEqual({
    apiKeySecret: 'the-secret',
    defaultModel: 'anthropic.claude-3-sonnet-20240229-v1:0',
    defaultEmbeddingModel: 'cohere.embed-multilingual-v3',
    crossRegionInference: true,
    applicationInferenceProfiles: true,
    promptCaching: false,
  })
})

it('each fault is told, one a line', () => {
  expect(() => readSettings({ ENABLE_PROMPT_CACHING: 'yes', ENABLE_CROSS_REGION_INFERENCE: '1' })).toThrow(
    [
      'API_KEY_SECRET_ARN: set it to the ARN of the secret that holds the API keys.',
      "ENABLE_CROSS_REGION_INFERENCE: must be 'true' or 'false', got '1'.",
      "ENABLE_PROMPT_CACHING: must be 'true' or 'false', got 'yes'.",
    ].join('\n'),
  )
})
