import { baseModelOf } from './model-id.ts'

/** How a model family is told how long to think. The styles are defined in `thinking.ts`. */
export type ReasoningStyle =
  | 'claudeBudget'
  | 'claudeAdaptive'
  | 'flatEffort'
  | 'nestedEffort'
  | 'novaReasoningConfig'
  | 'reasoningConfig'
  | 'kimiEffort'

/** What a model takes beyond, or short of, what Converse can say. */
export interface ModelCapabilities {
  /** Takes `system`; otherwise the text goes in front of the first user text. */
  readonly system: boolean
  /** Whether tools may be offered on ConverseStream. */
  readonly streamsTools: boolean
  /** The forced tool choices it takes; `auto` goes everywhere. */
  readonly toolChoices: readonly ('any' | 'tool')[]
  readonly strictTools: boolean
  /** Whether its native `tool_choice` can forbid calls side by side. */
  readonly disablesParallelTools: boolean
  /** The tool of Bedrock's own with which it searches the web. */
  readonly webSearchTool: string | undefined
  /** Whether `temperature` and `top_p` are taken: both, one of them, none. */
  readonly sampling: 'all' | 'temperatureOrTopP' | 'none'
  readonly topK: 'top_k' | 'k' | 'inferenceConfig.topK' | undefined
  readonly maxStopSequences: number
  readonly blankStopSequences: boolean
  /** OpenAI parameters that its native body knows by the same name. */
  readonly nativeParameters: readonly string[]
  /** The scale of its native penalties: OpenAI's own from -2 to 2, or from 0 to 1. */
  readonly penalties: 'asOpenAI' | 'upToOne'
  /** Whether its native body says who the end user is, as Claude's `metadata.user_id`. */
  readonly endUserId: boolean
  /** Whether the last turn may be the assistant's, to be continued. */
  readonly prefill: boolean
  /** Whether it takes a conversation; otherwise one user turn tells it all. */
  readonly multiTurn: boolean
  /** Whether the first turn may be the assistant's. */
  readonly leadingAssistant: boolean
  /** Tool results stand alone in their turn. */
  readonly lonelyToolResults: boolean
  readonly toolResultStatus: boolean
  readonly toolIds: 'any' | 'nineAlphanumerics'
  readonly reasoning: ReasoningStyle | undefined
  /** Whether signed or encrypted reasoning is sent back; other models refuse or ignore it. */
  readonly replaysReasoning: boolean
}

/** An unknown model is taken for a capable one: a wrong guess then gets AWS's own message instead of losing a parameter. */
const defaults: ModelCapabilities = {
  system: true,
  streamsTools: true,
  toolChoices: ['any', 'tool'],
  strictTools: false,
  disablesParallelTools: false,
  webSearchTool: undefined,
  sampling: 'all',
  topK: undefined,
  maxStopSequences: 2_500,
  blankStopSequences: true,
  nativeParameters: [],
  penalties: 'asOpenAI',
  endUserId: false,
  prefill: false,
  multiTurn: true,
  leadingAssistant: false,
  lonelyToolResults: false,
  toolResultStatus: true,
  toolIds: 'any',
  reasoning: undefined,
  replaysReasoning: false,
}

type Capabilities = Partial<ModelCapabilities>
const claude: Capabilities = {
  topK: 'top_k',
  maxStopSequences: 8_191,
  blankStopSequences: false,
  endUserId: true,
  prefill: true,
  leadingAssistant: true,
  replaysReasoning: true,
}
const claudeBudget: Capabilities = { ...claude, reasoning: 'claudeBudget' }
const claude45: Capabilities = {
  ...claudeBudget,
  sampling: 'temperatureOrTopP',
  strictTools: true,
  disablesParallelTools: true,
}
const claude46: Capabilities = { ...claude45, reasoning: 'claudeAdaptive', prefill: false }
const claude47: Capabilities = { ...claude46, sampling: 'none', topK: undefined, strictTools: false }
const claude55: Capabilities = { ...claude47, toolChoices: [] }
const llama: Capabilities = { toolChoices: [], lonelyToolResults: true }
const mistral: Capabilities = { topK: 'top_k', toolIds: 'nineAlphanumerics', lonelyToolResults: true }
const command: Capabilities = { topK: 'k', toolChoices: [], maxStopSequences: 4 }
const penalties = ['frequency_penalty', 'presence_penalty']

/**
 * By prefix of the base model id; the first hit wins, so a longer prefix stands before a shorter one.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html
 */
const rows: readonly (readonly [prefix: string, capabilities: Capabilities])[] = [
  ['anthropic.claude-sonnet-5-5', claude55],
  ['anthropic.claude-opus-5-5', claude55],
  ['anthropic.claude-fable-5-1', claude55],
  ['anthropic.claude-opus-5', claude47],
  ['anthropic.claude-sonnet-5', claude47],
  // Whether it takes a forced choice is told both ways; where it does not, the whole call would be refused.
  ['anthropic.claude-fable-5', { ...claude47, toolChoices: [] }],
  ['anthropic.claude-opus-4-8', claude47],
  ['anthropic.claude-opus-4-7', claude47],
  ['anthropic.claude-opus-4-6', claude46],
  ['anthropic.claude-sonnet-4-6', claude46],
  ['anthropic.claude-opus-4-5', claude45],
  ['anthropic.claude-sonnet-4-5', claude45],
  ['anthropic.claude-haiku-4-5', claude45],
  ['anthropic.claude-opus-4-1', { ...claudeBudget, sampling: 'temperatureOrTopP' }],
  ['anthropic.claude-opus-4', claudeBudget],
  ['anthropic.claude-sonnet-4', claudeBudget],
  ['anthropic.claude-3-7', claudeBudget],
  ['anthropic.claude-v2', { ...claude, endUserId: false }],
  ['anthropic.claude-instant', { ...claude, endUserId: false }],
  ['anthropic.claude', claude],

  [
    'amazon.nova-2',
    {
      topK: 'inferenceConfig.topK',
      maxStopSequences: 4,
      reasoning: 'novaReasoningConfig',
      webSearchTool: 'nova_grounding',
    },
  ],
  ['amazon.nova-premier', { topK: 'inferenceConfig.topK', maxStopSequences: 4, webSearchTool: 'nova_grounding' }],
  ['amazon.nova', { topK: 'inferenceConfig.topK', maxStopSequences: 4 }],
  ['amazon.titan', { system: false }],

  ['meta.llama3-1', { ...llama, streamsTools: false }],
  ['meta.llama3-2', { ...llama, streamsTools: false }],
  ['meta.', llama],

  ['mistral.mistral-7b', { ...mistral, system: false, maxStopSequences: 10 }],
  ['mistral.mixtral', { ...mistral, system: false, maxStopSequences: 10 }],
  ['mistral.mistral-large-24', { ...mistral, streamsTools: false, maxStopSequences: 10 }],
  ['mistral.', mistral],

  ['cohere.command-r', { ...command, nativeParameters: [...penalties, 'seed'], penalties: 'upToOne' }],
  ['cohere.command', { ...command, system: false, multiTurn: false }],

  ['ai21.jamba', { toolChoices: [], nativeParameters: penalties }],
  ['deepseek.r1', { toolChoices: [], maxStopSequences: 10 }],
  ['deepseek.v3-v1', { toolChoices: ['any'], reasoning: 'reasoningConfig' }],
  ['deepseek.', { reasoning: 'reasoningConfig' }],
  ['qwen.', { toolChoices: ['any'], leadingAssistant: true, reasoning: 'reasoningConfig' }],
  ['moonshot', { toolChoices: ['any'], leadingAssistant: true, reasoning: 'kimiEffort' }],
  ['zai.', { toolChoices: ['any'], leadingAssistant: true }],
  ['minimax.', { toolChoices: ['any'] }],
  ['nvidia.', { toolChoices: ['any'] }],
  ['google.', { toolChoices: ['any'] }],
  ['openai.gpt-oss', { toolChoices: [], reasoning: 'flatEffort', nativeParameters: [...penalties, 'seed'] }],
  ['openai.', { sampling: 'none', maxStopSequences: 0, reasoning: 'nestedEffort', replaysReasoning: true }],
  ['writer.', { toolChoices: [], lonelyToolResults: true, toolResultStatus: false }],
]

/** What a model can do, by its id, profile id or ARN. Unknown models get sane defaults. */
export function capabilitiesOf(model: string): ModelCapabilities {
  const base = baseModelOf(model)
  return { ...defaults, ...rows.find(([prefix]) => base.startsWith(prefix))?.[1] }
}
