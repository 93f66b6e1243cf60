import type { ModelPrice, TokenPrices } from '@modelgate/core'

/** What Bedrock charges for one model, in US dollars for a million tokens. */
export interface PriceRow extends ModelPrice {
  /**
   * Where it holds: `base`, in us-east-1 and us-west-2, in region and by `us.` profiles; `global`, by `global.` profiles from every
   * commercial region, and with 10 % more in region and by all other profiles.
   */
  readonly endpoints: 'base' | 'global'
  /** Whether a `global.` profile costs the same, where `endpoints` is `base`. Absent: unknown. */
  readonly globalAlike?: boolean | undefined
  /** Whether the service tiers `flex` (half) and `priority` (three quarters more) are known for it. */
  readonly tiers?: boolean | undefined
  /** Whether batches cost half. Absent: unknown. */
  readonly batch?: boolean | undefined
}

const claudePage = 'https://platform.claude.com/docs/en/about-claude/pricing'
const awsPage = 'https://aws.amazon.com/bedrock/pricing/'
const claude = { source: claudePage, asOf: '2026-11-20', endpoints: 'global', batch: true } as const
const oldClaude = { source: claudePage, asOf: '2026-11-20', endpoints: 'base', batch: true } as const
const oldest = { source: awsPage, asOf: '2026-08-21', endpoints: 'base' } as const
const aws = { source: awsPage, asOf: '2026-08-21', endpoints: 'base' } as const
const inBatches = { ...aws, batch: true } as const
const tiered = { ...inBatches, tiers: true } as const
const gpt = { source: awsPage, asOf: '2026-08-21', endpoints: 'global' } as const
const alike = (usd: number): Pick<TokenPrices, 'input' | 'output'> => ({ input: usd, output: usd })

const opus45 = { ...claude, input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25, cacheWrite1h: 10 }
const sonnet46 = { ...claude, input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75, cacheWrite1h: 6 }
const opus4 = { ...oldClaude, input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 }
const sonnet37 = { ...oldClaude, input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 }
const oss120b = { ...tiered, input: 0.15, output: 0.6 }
const oss20b = { ...tiered, input: 0.07, output: 0.3 }
const aboveTokens = 200_000
const from272k = 271_999

/**
 * By the base model's id without version and date: `anthropic.claude-sonnet-4-5` for `anthropic.claude-sonnet-4-5-20250929-v1:0`.
 * What is not here is unknown. Claude 3.5 Sonnet is not: AWS raised its price for extended access, and what it is where is not told.
 * @see https://aws.amazon.com/bedrock/pricing/
 */
export const priceTable: Readonly<Record<string, PriceRow>> = {
  'anthropic.claude-fable-5-1': {
    ...claude,
    input: 10,
    output: 50,
    cacheRead: 0.25,
    cacheWrite: 12.5,
    cacheWrite1h: 20,
  },
  'anthropic.claude-fable-5': { ...claude, input: 10, output: 50, cacheRead: 1, cacheWrite: 12.5, cacheWrite1h: 20 },
  'anthropic.claude-opus-5-5': { ...claude, input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5, cacheWrite1h: 8 },
  'anthropic.claude-sonnet-5-5': { ...claude, input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5, cacheWrite1h: 4 },
  'anthropic.claude-haiku-5-5': {
    ...claude,
    input: 0.1,
    output: 0.5,
    cacheRead: 0.01,
    cacheWrite: 0.125,
    cacheWrite1h: 0.2,
    longPrompt: { aboveTokens: 100_000, input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625, cacheWrite1h: 1 },
  },
  'anthropic.claude-opus-5': opus45,
  'anthropic.claude-sonnet-5': { ...claude, input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5, cacheWrite1h: 4 },
  'anthropic.claude-opus-4-8': opus45,
  'anthropic.claude-opus-4-7': opus45,
  'anthropic.claude-opus-4-6': opus45,
  'anthropic.claude-opus-4-5': opus45,
  'anthropic.claude-sonnet-4-6': sonnet46,
  'anthropic.claude-sonnet-4-5': {
    ...sonnet46,
    longPrompt: { aboveTokens, input: 6, output: 22.5, cacheRead: 0.6, cacheWrite: 7.5, cacheWrite1h: 12 },
  },
  'anthropic.claude-haiku-4-5': { ...claude, input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25, cacheWrite1h: 2 },
  'anthropic.claude-opus-4-1': opus4,
  'anthropic.claude-opus-4': opus4,
  'anthropic.claude-sonnet-4': {
    ...sonnet37,
    globalAlike: true,
    longPrompt: { aboveTokens, input: 6, output: 22.5, cacheRead: 0.6, cacheWrite: 7.5 },
  },
  'anthropic.claude-3-7-sonnet': sonnet37,
  'anthropic.claude-3-5-haiku': { ...oldClaude, input: 0.8, output: 4, cacheRead: 0.08, cacheWrite: 1 },
  'anthropic.claude-3-opus': { ...oldClaude, input: 15, output: 75 },
  'anthropic.claude-3-sonnet': { ...oldClaude, input: 3, output: 15 },
  'anthropic.claude-3-haiku': { ...oldClaude, input: 0.25, output: 1.25 },
  'anthropic.claude-v2:1': { ...oldest, input: 8, output: 24 },
  'anthropic.claude-v2': { ...oldest, input: 8, output: 24 },
  'anthropic.claude-instant': { ...oldest, input: 0.8, output: 2.4 },

  'amazon.nova-2-lite': { ...tiered, endpoints: 'global', input: 0.3, output: 2.5, cacheRead: 0.075 },
  'amazon.nova-premier': { ...tiered, input: 2.5, output: 12.5, cacheRead: 0.625 },
  'amazon.nova-pro': { ...tiered, input: 0.8, output: 3.2, cacheRead: 0.2 },
  'amazon.nova-lite': { ...inBatches, input: 0.06, output: 0.24, cacheRead: 0.015 },
  'amazon.nova-micro': { ...inBatches, input: 0.035, output: 0.14, cacheRead: 0.00875 },
  'amazon.titan-text-premier': { ...oldest, input: 0.5, output: 1.5 },
  'amazon.titan-text-express': { ...oldest, input: 0.2, output: 0.6 },
  'amazon.titan-text-lite': { ...oldest, input: 0.15, output: 0.2 },
  'amazon.titan-embed-text-v2': { ...inBatches, input: 0.02 },
  'amazon.titan-embed-text-v1': { ...aws, input: 0.1 },
  'amazon.titan-embed-g1-text-02': { ...aws, input: 0.1 },
  'amazon.titan-embed-image': { ...aws, input: 0.8 },
  'amazon.nova-2-multimodal-embeddings': { ...aws, input: 0.135 },

  'cohere.embed-v4': { ...aws, globalAlike: true, input: 0.12 },
  'cohere.embed-english-v3': { ...aws, input: 0.1 },
  'cohere.embed-multilingual-v3': { ...aws, input: 0.1 },
  'cohere.command-r-plus': { ...aws, input: 3, output: 15 },
  'cohere.command-r': { ...aws, input: 0.5, output: 1.5 },
  'cohere.command-text-v14': { ...oldest, input: 1.5, output: 2 },
  'cohere.command-light-text-v14': { ...oldest, input: 0.3, output: 0.6 },

  'ai21.jamba-1-5-large': { ...aws, input: 2, output: 8 },
  'ai21.jamba-1-5-mini': { ...aws, input: 0.2, output: 0.4 },
  'ai21.jamba-instruct': { ...oldest, input: 0.5, output: 0.7 },

  'meta.llama4-maverick-17b-instruct': { ...inBatches, input: 0.24, output: 0.97 },
  'meta.llama4-scout-17b-instruct': { ...inBatches, input: 0.17, output: 0.66 },
  'meta.llama3-3-70b-instruct': { ...inBatches, ...alike(0.72) },
  'meta.llama3-2-90b-instruct': { ...aws, ...alike(0.72) },
  'meta.llama3-2-11b-instruct': { ...aws, ...alike(0.16) },
  'meta.llama3-2-3b-instruct': { ...aws, ...alike(0.15) },
  'meta.llama3-2-1b-instruct': { ...aws, ...alike(0.1) },
  'meta.llama3-1-70b-instruct': { ...inBatches, ...alike(0.72) },
  'meta.llama3-1-8b-instruct': { ...inBatches, ...alike(0.22) },
  'meta.llama3-70b-instruct': { ...aws, input: 2.65, output: 3.5 },
  'meta.llama3-8b-instruct': { ...aws, input: 0.3, output: 0.6 },
  'meta.llama2-70b-chat': { ...oldest, input: 1.95, output: 2.56 },
  'meta.llama2-13b-chat': { ...oldest, input: 0.75, output: 1 },

  'mistral.mistral-large-3-675b-instruct': { ...aws, input: 0.5, output: 1.5 },
  'mistral.mistral-large-2402': { ...aws, input: 4, output: 12 },
  'mistral.mistral-small-2402': { ...aws, input: 1, output: 3 },
  'mistral.mistral-7b-instruct': { ...aws, input: 0.15, output: 0.2 },
  'mistral.mixtral-8x7b-instruct': { ...aws, input: 0.45, output: 0.7 },
  'mistral.pixtral-large-2502': { ...aws, input: 2, output: 6 },
  'mistral.devstral-2-123b': { ...aws, input: 0.4, output: 2 },
  'mistral.magistral-small-2509': { ...aws, input: 0.5, output: 1.5 },
  'mistral.ministral-3-14b-instruct': { ...aws, ...alike(0.2) },
  'mistral.ministral-3-8b-instruct': { ...aws, ...alike(0.15) },
  'mistral.ministral-3-3b-instruct': { ...aws, ...alike(0.1) },
  'mistral.voxtral-small-24b-2507': { ...aws, input: 0.1, output: 0.3 },
  'mistral.voxtral-mini-3b-2507': { ...aws, ...alike(0.04) },

  'deepseek.r1': { ...aws, input: 1.35, output: 5.4 },
  'deepseek.v3': { ...tiered, input: 0.58, output: 1.68 },
  'deepseek.v3.2': { ...aws, input: 0.62, output: 1.85 },
  'qwen.qwen3-235b-a22b-2507': { ...tiered, input: 0.22, output: 0.88 },
  'qwen.qwen3-32b': { ...tiered, input: 0.15, output: 0.6 },
  'qwen.qwen3-coder-30b-a3b': { ...tiered, input: 0.15, output: 0.6 },
  'qwen.qwen3-coder-480b-a35b': { ...tiered, input: 0.45, output: 1.8 },
  'qwen.qwen3-next-80b-a3b': { ...aws, input: 0.14, output: 1.4 },
  'qwen.qwen3-vl-235b-a22b': { ...aws, input: 0.53, output: 2.66 },
  'google.gemma-3-27b-it': { ...aws, input: 0.23, output: 0.38 },
  'google.gemma-3-12b-it': { ...aws, input: 0.09, output: 0.29 },
  'google.gemma-3-4b-it': { ...aws, input: 0.04, output: 0.08 },
  'moonshot.kimi-k2-thinking': { ...aws, input: 0.6, output: 2.5 },
  'moonshotai.kimi-k2.5': { ...aws, input: 0.6, output: 3 },
  'minimax.minimax-m2': { ...aws, input: 0.3, output: 1.2 },
  'minimax.minimax-m2.1': { ...aws, input: 0.3, output: 1.2 },
  'minimax.minimax-m2.5': { ...aws, input: 0.3, output: 1.2 },
  'nvidia.nemotron-nano-9b-v2': { ...aws, input: 0.06, output: 0.23 },
  'nvidia.nemotron-nano-12b-v2': { ...aws, input: 0.2, output: 0.6 },
  'nvidia.nemotron-nano-3-30b': { ...aws, input: 0.06, output: 0.24 },
  'nvidia.nemotron-super-3-120b': { ...aws, input: 0.15, output: 0.65 },
  'writer.palmyra-x5': { ...aws, input: 0.6, output: 6 },
  'writer.palmyra-x4': { ...aws, input: 2.5, output: 10 },
  'zai.glm-5': { ...aws, input: 1, output: 3.2 },
  'zai.glm-4.7': { ...aws, input: 0.6, output: 2.2 },
  'zai.glm-4.7-flash': { ...aws, input: 0.07, output: 0.4 },
  'xai.grok-4.3': { ...aws, input: 1.25, output: 2.5, cacheRead: 0.2 },

  'openai.gpt-oss-120b-1': oss120b,
  'openai.gpt-oss-120b': oss120b,
  'openai.gpt-oss-20b-1': oss20b,
  'openai.gpt-oss-20b': oss20b,
  'openai.gpt-5.5': { ...aws, input: 5.5, output: 33, cacheRead: 0.55 },
  'openai.gpt-5.4': { ...aws, input: 2.75, output: 16.5, cacheRead: 0.275 },
  'openai.gpt-5.6-sol': {
    ...gpt,
    input: 4,
    output: 20,
    cacheRead: 0.4,
    cacheWrite: 5,
    longPrompt: { aboveTokens: from272k, input: 8, output: 30, cacheRead: 0.8, cacheWrite: 10 },
  },
  'openai.gpt-5.6-terra': {
    ...gpt,
    input: 2,
    output: 12,
    cacheRead: 0.2,
    cacheWrite: 2.5,
    longPrompt: { aboveTokens: from272k, input: 4, output: 18, cacheRead: 0.4, cacheWrite: 5 },
  },
  'openai.gpt-5.6-luna': {
    ...gpt,
    input: 0.2,
    output: 1.2,
    cacheRead: 0.02,
    cacheWrite: 0.25,
    longPrompt: { aboveTokens: from272k, input: 0.4, output: 1.8, cacheRead: 0.04, cacheWrite: 0.5 },
  },
}
