import type { ModelTraits } from './model-facts.ts'

/** A family of models that behave alike. */
export type Family =
  | 'claude-2'
  | 'claude-3'
  | 'claude-3-5-haiku'
  | 'claude-4'
  | 'claude-4-5'
  | 'claude-4-6'
  | 'claude-4-7'
  | 'claude-5-5'
  | 'nova-micro'
  | 'nova'
  | 'titan-text'
  | 'titan-tg1'
  | 'llama3'
  | 'llama3-1'
  | 'llama3-2-vision'
  | 'llama3-3'
  | 'llama4'
  | 'mistral-7b'
  | 'mistral-large'
  | 'mistral-3'
  | 'cohere-command'
  | 'cohere-command-light'
  | 'cohere-command-r'
  | 'jamba-instruct'
  | 'jamba-1-5'
  | 'deepseek-r1'
  | 'deepseek-v3'
  | 'gpt-oss'
  | 'qwen'
  | 'palmyra'
  | 'embedding'
  | 'embedding-image'

const plain: ModelTraits = {
  kind: 'chat',
  system: true,
  tools: true,
  streamingTools: true,
  forcedTool: true,
  strict: true,
  structuredOutput: false,
  images: false,
  documents: true,
  leadingAssistant: false,
  prefill: true,
  multiTurn: true,
  toolResultAlone: false,
  sampling: 'both',
  caching: 'none',
  thinking: 'none',
  thinkingOff: true,
  stopSequences: 2500,
  toolUseId: 'tooluse',
  cacheUsage: false,
  claude: false,
}
const noTools = { tools: false, streamingTools: false, forcedTool: false }
const claude = { ...plain, claude: true, leadingAssistant: true, images: true, cacheUsage: true, stopSequences: 8191 }
const claude4 = { ...claude, caching: 'all', thinking: 'budget' } as const
const claude45 = { ...claude4, sampling: 'one', structuredOutput: true } as const
const claude46 = { ...claude4, thinking: 'adaptive', structuredOutput: true, prefill: false } as const
const claude47 = { ...claude46, sampling: 'none', strict: false, structuredOutput: false } as const
const nova = { ...plain, images: true, caching: 'no-tools', cacheUsage: true, stopSequences: 4 } as const
const llama = { ...plain, toolResultAlone: true, forcedTool: false }
const open = { ...plain, structuredOutput: true, documents: false, thinking: 'always' } as const
const embedding = { ...plain, ...noTools, kind: 'embedding', system: false, documents: false } as const

/** Traits by family, after the matrices of Bedrock's documentation (facts §6, §7, §12, §16). */
export const FAMILIES: Readonly<Record<Family, ModelTraits>> = {
  'claude-2': { ...claude, ...noTools, images: false, cacheUsage: false },
  'claude-3': claude,
  'claude-3-5-haiku': { ...claude, images: false, caching: 'all' },
  'claude-4': claude4,
  'claude-4-5': claude45,
  'claude-4-6': claude46,
  'claude-4-7': claude47,
  'claude-5-5': { ...claude47, thinkingOff: false, forcedTool: false },
  'nova-micro': { ...nova, images: false },
  nova,
  'titan-text': { ...plain, ...noTools, system: false },
  'titan-tg1': { ...plain, ...noTools, kind: 'text', system: false, documents: false },
  llama3: { ...llama, ...noTools },
  'llama3-1': { ...llama, streamingTools: false },
  'llama3-2-vision': { ...llama, streamingTools: false, images: true },
  'llama3-3': llama,
  llama4: { ...llama, images: true },
  'mistral-7b': { ...plain, ...noTools, system: false, stopSequences: 10, toolResultAlone: true },
  'mistral-large': { ...plain, streamingTools: false, toolResultAlone: true, toolUseId: 'nine', stopSequences: 10 },
  'mistral-3': { ...plain, images: true, structuredOutput: true, toolResultAlone: true, toolUseId: 'nine' },
  'cohere-command': { ...plain, ...noTools, system: false, multiTurn: false },
  'cohere-command-light': { ...plain, ...noTools, system: false, multiTurn: false, documents: false },
  'cohere-command-r': { ...plain, forcedTool: false, stopSequences: 5 },
  'jamba-instruct': { ...plain, ...noTools, documents: false },
  'jamba-1-5': { ...plain, forcedTool: false },
  'deepseek-r1': { ...plain, ...noTools, documents: false, thinking: 'always', stopSequences: 10 },
  'deepseek-v3': open,
  'gpt-oss': open,
  qwen: { ...open, leadingAssistant: true },
  palmyra: { ...plain, toolResultAlone: true, forcedTool: false },
  embedding,
  'embedding-image': { ...embedding, images: true },
}
