import {
  type Capability,
  type ChatCompletionRequest,
  GatewayError,
  isGatewayError,
  type Transport,
} from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { bedrock } from '../src/index.ts'
import { modelFamilies } from '../src/models/models.ts'
import { aChat, anEmbedding, haiku } from './a-call.ts'
import { images as pictures } from './images.ts'

const reached = new GatewayError('upstream_unavailable', 'Bedrock was asked.')
const transport: Transport = { send: () => Promise.reject(reached), close: () => Promise.resolve() }
const provider = bedrock({
  transport,
  region: 'us-east-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  baseModels: { 'arn:aws:bedrock:us-east-1:1:application-inference-profile/abc': 'meta.llama3-8b-instruct-v1:0' },
})

/** By what the provider itself refused a chat; `undefined` where Bedrock was asked. */
async function lackOf(request: Partial<ChatCompletionRequest>): Promise<Capability | undefined> {
  try {
    await provider.handlers.chat?.(aChat(request))
  } catch (error) {
    if (error === reached) return undefined
    if (isGatewayError(error) && error.lacks) return error.lacks
    throw error
  }
  throw new Error('was answered')
}

const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${pictures.png}` } } as const
const seen = (images: number): ChatCompletionRequest['messages'] => [
  { role: 'user', content: [{ type: 'text', text: 'Look' }, ...Array.from({ length: images }, () => image)] },
]
const messages: ChatCompletionRequest['messages'] = [{ role: 'user', content: 'Hello' }]
const tools = [{ type: 'function' as const, function: { name: 'f', parameters: { type: 'object', properties: {} } } }]
const sound = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } } as const
const pdf = { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' } } as const
const models = modelFamilies.map(({ prefix }) => `${prefix}x`).filter(model => !model.startsWith('amazon.titan-embed'))

describe('what routes are told of a model is what its provider refuses', () => {
  it.each(models)('%s', async model => {
    const { tools: takesTools, images = 0, documents, audio } = provider.capabilitiesOf?.(model) ?? {}
    expect(await lackOf({ model, messages, tools })).toBe(takesTools ? undefined : 'tools')
    if (images <= 100) expect(await lackOf({ model, messages: seen(images + 1) })).toBe('images')
    if (images > 0) expect(await lackOf({ model, messages: seen(Math.min(images, 20)) })).toBeUndefined()
    if (documents === 0) expect(await lackOf({ model, messages: [{ role: 'user', content: [pdf] }] })).toBe('documents')
    if (audio === 0) expect(await lackOf({ model, messages: [{ role: 'user', content: [sound] }] })).toBe('audio')
  })

  it('is nothing of tools that are not to be used', async () => {
    expect(await lackOf({ model: 'deepseek.r1-v1:0', messages, tools, tool_choice: 'none' })).toBeUndefined()
  })

  it('is no web search, which a refusal says', async () => {
    expect(await lackOf({ model: haiku, messages, web_search_options: {} })).toBe('webSearch')
  })

  it('is embeddings alone of a model that makes them, and none of another', async () => {
    expect(provider.capabilitiesOf?.('amazon.titan-embed-text-v2:0')).toEqual({ operations: ['embeddings'] })
    const refusal = provider.handlers.embeddings?.(anEmbedding({ model: haiku }))
    await expect(refusal).rejects.toMatchObject({ code: 'invalid_request', lacks: 'operation' })
  })

  it.each([
    [haiku, 200_000],
    ['global.anthropic.claude-haiku-4-5-20251001-v1:0', 200_000],
    ['arn:aws:bedrock:us-east-1:1:application-inference-profile/abc', 8_192],
    ['eu.amazon.nova-lite-v1:0', 300_000],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', undefined],
    ['acme.new-model', undefined],
  ])('and the window of %s is %s', (model, contextTokens) => {
    expect(provider.capabilitiesOf?.(model)?.contextTokens).toBe(contextTokens)
  })

  it('is text alone over InvokeModel, and nothing over the OpenAI-compatible endpoint, which says so itself', () => {
    const other = bedrock({
      transport,
      region: 'us-east-1',
      lanes: { 'meta.llama3-1': 'invoke', 'amazon.nova-micro': 'openai' },
    })
    expect(other.capabilitiesOf?.('meta.llama3-1-8b-instruct-v1:0')).toMatchObject({ tools: false, images: 0 })
    expect(other.capabilitiesOf?.('amazon.nova-micro-v1:0')).toEqual({ contextTokens: 128_000 })
  })

  it('is nothing of a model that nobody knows', () => {
    expect(provider.capabilitiesOf?.('acme.new-model')).toEqual({ contextTokens: undefined })
  })
})
