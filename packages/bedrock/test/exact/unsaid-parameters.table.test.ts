import { type RequestRow, requestRows } from './request-row.ts'

const refused: readonly RequestRow[] = [
  {
    it: 'refuses logprobs, which a client waits for',
    request: { logprobs: true },
    refuses: { param: 'logprobs', says: /no log probabilities; leave it out, or name an OpenAI target/ },
  },
  {
    it: 'refuses top_logprobs',
    request: { top_logprobs: 2 },
    refuses: { param: 'top_logprobs', says: /no log probabilities/ },
  },
  {
    it: 'refuses spoken answers',
    request: { modalities: ['text', 'audio'] },
    refuses: { param: 'modalities', says: /answer in text only/ },
  },
  {
    it: 'refuses a modality that nobody knows',
    request: { modalities: ['image'] as never },
    refuses: { param: 'modalities', says: /answer in text only/ },
  },
  {
    it: 'refuses a voice',
    request: { audio: { format: 'wav', voice: 'alloy' } },
    refuses: { param: 'audio', says: /do not speak/ },
  },
  {
    it: 'refuses moderation, whose verdict a client may rely on',
    request: { moderation: { model: 'omni-moderation-latest' } },
    refuses: { param: 'moderation', says: /guardrail_config/ },
  },
]

const dropped: readonly RequestRow[] = [
  {
    it: 'names a prediction, which would only have been quicker',
    request: { prediction: { type: 'content', content: 'x' } },
    drops: ['prediction'],
  },
  { it: 'names verbosity', request: { verbosity: 'low' }, drops: ['verbosity'] },
  { it: 'names store: true', request: { store: true }, drops: ['store'] },
  {
    it: 'names metadata',
    request: { metadata: { a: 'b' } },
    drops: ['metadata'],
    omits: ['requestMetadata'],
  },
  { it: 'names a misspelt member', request: { temprature: 0 } as object, drops: ['temprature'] },
  {
    it: 'names the tier scale, which Bedrock has not',
    request: { service_tier: 'scale' },
    drops: ['service_tier'],
    omits: ['serviceTier'],
  },
]

const plain = { messages: [{ role: 'user', content: [{ text: 'Hello there' }] }] }
const nothing = (it: string, request: RequestRow['request']): RequestRow => ({
  it,
  request,
  sends: plain,
  omits: ['inferenceConfig', 'toolConfig', 'additionalModelRequestFields', 'serviceTier', 'requestMetadata'],
})

const ignored: readonly RequestRow[] = [
  nothing('takes n: 1', { n: 1 }),
  nothing('takes n: null', { n: null }),
  nothing('takes logprobs: false with top_logprobs: 0', { logprobs: false, top_logprobs: 0 }),
  nothing("takes modalities: ['text']", { modalities: ['text'] }),
  nothing('takes null for what it would refuse', { audio: null, modalities: null, moderation: null, logprobs: null }),
  nothing('takes store: false', { store: false }),
  nothing('takes empty metadata', { metadata: {} }),
  nothing('takes response_format text', { response_format: { type: 'text' } }),
  nothing('takes prompt_cache_key', { prompt_cache_key: 'k' }),
  nothing('takes prompt_cache_retention', { prompt_cache_retention: '24h' }),
  nothing('takes stream_options.include_obfuscation', {
    stream: true,
    stream_options: { include_obfuscation: true, include_usage: true },
  }),
  nothing('takes parallel_tool_calls: true', { parallel_tool_calls: true }),
  nothing('takes null for an unknown member', { foo: null } as object),
  nothing('takes service_tier auto', { service_tier: 'auto' }),
]

const tiers: readonly RequestRow[] = (
  [
    ['default', 'default'],
    ['flex', 'flex'],
    ['priority', 'priority'],
    ['fast', 'priority'],
    // AWS's own: OpenAI's types do not know it.
    ['reserved' as 'scale', 'reserved'],
  ] as const
).map(([asked, type]) => ({
  it: `says service_tier ${asked} as ${type}`,
  request: { service_tier: asked },
  sends: { serviceTier: { type } },
}))

requestRows('parameters that are refused', refused)
requestRows('parameters that are dropped and named', dropped)
requestRows('parameters that lose nothing', ignored)
requestRows('service tiers', tiers)
