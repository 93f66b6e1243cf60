import type { BedrockChatRequest } from '../../src/index.ts'
import { haiku, sonnet45 } from '../a-call.ts'
import { type RequestRow, requestRows } from './request-row.ts'

type Effort = NonNullable<BedrockChatRequest['reasoning_effort']>

const sonnet37 = 'us.anthropic.claude-3-7-sonnet-20250219-v1:0'
const sonnet4 = 'us.anthropic.claude-sonnet-4-20250514-v1:0'
const sonnet46 = 'us.anthropic.claude-sonnet-4-6'
const opus47 = 'us.anthropic.claude-opus-4-7'
const sonnet5 = 'us.anthropic.claude-sonnet-5'
const opus5 = 'us.anthropic.claude-opus-5'
const sonnet55 = 'us.anthropic.claude-sonnet-5-5'
const opus55 = 'us.anthropic.claude-opus-5-5'
const nova2 = 'us.amazon.nova-2-lite-v1:0'
const gptOss = 'openai.gpt-oss-120b-1:0'
const qwen = 'qwen.qwen3-32b-v1:0'
const deepseek = 'deepseek.v3-v1:0'
const r1 = 'us.deepseek.r1-v1:0'

const nothing = ['additionalModelRequestFields', 'inferenceConfig']

function fields(additionalModelRequestFields: object, more: object = {}): Record<string, unknown> {
  return { additionalModelRequestFields, ...more }
}

const enabled = (budget_tokens: number) => ({ type: 'enabled', budget_tokens })
const adaptive = (effort: string) => ({ thinking: { type: 'adaptive' }, output_config: { effort } })

/** What each effort becomes, by model. */
const said: readonly (readonly [model: string, becomes: Partial<Record<Effort, object>>])[] = [
  ...[sonnet37, sonnet4, sonnet45, 'us.anthropic.claude-opus-4-1-20250805-v1:0'].map(
    model =>
      [
        model,
        {
          minimal: { thinking: enabled(1_024) },
          low: { thinking: enabled(1_024) },
          medium: { thinking: enabled(2_048) },
          high: { thinking: enabled(4_096) },
          xhigh: { thinking: enabled(8_192) },
          max: { thinking: enabled(16_384) },
        },
      ] as const,
  ),
  [
    sonnet46,
    {
      minimal: adaptive('low'),
      low: adaptive('low'),
      medium: adaptive('medium'),
      high: adaptive('high'),
      xhigh: adaptive('max'),
      max: adaptive('max'),
    },
  ],
  ...[opus47, 'us.anthropic.claude-opus-4-8', sonnet5, opus5, sonnet55, opus55].map(
    model => [model, { minimal: adaptive('low'), xhigh: adaptive('xhigh'), max: adaptive('max') }] as const,
  ),
  [
    gptOss,
    {
      minimal: { reasoning_effort: 'low' },
      low: { reasoning_effort: 'low' },
      medium: { reasoning_effort: 'medium' },
      high: { reasoning_effort: 'high' },
      xhigh: { reasoning_effort: 'high' },
      max: { reasoning_effort: 'high' },
    },
  ],
  [
    nova2,
    {
      minimal: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } },
      medium: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' } },
      high: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } },
      xhigh: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } },
    },
  ],
  [
    qwen,
    { low: { reasoning_config: 'low' }, medium: { reasoning_config: 'high' }, high: { reasoning_config: 'high' } },
  ],
  [
    deepseek,
    { low: { reasoning_config: 'low' }, medium: { reasoning_config: 'high' }, max: { reasoning_config: 'high' } },
  ],
]

const efforts: readonly RequestRow[] = [
  ...said.flatMap(([model, becomes]) =>
    Object.entries(becomes).map(
      ([effort, sent]): RequestRow => ({
        it: `tells ${model} ${effort}`,
        request: { model, reasoning_effort: effort as Effort },
        sends: fields(sent),
      }),
    ),
  ),
  ...[sonnet37, sonnet4, sonnet45, sonnet46, opus47, nova2, qwen, deepseek, haiku].map(
    (model): RequestRow => ({
      it: `tells ${model} nothing for none`,
      request: { model, reasoning_effort: 'none' },
      omits: nothing,
    }),
  ),
  ...[sonnet5, opus5].map(
    (model): RequestRow => ({
      it: `tells ${model}, which thinks unasked, not to for none`,
      request: { model, reasoning_effort: 'none', tools: [{ type: 'function', function: { name: 'f' } }] },
      sends: fields({ thinking: { type: 'disabled' } }),
      drops: [],
    }),
  ),
  ...[gptOss, r1, opus55].map(
    (model): RequestRow => ({
      it: `tells ${model}, which always reasons, nothing for none, and says so`,
      request: { model, reasoning_effort: 'none' },
      omits: nothing,
      drops: ['reasoning_effort'],
    }),
  ),
  {
    it: 'tells Claude Sonnet 5.5 the least it takes for none',
    request: { model: sonnet55, reasoning_effort: 'none' },
    sends: fields({ thinking: { type: 'between_tools' } }),
  },
  ...[
    haiku,
    'anthropic.claude-3-5-sonnet-20240620-v1:0',
    'anthropic.claude-3-haiku-20240307-v1:0',
    'amazon.nova-lite-v1:0',
    'us.meta.llama3-3-70b-instruct-v1:0',
    'mistral.mistral-large-2402-v1:0',
    'cohere.command-r-v1:0',
    r1,
  ].map(
    (model): RequestRow => ({
      it: `says that ${model} cannot be told an effort`,
      request: { model, reasoning_effort: 'high' },
      omits: nothing,
      drops: ['reasoning_effort'],
    }),
  ),
  {
    it: 'leaves room for the answer behind a budget',
    request: { model: sonnet4, reasoning_effort: 'medium' },
    sends: fields({ thinking: enabled(2_048) }, { inferenceConfig: { maxTokens: 6_144 } }),
  },
  {
    it: 'keeps the budget below the cap',
    request: { model: sonnet4, reasoning_effort: 'high', max_tokens: 2_000 },
    sends: fields({ thinking: enabled(1_999) }, { inferenceConfig: { maxTokens: 2_000 } }),
  },
  {
    it: 'says that a cap left no room for the least budget',
    request: { model: sonnet4, reasoning_effort: 'high', max_tokens: 1_024 },
    sends: { inferenceConfig: { maxTokens: 1_024 } },
    omits: ['additionalModelRequestFields'],
    drops: ['reasoning_effort'],
  },
  {
    it: 'sets no cap beside adaptive thinking',
    request: { model: sonnet46, reasoning_effort: 'max' },
    omits: ['inferenceConfig'],
  },
  ...([{ max_tokens: 500 }, { temperature: 0 }, { top_p: 0.5 }] as const).map(
    (more): RequestRow => ({
      it: `tells Nova 2 medium for high beside ${JSON.stringify(more)}, which high forbids`,
      request: { model: nova2, reasoning_effort: 'high', ...more },
      sends: fields({ reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' } }),
    }),
  ),
  {
    it: 'takes sampling from Claude while it thinks, and says so',
    request: { model: sonnet4, reasoning_effort: 'low', temperature: 0.2, top_p: 0.5, top_k: 3 },
    omits: ['inferenceConfig.temperature', 'inferenceConfig.topP', 'additionalModelRequestFields.top_k'],
    drops: ['temperature', 'top_k', 'top_p'],
  },
  {
    it: 'takes the forced tool from Claude while it thinks, and says so',
    request: {
      model: sonnet45,
      reasoning_effort: 'low',
      tools: [{ type: 'function', function: { name: 'f' } }],
      tool_choice: 'required',
    },
    omits: ['toolConfig.toolChoice'],
    drops: ['tool_choice'],
  },
  ...['us.anthropic.claude-opus-4-8', opus5, sonnet5].map(
    (model): RequestRow => ({
      it: `forces ${model}, which takes that while it thinks`,
      request: {
        model,
        reasoning_effort: 'low',
        tools: [{ type: 'function', function: { name: 'f' } }],
        tool_choice: 'required',
      },
      sends: fields(adaptive('low'), { toolConfig: { toolChoice: { any: {} } } }),
      drops: [],
    }),
  ),
  ...[sonnet46, opus47].map(
    (model): RequestRow => ({
      it: `cannot force ${model} while it thinks, and says so`,
      request: {
        model,
        reasoning_effort: 'low',
        tools: [{ type: 'function', function: { name: 'f' } }],
        tool_choice: 'required',
      },
      sends: fields(adaptive('low')),
      omits: ['toolConfig.toolChoice'],
      drops: ['tool_choice'],
    }),
  ),
  {
    it: "lets the caller's native fields win",
    request: {
      model: sonnet46,
      reasoning_effort: 'low',
      additional_model_request_fields: { output_config: { effort: 'medium' } },
    },
    sends: fields(adaptive('medium')),
  },
  {
    it: 'refuses an effort that is none',
    request: { reasoning_effort: 'extreme' as never },
    refuses: { param: 'reasoning_effort', says: /use one of none, minimal/ },
  },
]

const own: readonly RequestRow[] = [
  ...[sonnet37, sonnet4, sonnet45, sonnet46].map(
    (model): RequestRow => ({
      it: `passes a budget on to ${model} as it is, without a cap that nobody set`,
      request: { model, thinking: enabled(2_000) },
      sends: fields({ thinking: enabled(2_000) }),
      omits: ['inferenceConfig'],
    }),
  ),
  ...(
    [
      [1_024, 'low'],
      [2_000, 'medium'],
      [10_000, 'high'],
    ] as const
  ).map(
    ([budget, effort]): RequestRow => ({
      it: `tells Claude 4.7, which takes no budget, ${effort} for ${budget} tokens`,
      request: { model: opus47, thinking: enabled(budget) },
      sends: fields(adaptive(effort)),
      omits: ['additionalModelRequestFields.thinking.budget_tokens'],
      drops: ['thinking.budget_tokens'],
    }),
  ),
  {
    it: 'passes adaptive thinking on, with the effort beside it',
    request: { model: sonnet46, thinking: { type: 'adaptive', display: 'summarized' }, reasoning_effort: 'medium' },
    sends: fields({ thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'medium' } }),
  },
  {
    it: 'passes adaptive thinking on alone',
    request: { model: opus47, thinking: { type: 'adaptive' } },
    sends: fields({ thinking: { type: 'adaptive' } }),
    omits: ['additionalModelRequestFields.output_config'],
  },
  {
    it: 'gives a budget to a Claude that knows no adaptive thinking',
    request: { model: sonnet45, thinking: { type: 'adaptive' } },
    sends: fields({ thinking: enabled(4_096) }, { inferenceConfig: { maxTokens: 8_192 } }),
  },
  {
    it: 'says that a cap left no room for such a budget',
    request: { model: sonnet45, thinking: { type: 'adaptive' }, max_tokens: 100 },
    omits: ['additionalModelRequestFields'],
    drops: ['thinking'],
  },
  {
    it: 'lets a budget win over an effort, and says so',
    request: { model: sonnet4, thinking: enabled(1_500), reasoning_effort: 'high' },
    sends: fields({ thinking: enabled(1_500) }),
    drops: ['reasoning_effort'],
  },
  ...[sonnet4, sonnet46, opus47].map(
    (model): RequestRow => ({
      it: `passes disabled on to ${model}`,
      request: { model, thinking: { type: 'disabled' } },
      sends: fields({ thinking: { type: 'disabled' } }),
    }),
  ),
  {
    it: 'never sends disabled to a Claude that refuses it, and says so',
    request: { model: opus55, thinking: { type: 'disabled' } },
    omits: nothing,
    drops: ['thinking'],
  },
  {
    it: 'tells Claude Sonnet 5.5 to think between tools for disabled, and says so',
    request: { model: sonnet55, thinking: { type: 'disabled' } },
    sends: fields({ thinking: { type: 'between_tools' } }),
    drops: ['thinking'],
  },
  {
    it: 'passes between_tools on',
    request: { model: sonnet55, thinking: { type: 'between_tools' } },
    sends: fields({ thinking: { type: 'between_tools' } }),
  },
  ...[haiku, 'amazon.nova-lite-v1:0', gptOss, qwen].map(
    (model): RequestRow => ({
      it: `does not send ${model} thinking, which it does not know, and says so`,
      request: { model, thinking: enabled(2_000) },
      omits: nothing,
      drops: ['thinking'],
    }),
  ),
  {
    it: 'loses nothing where a model that does not think is told not to',
    request: { model: haiku, thinking: { type: 'disabled' } },
    omits: nothing,
  },
  {
    it: 'tells a model that is not Claude the effort beside thinking',
    request: { model: gptOss, thinking: enabled(2_000), reasoning_effort: 'low' },
    sends: fields({ reasoning_effort: 'low' }),
    drops: ['thinking'],
  },
  ...([512, 1_500.5, -1] as const).map(
    (budget): RequestRow => ({
      it: `refuses a budget of ${budget}`,
      request: { model: sonnet4, thinking: enabled(budget) },
      refuses: { param: 'thinking.budget_tokens', says: /whole number of at least 1024/ },
    }),
  ),
  {
    it: 'refuses thinking without a budget',
    request: { model: sonnet4, thinking: { type: 'enabled' } },
    refuses: { param: 'thinking.budget_tokens', says: /is missing/ },
  },
  {
    it: 'refuses a budget that leaves nothing of the cap for the answer',
    request: { model: sonnet4, thinking: enabled(4_000), max_completion_tokens: 4_000 },
    refuses: { param: 'thinking.budget_tokens', says: /cap of 4000 tokens.*send less, or raise max_completion_tokens/ },
  },
  ...[{}, { max_tokens: 200_000 }].map(
    (more): RequestRow => ({
      it: `refuses a budget that the model has no answer for, beside ${JSON.stringify(more)}`,
      request: { model: sonnet45, thinking: enabled(64_000), ...more },
      refuses: { param: 'thinking.budget_tokens', says: /64000 is not less than 64000, all that Claude Sonnet 4.5/ },
    }),
  ),
  {
    it: 'refuses thinking that is no object',
    request: { model: sonnet4, thinking: true as never },
    refuses: { param: 'thinking', says: /must be an object/ },
  },
]

requestRows('reasoning efforts', efforts)
requestRows("the caller's own thinking", own)
