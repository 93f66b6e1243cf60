import type { EffortFacts, ModelTraits } from './model-facts.ts'
import { noTools, plain } from './plain-traits.ts'

/** Generations of Claude that differ in what they refuse. */
export type ClaudeFamily =
  | 'claude-2'
  | 'claude-3'
  | 'claude-3-5'
  | 'claude-3-5-haiku'
  | 'claude-3-7'
  | 'claude-4'
  | 'claude-opus-4'
  | 'claude-4-5'
  | 'claude-sonnet-4-6'
  | 'claude-opus-4-6'
  | 'claude-4-7'
  | 'claude-4-8'
  | 'claude-sonnet-5'
  | 'claude-opus-5'
  | 'claude-fable-5'
  | 'claude-5-5'
  | 'claude-sonnet-5-5'
  | 'claude-haiku-5-5'

const effort = (...values: readonly string[]): EffortFacts => ({ path: ['output_config', 'effort'], values })

const claude: ModelTraits = {
  ...plain,
  claude: true,
  leadingAssistant: true,
  images: true,
  mostImages: 100,
  toolResultImages: true,
  strict: false,
  cacheUsage: true,
  stopSequences: 8191,
  nativeKeys: ['thinking', 'output_config', 'top_k', 'tool_choice', 'anthropic_beta', 'metadata'],
  reasoningReplay: 'signed',
}
const claude4: ModelTraits = {
  ...claude,
  caching: 'all',
  thinking: 'budget',
  largeDocuments: ['pdf'],
  maxTokens: 64_000,
}
const claude45: ModelTraits = {
  ...claude4,
  sampling: 'one',
  strict: true,
  structuredOutput: 'native',
  cachesForAnHour: true,
}
const opus46: ModelTraits = {
  ...claude45,
  sampling: 'both',
  mostImages: 600,
  prefill: false,
  thinking: 'adaptive',
  forcedWhileAdaptive: false,
  effort: effort('low', 'medium', 'high', 'max'),
  // As AWS says it: strictly below 128,000.
  maxTokens: 127_999,
}
const claude47: ModelTraits = {
  ...opus46,
  sampling: 'none',
  strict: false,
  structuredOutput: 'none',
  effort: effort('low', 'medium', 'high', 'xhigh', 'max'),
}
const claude48: ModelTraits = { ...claude47, forcedWhileAdaptive: true }
const claude5: ModelTraits = { ...claude48, thinksUnasked: true }
/** Fable and all since 5.5. */
const claude55: ModelTraits = { ...claude5, thinkingOff: false, toolChoices: [] }

/** Claude by generation. */
export const CLAUDE_FAMILIES: Readonly<Record<ClaudeFamily, ModelTraits>> = {
  'claude-2': { ...claude, ...noTools, images: false, cacheUsage: false },
  'claude-3': { ...claude, maxTokens: 4096 },
  'claude-3-5': { ...claude, maxTokens: 8192 },
  'claude-3-5-haiku': { ...claude, images: false, caching: 'all', maxTokens: 8192 },
  'claude-3-7': { ...claude4, largeDocuments: [], maxTokens: 128_000 },
  'claude-4': claude4,
  'claude-opus-4': { ...claude4, maxTokens: 32_000 },
  'claude-4-5': claude45,
  'claude-sonnet-4-6': { ...opus46, sampling: 'one' },
  'claude-opus-4-6': opus46,
  'claude-4-7': claude47,
  'claude-4-8': claude48,
  'claude-sonnet-5': claude5,
  'claude-opus-5': { ...claude5, highEffortThinks: true },
  'claude-fable-5': claude55,
  'claude-5-5': claude55,
  'claude-sonnet-5-5': { ...claude55, betweenTools: true },
  'claude-haiku-5-5': { ...claude55, thinkingOff: true, highEffortThinks: true },
}
