import type { ContentPart } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { isBedrockModel } from '../src/models/model-id.ts'
import { capabilitiesOf, familiesTaking, modelFamilies } from '../src/models/models.ts'
import { toConverseRequest } from '../src/request/converse-request.ts'
import { aChat, aRig, chunksOf, completionOf, fileRig } from './a-call.ts'
import { namedModels } from './named-models.ts'

const rig = await fileRig()

async function answers(model: string): Promise<void> {
  const messages = [
    { role: 'system', content: 'Be brief.' } as const,
    { role: 'user', content: 'Hello' } as const,
    { role: 'assistant', content: 'Hello!' } as const,
    { role: 'user', content: 'Who are you?' } as const,
  ]
  const { choices } = completionOf(await rig.chat(aChat({ model, messages })))
  expect(choices[0]?.message.content).toMatch(/\S/)
  const chunks = await chunksOf(await rig.chat(aChat({ model, messages, stream: true })))
  expect(chunks.map(chunk => chunk.choices[0]?.delta.content ?? '').join('')).toMatch(/\S/)
  expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop')
}

describe('a conversation', () => {
  it.each(namedModels)('is answered by %s, whole and streamed', answers)

  it('is answered by every chat model of the account, whole and streamed', async () => {
    const models = (await rig.provider.models?.(new AbortController().signal)) ?? []
    const chat = models.map(({ id }) => id).filter(id => !/embed/.test(id))
    expect(chat).toEqual(expect.arrayContaining([...namedModels]))
    expect(chat.length).toBeGreaterThan(100)
    for (const id of chat) await answers(id)
  })

  it.each([
    'arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-text-express-v1',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-5-5',
  ])('is said to %s as to the model in it', answers)

  it('is said to an application profile as to the model that `baseModels` names', async () => {
    const model = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6'
    await using own = await aRig({ baseModels: { [model]: 'anthropic.claude-sonnet-4-5-20250929-v1:0' } })
    const call = aChat({ model, temperature: 0.5, top_p: 0.5 })
    completionOf(await own.chat(call))
    expect([...call.context.droppedParams]).toEqual(['top_p'])
    expect(own.simulator.requests()[0]?.model).toBe(model)
  })
})

/** Ids of today's models that the simulated account may not have; what AWS makes of them is for the rules of their family. */
const flagships = [
  ...'opus-5-5 sonnet-5-5 haiku-5-5 fable-5-1 opus-5 sonnet-5 fable-5 opus-4-8 opus-4-7 opus-4-6-v1 sonnet-4-6'
    .split(' ')
    .map(name => `global.anthropic.claude-${name}`),
  ...'amazon.nova-2-lite-v1:0 openai.gpt-6-astra openai.gpt-5.6-sol openai.gpt-5.5 openai.gpt-oss-120b-1:0'.split(' '),
  ...'deepseek.v3.2 qwen.qwen3-vl-235b-a22b qwen.qwen3-coder-next mistral.magistral-small-2509'.split(' '),
  ...'mistral.voxtral-small-24b-2507 mistral.ministral-3-8b-instruct mistral.devstral-2-123b'.split(' '),
  ...'google.gemma-3-27b-it moonshot.kimi-k2-thinking moonshotai.kimi-k2.5 minimax.minimax-m2.5'.split(' '),
  ...'nvidia.nemotron-super-3-120b zai.glm-5 us.writer.palmyra-x5-v1:0'.split(' '),
]

describe('a model', () => {
  it.each(flagships)('of today has a family: %s', model => {
    expect(isBedrockModel(model)).toBe(true)
    expect(capabilitiesOf(model).family).not.toBe('unknown')
  })

  it.each([
    ['anthropic.claude-opus-7', { family: 'Claude', sampling: 'none', prefill: false, reasoning: 'claudeAdaptive' }],
    ['us.anthropic.claude-instant-v2', { family: 'Claude Instant', tools: false, images: 0 }],
    ['amazon.nova-3-pro-v1:0', { family: 'Nova', maxStopSequences: 4, video: 1 }],
    ['meta.llama5-8b', { family: 'Llama', lonelyTools: true, toolChoices: [] }],
    ['mistral.mistral-huge', { family: 'Mistral', toolIds: 'nineAlphanumerics' }],
    ['cohere.command-r8-v1', { family: 'Command R', topK: 'k' }],
    ['openai.gpt-9', { family: 'GPT', sampling: 'none', maxStopSequences: 0 }],
    ['arn:aws:bedrock:us-east-1:1:default-prompt-router/anthropic.claude:1', { family: 'Claude 3', sampling: 'all' }],
    ['arn:aws:bedrock:us-east-1:1:default-prompt-router/meta.llama:1', { family: 'Llama', toolChoices: [] }],
  ])('that nobody has heard of goes by the prefix of its family: %s', (model, capabilities) => {
    expect(capabilitiesOf(model)).toMatchObject(capabilities)
  })

  it.each(['somebody.new-1', 'arn:aws:bedrock:us-east-1:1:imported-model/abc', 'a-prompt'])(
    'of no known family is taken for a capable one: %s',
    model => {
      const parts: ContentPart[] = [
        { type: 'text', text: 'a' },
        { type: 'image_url', image_url: { url: 's3://bucket-1/a.png' } },
        { type: 'file', file: { file_data: 'data:video/mp4;base64,QUJD' } },
        { type: 'input_audio', input_audio: { data: 'QUJD', format: 'wav' } },
      ]
      const request = { model, messages: [{ role: 'user' as const, content: parts }], max_tokens: 1_000_000 }
      const { body } = toConverseRequest(request, { ...capabilitiesOf(model), s3Allowed: true }, new Set())
      expect(body.messages[0]?.content).toEqual([
        { text: 'a' },
        { image: { format: 'png', source: { s3Location: { uri: 's3://bucket-1/a.png' } } } },
        { video: { format: 'mp4', source: { bytes: 'QUJD' } } },
        { audio: { format: 'wav', source: { bytes: 'QUJD' } } },
      ])
      expect(body.inferenceConfig).toEqual({ maxTokens: 1_000_000 })
    },
  )

  it.each([
    ['amazon.nova-2-omni-v1:0', 'mp3', 'mp3'],
    ['mistral.voxtral-mini-3b-2507', 'wav', 'wav'],
    ['mistral.voxtral-mini-3b-2507', 'FLAC', 'flac'],
  ])('that listens is sent recordings: %s, %s', (model, said, format) => {
    const sound = { type: 'input_audio', input_audio: { data: 'QUJD', format: said as 'wav' } } as const
    const request = { model, messages: [{ role: 'user' as const, content: [sound] }] }
    const { body } = toConverseRequest(request, capabilitiesOf(model), new Set())
    expect(body.messages[0]?.content).toEqual([{ audio: { format, source: { bytes: 'QUJD' } } }])
  })

  it.each([
    [{ data: 'QUJD', format: 'midi' }, "'midi' audio; send wav or mp3"],
    [{ data: 'QUJD', format: 'png' }, "'png' audio"],
    [{ data: '%', format: 'wav' }, 'no base64'],
    [{ data: 5, format: 'wav' }, 'input_audio.data` must be base64'],
    [{ data: 'QUJD' }, 'input_audio.format` is missing'],
    [null, 'input_audio` must be an object'],
  ])('that listens is not sent %j', (input_audio, saying) => {
    const request = {
      model: 'mistral.voxtral',
      messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio }] }],
    }
    expect(() => toConverseRequest(request as never, capabilitiesOf('mistral.voxtral'), new Set())).toThrow(saying)
  })
})

describe('an ARN', () => {
  it.each([
    ['arn:aws:sagemaker:us-east-1:1:endpoint/mine', true],
    ['arn:aws-us-gov:bedrock:us-gov-west-1:1:provisioned-model/abc', true],
    ['arn:aws:s3:::bucket-1', false],
  ])('%s names a model that Converse takes: %s', (arn, isOne) => {
    expect(isBedrockModel(arn)).toBe(isOne)
  })
})

describe('the families', () => {
  it('are each reached by an id that begins with their prefix', () => {
    for (const { prefix, capabilities } of modelFamilies) expect(capabilitiesOf(prefix)).toMatchObject(capabilities)
  })

  it('are named by refusals with what they take', () => {
    expect(familiesTaking('tools')).toBe('Claude Sonnet 5.5 or Nova Micro')
    expect(familiesTaking('images')).toBe('Claude Sonnet 5.5 or Nova 2 Omni')
    expect(familiesTaking('video')).toBe('Nova 2 Omni')
    expect(familiesTaking('audio')).toBe('Nova 2 Omni or Voxtral')
    expect(familiesTaking('s3Sources')).toBe('Nova 2 Omni')
  })

  it('have models that Bedrock names', () => {
    for (const { prefix } of modelFamilies) expect(`${prefix} ${isBedrockModel(`${prefix}.x`)}`).toBe(`${prefix} true`)
  })
})
