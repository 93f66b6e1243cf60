import { describe, expect, it } from 'vitest'
import { capabilitiesOf } from '../src/models/models.ts'
import { toConverseRequest } from '../src/request/converse-request.ts'

const model = 'amazon.titan-text-express-v1'

function nativeOf(native: Record<string, unknown>, cap?: number) {
  const request = {
    model,
    messages: [{ role: 'user' as const, content: 'Hi' }],
    ...(cap !== undefined && { max_completion_tokens: cap }),
    additional_model_request_fields: native,
  }
  return toConverseRequest(request, capabilitiesOf(model), new Set()).body.additionalModelRequestFields
}

describe('native parameters', () => {
  it.each<Record<string, unknown>>([
    { max_tokens: 5_000 },
    { max_tokens: null },
    { max_tokens: '5000' },
    { max_gen_len: -1 },
    { max_tokens_to_sample: 101 },
    { textGenerationConfig: { maxTokenCount: 5_000 } },
    { textGenerationConfig: null },
    { inferenceConfig: { maxTokens: 5_000 } },
    { inferenceConfig: [] },
  ])('%j lift no output cap', native => {
    expect(() => nativeOf(native, 100)).toThrow(expect.objectContaining({ code: 'invalid_request', status: 400 }))
    expect(nativeOf(native)).toEqual(native)
  })

  it.each<Record<string, unknown>>([{ max_tokens: 100 }, { inferenceConfig: { topK: 20 } }, { top_k: 500 }])(
    '%j stand beside a cap',
    native => {
      expect(nativeOf(native, 100)).toEqual(native)
    },
  )
})
