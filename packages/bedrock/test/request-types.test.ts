import { createGateway, type Gateway } from '@modelgate/core'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { type BedrockChatRequest, type BedrockEmbeddingsRequest, bedrock } from '../src/index.ts'

type ModelOf<G> = G extends Gateway<infer Model> ? Model : never

// `tsc` is the test: a line that compiles although it must not fails as an unused @ts-expect-error.
describe('a provider made in place', () => {
  it('has the id of its option or its default, so that routes are completed', () => {
    const gateway = createGateway({
      providers: [bedrock(), bedrock({ id: 'eu', region: 'eu-west-1' })],
      routes: { fast: ['bedrock/x', 'eu/y'] },
    })
    expectTypeOf<ModelOf<typeof gateway>>().toEqualTypeOf<'fast' | `bedrock/${string}` | `eu/${string}`>()
  })

  it('makes a typo in a route an error of the compiler', () => {
    // @ts-expect-error it is bedrock
    expect(() => createGateway({ providers: [bedrock()], routes: { fast: ['bedrok/x'] } })).toThrow('bedrok/x')
    expect(() =>
      // @ts-expect-error it is eu
      createGateway({ providers: [bedrock({ id: 'eu' })], routes: { fast: { targets: ['bedrock/x'] } } }),
    ).toThrow('bedrock/x')
  })
})

it('options are completed by the types', () => {
  expect(() => bedrock({ unsupportedParams: 'reject', sendMetadata: true })).not.toThrow()
  // @ts-expect-error it is drop or reject
  expect(() => bedrock({ unsupportedParams: 'ignore' })).toThrow("give 'drop' or 'reject'")
})

describe("Bedrock's own members of a request", () => {
  it('are known, and the gateway takes them', () => {
    const chat: BedrockChatRequest = {
      model: 'fast',
      messages: [{ role: 'user', content: 'a' }],
      top_k: 5,
      thinking: { type: 'enabled', budget_tokens: 2_048 },
      guardrail_config: { guardrailIdentifier: 'gr-1', guardrailVersion: '1' },
      performance_config: { latency: 'optimized' },
      request_metadata: { team: 'a' },
      prompt_caching: { system: true },
      additional_model_request_fields: { anthropic_beta: ['x'] },
      additional_model_response_field_paths: ['/delta/stop_sequence'],
      performanceConfig: null,
      requestMetadata: { team: 'a' },
    }
    const texts: BedrockEmbeddingsRequest = { model: 'vectors', input: 'a', input_type: 'search_query' }
    expectTypeOf(chat).toExtend<Parameters<Gateway['chat']>[0]>()
    expectTypeOf(texts).toExtend<Parameters<Gateway['embed']>[0]>()
    // @ts-expect-error it is top_k
    const misspelt: BedrockChatRequest = { model: 'fast', messages: [], topk: 5 }
    // @ts-expect-error a number
    const wrong: BedrockChatRequest = { model: 'fast', messages: [], top_k: '5' }
    expect([misspelt, wrong]).toHaveLength(2)
  })
})
