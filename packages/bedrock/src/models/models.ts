import type { FamilyCapabilities, ModelCapabilities } from './model-capabilities.ts'
import { featuresOf } from './model-features.ts'
import { baseModelOf } from './model-id.ts'

/** An unknown model is taken for a capable one: a wrong guess then gets AWS's own message instead of losing a parameter. */
const defaults: FamilyCapabilities = {
  lane: 'converse',
  family: 'unknown',
  system: true,
  streamsTools: true,
  toolChoices: ['any', 'tool'],
  strictTools: false,
  plainRoots: false,
  disablesParallelTools: false,
  webSearchTool: undefined,
  sampling: 'all',
  maxTemperature: 1,
  topK: undefined,
  maxStopSequences: 2_500,
  blankStopSequences: true,
  nativeParameters: [],
  penalties: 'asOpenAI',
  endUserId: false,
  prefill: false,
  multiTurn: true,
  leadingAssistant: false,
  lonelyTools: false,
  toolResultStatus: true,
  toolIds: 'any',
  reasoning: undefined,
  replaysReasoning: false,
  tools: true,
  images: Number.POSITIVE_INFINITY,
  imageBytes: Number.POSITIVE_INFINITY,
  documents: 5,
  video: Number.POSITIVE_INFINITY,
  audio: Number.POSITIVE_INFINITY,
  s3Sources: true,
  largeDocuments: ['pdf', 'docx'],
  // Most refuse them, with the conversation from then on; nobody refuses those that follow a result.
  resultImages: false,
  resultDocuments: 'all',
  maxOutputTokens: Number.POSITIVE_INFINITY,
  demandsCap: false,
  s3Allowed: false,
  automaticCaching: {},
}

type Capabilities = Partial<FamilyCapabilities>
/** What holds of every model that was looked at, unless it says otherwise: videos, recordings and `s3://` are for few. */
const known: Capabilities = { video: 0, audio: 0, s3Sources: false, largeDocuments: [] }
const blind: Capabilities = { ...known, images: 0 }
const textOnly: Capabilities = { ...blind, documents: 0 }
const noTools: Capabilities = { tools: false, toolChoices: [] }

const claude: Capabilities = {
  ...known,
  family: 'Claude 3',
  plainRoots: true,
  images: 100,
  // 5 MB of base64.
  imageBytes: 3.75 * 1024 * 1024,
  topK: 'top_k',
  maxStopSequences: 8_191,
  blankStopSequences: false,
  endUserId: true,
  prefill: true,
  leadingAssistant: true,
  replaysReasoning: true,
  toolIds: 'wordCharacters',
  resultImages: true,
  resultDocuments: [],
}
const claude2: Capabilities = {
  ...claude,
  ...noTools,
  family: 'Claude 2',
  images: 0,
  maxStopSequences: 4,
  endUserId: false,
}
const claude35: Capabilities = { ...claude, family: 'Claude 3.5', maxOutputTokens: 8_192 }
const recentMedia: Capabilities = { largeDocuments: ['pdf'], resultDocuments: 'all' }
const claudeBudget: Capabilities = { ...claude, ...recentMedia, family: 'Claude 4', reasoning: 'claudeBudget' }
const claude45: Capabilities = {
  ...claudeBudget,
  sampling: 'temperatureOrTopP',
  strictTools: true,
  disablesParallelTools: true,
}
const claude46: Capabilities = { ...claude45, reasoning: 'claudeAdaptive', prefill: false, images: 600 }
const claude47: Capabilities = { ...claude46, sampling: 'none', topK: undefined, strictTools: false }
const claude55: Capabilities = { ...claude47, toolChoices: [] }
/** Some inference profiles take only less than the model's 128,000. */
const below128k = 127_999

const nova: Capabilities = {
  ...known,
  family: 'Nova',
  topK: 'inferenceConfig.topK',
  maxStopSequences: 4,
  video: 1,
  s3Sources: true,
  largeDocuments: ['pdf', 'docx'],
  resultImages: true,
  resultDocuments: ['csv', 'txt'],
}
const titan: Capabilities = { ...blind, ...noTools, family: 'Titan Text', system: false }
const llama: Capabilities = { ...blind, family: 'Llama', toolChoices: [], lonelyTools: true }
const mistral: Capabilities = {
  ...known,
  family: 'Mistral',
  topK: 'top_k',
  toolIds: 'nineAlphanumerics',
  lonelyTools: true,
}
const mixtral: Capabilities = { ...mistral, ...noTools, system: false, images: 0, maxStopSequences: 10 }
const command: Capabilities = { ...blind, topK: 'k', toolChoices: [], maxStopSequences: 4 }
const oldCommand: Capabilities = { ...command, ...noTools, system: false, multiTurn: false }
const penalties = ['frequency_penalty', 'presence_penalty']
const jamba: Capabilities = { ...blind, toolChoices: [], nativeParameters: penalties }
/** Converse refuses them the whole field, which over InvokeModel they take: see `openBody`. */
const stopless: Capabilities = { maxStopSequences: 0 }
const deepseek: Capabilities = { ...textOnly, ...stopless, family: 'DeepSeek', reasoning: 'reasoningConfig' }
const open: Capabilities = { ...known, toolChoices: ['any'] }
const qwen: Capabilities = {
  ...open,
  ...stopless,
  family: 'Qwen3',
  leadingAssistant: true,
  reasoning: 'reasoningConfig',
}
const kimi: Capabilities = { ...open, family: 'Kimi', leadingAssistant: true, reasoning: 'kimiEffort' }
const palmyra: Capabilities = {
  ...known,
  family: 'Palmyra',
  toolChoices: [],
  lonelyTools: true,
  toolResultStatus: false,
}

/**
 * By prefix of the base model id; the first hit wins, so a longer prefix stands before a shorter one.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html
 */
const rows: readonly (readonly [prefix: string, capabilities: Capabilities])[] = [
  ['anthropic.claude-sonnet-5-5', { ...claude55, family: 'Claude Sonnet 5.5', maxOutputTokens: below128k }],
  ['anthropic.claude-opus-5-5', { ...claude55, family: 'Claude Opus 5.5', maxOutputTokens: below128k }],
  ['anthropic.claude-haiku-5-5', { ...claude55, family: 'Claude Haiku 5.5', maxOutputTokens: below128k }],
  ['anthropic.claude-fable-5-1', { ...claude55, family: 'Claude Fable 5.1', maxOutputTokens: below128k }],
  ['anthropic.claude-opus-5', { ...claude47, family: 'Claude Opus 5', maxOutputTokens: below128k }],
  ['anthropic.claude-sonnet-5', { ...claude47, family: 'Claude Sonnet 5', maxOutputTokens: below128k }],
  // Whether it takes a forced choice is told both ways; where it does not, the whole call would be refused.
  ['anthropic.claude-fable-5', { ...claude47, family: 'Claude Fable 5', toolChoices: [], maxOutputTokens: below128k }],
  ['anthropic.claude-opus-4-8', { ...claude47, family: 'Claude Opus 4.8', maxOutputTokens: below128k }],
  ['anthropic.claude-opus-4-7', { ...claude47, family: 'Claude Opus 4.7', maxOutputTokens: below128k }],
  ['anthropic.claude-opus-4-6', { ...claude46, family: 'Claude Opus 4.6', maxOutputTokens: below128k }],
  ['anthropic.claude-sonnet-4-6', { ...claude46, family: 'Claude Sonnet 4.6', maxOutputTokens: below128k }],
  ['anthropic.claude-opus-4-5', { ...claude45, family: 'Claude Opus 4.5', maxOutputTokens: 64_000 }],
  ['anthropic.claude-sonnet-4-5', { ...claude45, family: 'Claude Sonnet 4.5', maxOutputTokens: 64_000 }],
  ['anthropic.claude-haiku-4-5', { ...claude45, family: 'Claude Haiku 4.5', maxOutputTokens: 64_000 }],
  [
    'anthropic.claude-opus-4-1',
    { ...claudeBudget, family: 'Claude Opus 4.1', sampling: 'temperatureOrTopP', maxOutputTokens: 32_000 },
  ],
  ['anthropic.claude-opus-4', { ...claudeBudget, family: 'Claude Opus 4', maxOutputTokens: 32_000 }],
  ['anthropic.claude-sonnet-4', { ...claudeBudget, family: 'Claude Sonnet 4', maxOutputTokens: 64_000 }],
  // 64,000, and 128,000 for who asks for that beta.
  ['anthropic.claude-3-7', { ...claudeBudget, family: 'Claude 3.7', maxOutputTokens: below128k }],
  ['anthropic.claude-3-5-haiku', { ...claude35, family: 'Claude 3.5 Haiku', images: 0 }],
  ['anthropic.claude-3-5', claude35],
  ['anthropic.claude-3-', { ...claude, maxOutputTokens: 4_096 }],
  ['anthropic.claude-v2', claude2],
  ['anthropic.claude-instant', { ...claude2, family: 'Claude Instant' }],
  // What AWS's default prompt router calls itself; it stands before models of 3 and later.
  ['anthropic.claude:', claude],
  // Newer than this table: what the newest refuse is not sent.
  ['anthropic.claude', { ...claude55, family: 'Claude' }],

  ['amazon.nova-micro', { ...nova, ...textOnly, family: 'Nova Micro' }],
  ['amazon.nova-2-omni', { ...nova, family: 'Nova 2 Omni', reasoning: 'novaReasoningConfig', audio: 1 }],
  ['amazon.nova-2-sonic', { ...nova, family: 'Nova 2 Sonic', reasoning: 'novaReasoningConfig', audio: 1 }],
  ['amazon.nova-2', { ...nova, family: 'Nova 2', reasoning: 'novaReasoningConfig', webSearchTool: 'nova_grounding' }],
  ['amazon.nova-premier', { ...nova, family: 'Nova Premier', webSearchTool: 'nova_grounding' }],
  ['amazon.nova', nova],
  ['amazon.titan-text-premier', { ...titan, family: 'Titan Text Premier', documents: 0 }],
  // From before Converse, which does not list it.
  ['amazon.titan-tg1', { ...titan, lane: 'invoke' }],
  ['amazon.titan', titan],

  ['meta.llama2', { ...llama, ...noTools, family: 'Llama 2' }],
  ['meta.llama3-8b', { ...llama, ...noTools, family: 'Llama 3' }],
  ['meta.llama3-70b', { ...llama, ...noTools, family: 'Llama 3' }],
  ['meta.llama3-1', { ...llama, family: 'Llama 3.1', streamsTools: false }],
  ['meta.llama3-2-1b', { ...llama, ...noTools, family: 'Llama 3.2 1B' }],
  ['meta.llama3-2-3b', { ...llama, ...noTools, family: 'Llama 3.2 3B' }],
  ['meta.llama3-2', { ...llama, family: 'Llama 3.2', streamsTools: false, images: 1 }],
  ['meta.llama3-3', { ...llama, family: 'Llama 3.3' }],
  // Nobody has shown that it streams tools: asked whole, it answers in either case.
  ['meta.llama4', { ...llama, family: 'Llama 4', streamsTools: false, images: 8, resultImages: true }],
  ['meta.', { ...llama, images: defaults.images }],

  ['mistral.mistral-7b', { ...mixtral, family: 'Mistral 7B' }],
  ['mistral.mixtral', { ...mixtral, family: 'Mixtral' }],
  [
    'mistral.mistral-large-24',
    { ...mistral, family: 'Mistral Large', streamsTools: false, maxStopSequences: 10, images: 0 },
  ],
  ['mistral.pixtral', { ...mistral, family: 'Pixtral' }],
  ['mistral.voxtral', { ...mistral, family: 'Voxtral', audio: Number.POSITIVE_INFINITY }],
  ['mistral.', mistral],

  [
    'cohere.command-r',
    { ...command, family: 'Command R', nativeParameters: [...penalties, 'seed'], penalties: 'upToOne' },
  ],
  ['cohere.command-light', { ...oldCommand, family: 'Command Light', documents: 0 }],
  ['cohere.command', { ...oldCommand, family: 'Command' }],

  ['ai21.jamba-instruct', { ...jamba, ...noTools, family: 'Jamba-Instruct', documents: 0, maxOutputTokens: 4_096 }],
  ['ai21.jamba', { ...jamba, family: 'Jamba', maxOutputTokens: 4_096 }],
  ['deepseek.r1', { ...textOnly, ...noTools, family: 'DeepSeek-R1', maxStopSequences: 10 }],
  ['deepseek.v3-v1', { ...deepseek, toolChoices: ['any'] }],
  ['deepseek.', deepseek],
  ['qwen.qwen3-vl', { ...qwen, family: 'Qwen3-VL' }],
  ['qwen.', { ...qwen, ...textOnly }],
  ['moonshot.kimi-k2-thinking', { ...kimi, ...textOnly, family: 'Kimi K2 Thinking' }],
  ['moonshot', kimi],
  ['minimax.', { ...open, ...textOnly, family: 'MiniMax' }],
  ['zai.', { ...open, ...stopless, family: 'GLM', leadingAssistant: true }],
  ['nvidia.', { ...open, ...stopless, family: 'Nemotron' }],
  ['google.', { ...open, ...stopless, family: 'Gemma' }],
  [
    'openai.gpt-oss',
    {
      ...textOnly,
      ...stopless,
      family: 'gpt-oss',
      toolChoices: [],
      reasoning: 'flatEffort',
      nativeParameters: [...penalties, 'seed'],
    },
  ],
  [
    'openai.',
    {
      ...known,
      family: 'GPT',
      sampling: 'none',
      maxStopSequences: 0,
      reasoning: 'nestedEffort',
      replaysReasoning: true,
      documents: 0,
    },
  ],
  // Reasons always; how hard, nobody has shown how Converse is told.
  ['xai.', { ...known, family: 'Grok', sampling: 'none', maxStopSequences: 0 }],
  ['writer.palmyra-x5', { ...palmyra, ...textOnly, family: 'Palmyra X5' }],
  ['writer.', palmyra],
]

/** Every family that is known here, by the prefix of its models' ids, in the order in which they are looked through. */
export const modelFamilies: readonly { readonly prefix: string; readonly capabilities: FamilyCapabilities }[] =
  rows.map(([prefix, capabilities]) => ({ prefix, capabilities: { ...defaults, ...capabilities } }))

/**
 * The families of two makers that take a kind of thing, for the remedy of a refusal: `Claude Sonnet 5.5 or Nova 2 Omni`.
 */
export function familiesTaking(capability: 'tools' | 'images' | 'documents' | 'video' | 'audio' | 's3Sources'): string {
  const byMaker = new Map<string, string>()
  for (const { prefix, capabilities } of modelFamilies) {
    const maker = prefix.slice(0, prefix.indexOf('.'))
    if (capabilities[capability] && !byMaker.has(maker)) byMaker.set(maker, capabilities.family)
  }
  return [...byMaker.values()].slice(0, 2).join(' or ')
}

/** What a model can do, by its id, profile id or ARN. Unknown models get sane defaults. */
export function capabilitiesOf(model: string): ModelCapabilities {
  const base = baseModelOf(model)
  return { ...defaults, ...rows.find(([prefix]) => base.startsWith(prefix))?.[1], ...featuresOf(base) }
}
