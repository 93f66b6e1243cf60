import { CLAUDE_FAMILIES, type ClaudeFamily } from './claude-families.ts'
import type { EffortFacts, ModelTraits } from './model-facts.ts'
import { noTools, plain } from './plain-traits.ts'

/** A family of models that behave alike. */
export type Family =
  | ClaudeFamily
  | 'nova-micro'
  | 'nova'
  | 'nova-2'
  | 'titan-text'
  | 'titan-premier'
  | 'titan-tg1'
  | 'llama3'
  | 'llama3-1'
  | 'llama3-2-vision'
  | 'llama3-3'
  | 'llama4'
  | 'mistral-7b'
  | 'mistral-large'
  | 'mistral-large-3'
  | 'ministral-3'
  | 'pixtral'
  | 'devstral'
  | 'voxtral'
  | 'cohere-command'
  | 'cohere-command-light'
  | 'cohere-command-r'
  | 'jamba-instruct'
  | 'jamba-1-5'
  | 'deepseek-r1'
  | 'deepseek-v3-1'
  | 'deepseek-v3-2'
  | 'gpt-oss'
  | 'gpt-5'
  | 'qwen'
  | 'qwen-vl'
  | 'kimi'
  | 'kimi-2-5'
  | 'minimax'
  | 'glm'
  | 'grok'
  | 'open'
  | 'palmyra-x4'
  | 'palmyra-x5'
  | 'embedding'
  | 'embedding-image'

const effort = (path: readonly string[], ...values: readonly string[]): EffortFacts => ({ path, values })
const penalties = ['frequency_penalty', 'presence_penalty']

const nova: ModelTraits = {
  ...plain,
  images: true,
  video: true,
  largeDocuments: ['pdf', 'docx'],
  s3Images: true,
  strict: false,
  caching: 'no-tools',
  cacheUsage: true,
  stopSequences: 4,
  toolResultImages: true,
  toolResultDocuments: ['csv', 'txt'],
  nativeKeys: ['inferenceConfig'],
  systemTools: ['nova_grounding'],
}
const llama: ModelTraits = { ...plain, toolsAlone: true, toolChoices: [], strict: false, nativeKeys: [] }
/** Whether these see and read, the documentation does not say for each: they are not refused what they may take. */
const maySee = { images: true, documents: true } as const
const mistral: ModelTraits = { ...plain, toolsAlone: true, toolUseId: 'nine' }
const mistral3: ModelTraits = { ...mistral, ...maySee, structuredOutput: 'native' }
const command: ModelTraits = { ...plain, ...noTools, system: false, multiTurn: false, strict: false, nativeKeys: ['k'] }
const open: ModelTraits = {
  ...plain,
  structuredOutput: 'native',
  documents: false,
  thinking: 'always',
  stopSequences: 0,
}
const qwen: ModelTraits = { ...open, leadingAssistant: true, effort: effort(['reasoning_config'], 'low', 'high') }
const kimi: ModelTraits = {
  ...open,
  stopSequences: plain.stopSequences,
  leadingAssistant: true,
  effort: effort(['reasoning_effort'], 'low', 'high', 'max'),
}
const palmyra: ModelTraits = { ...plain, toolsAlone: true, toolResultStatus: false, toolChoices: [] }
const embedding: ModelTraits = { ...plain, ...noTools, kind: 'embedding', system: false, documents: false }

/** Traits by family, after the matrices of Bedrock's documentation. */
export const FAMILIES: Readonly<Record<Family, ModelTraits>> = {
  ...CLAUDE_FAMILIES,
  'nova-micro': { ...nova, images: false, documents: false, video: false, s3Images: false },
  nova,
  'nova-2': {
    ...nova,
    caching: 'none',
    systemTools: ['nova_grounding', 'nova_code_interpreter'],
    nativeKeys: ['inferenceConfig', 'reasoningConfig'],
    effort: effort(['reasoningConfig', 'maxReasoningEffort'], 'low', 'medium', 'high'),
  },
  'titan-text': { ...plain, ...noTools, system: false, strict: false, nativeKeys: [] },
  'titan-premier': { ...plain, ...noTools, system: false, strict: false, documents: false, nativeKeys: [] },
  'titan-tg1': { ...plain, ...noTools, kind: 'text', system: false, documents: false, strict: false, nativeKeys: [] },
  llama3: { ...llama, ...noTools },
  'llama3-1': { ...llama, streamingTools: false },
  'llama3-2-vision': { ...llama, streamingTools: false, images: true, mostImages: 1 },
  'llama3-3': llama,
  llama4: { ...llama, images: true, mostImages: 8, toolResultImages: true },
  'mistral-7b': { ...mistral, ...noTools, system: false, stopSequences: 10, nativeKeys: ['top_k'] },
  'mistral-large': { ...mistral, streamingTools: false, stopSequences: 10 },
  'mistral-large-3': mistral3,
  'ministral-3': mistral3,
  pixtral: { ...mistral, images: true },
  devstral: { ...mistral, ...maySee },
  voxtral: { ...mistral3, audio: true },
  'cohere-command': command,
  'cohere-command-light': { ...command, documents: false },
  'cohere-command-r': {
    ...plain,
    toolChoices: [],
    strict: false,
    stopSequences: 5,
    guardrails: false,
    nativeKeys: ['k', 'seed', ...penalties],
  },
  'jamba-instruct': { ...plain, ...noTools, documents: false, guardrails: false, nativeKeys: penalties },
  'jamba-1-5': { ...plain, toolChoices: [], maxTokens: 4096, nativeKeys: penalties },
  'deepseek-r1': {
    ...plain,
    ...noTools,
    documents: false,
    thinking: 'always',
    stopSequences: 10,
    reasoningReplay: 'refused',
  },
  'deepseek-v3-1': { ...open, toolChoices: ['any'] },
  'deepseek-v3-2': open,
  'gpt-oss': {
    ...open,
    structuredOutput: 'ignored',
    opensEmpty: true,
    effort: effort(['reasoning_effort'], 'low', 'medium', 'high'),
  },
  'gpt-5': {
    ...open,
    images: true,
    structuredOutput: 'none',
    sampling: 'none',
    encryptsReasoning: true,
  },
  qwen,
  'qwen-vl': { ...qwen, images: true, documents: true },
  kimi,
  'kimi-2-5': { ...kimi, ...maySee },
  minimax: { ...open, stopSequences: plain.stopSequences },
  glm: { ...open, ...maySee, leadingAssistant: true },
  grok: {
    ...plain,
    images: true,
    strict: false,
    thinking: 'always',
    stopSequences: 0,
    sampling: 'none',
    encryptsReasoning: true,
  },
  open: { ...open, ...maySee },
  'palmyra-x4': { ...palmyra, ...maySee },
  'palmyra-x5': { ...palmyra, documents: false },
  embedding,
  'embedding-image': { ...embedding, images: true },
}
