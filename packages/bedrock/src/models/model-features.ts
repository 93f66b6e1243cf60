/** How an answer is made to follow a schema: by the service, by a tool that must be called, by words alone. */
type StructuredOutput = 'native' | 'tool' | 'prompt'

/** Where a model takes cache points, at all: those without this refuse a request that holds one. */
export interface CachingTraits {
  readonly tools: boolean
  /** Whether a point may stand in a turn with tool results. */
  readonly besideToolResults: boolean
  /** Whether a point may follow a document or a video. */
  readonly afterDocuments: boolean
  /** Whether a prefix may be kept for an hour; the default is five minutes. */
  readonly oneHour: boolean
}

/** How Claude may be told to think. */
interface ClaudeThinking {
  /** `{ type: 'enabled', budget_tokens }` */
  readonly budget: boolean
  /** `{ type: 'adaptive' }` */
  readonly adaptive: boolean
  readonly xhighEffort: boolean
  /** Whether a call may be forced while it thinks. */
  readonly forcible: boolean
  /** Whether it thinks where nothing is said of it. */
  readonly unasked: boolean
  /** The least thinking that it can be told: none, only between tool calls, or as much as it likes. */
  readonly least: 'disabled' | 'between_tools' | 'adaptive'
}

/** What a model can do in the three things that differ from model to model within a family. */
export interface ModelFeatures {
  readonly structuredOutput: StructuredOutput
  readonly caching: CachingTraits | undefined
  readonly claudeThinking: ClaudeThinking | undefined
  /** Whether it may be sent `thinking`, Claude's own member. An unknown id may be an opaque ARN of Claude's. */
  readonly takesThinking: boolean
  /** Whether it reasons whatever it is told. */
  readonly alwaysReasons: boolean
}

type Rows<T> = readonly (readonly [prefix: string, value: T])[]

/**
 * By prefix of the base model id; here and below the first hit wins. An unknown model is taken for one that can be forced to call
 * a tool, since every model that calls tools follows a schema then.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 */
const structuredOutput: Rows<StructuredOutput> = [
  ['anthropic.claude-sonnet-4-5', 'native'],
  ['anthropic.claude-haiku-4-5', 'native'],
  ['anthropic.claude-opus-4-5', 'native'],
  ['anthropic.claude-opus-4-6', 'native'],
  ['anthropic.claude-sonnet-4-6', 'native'],
  ['anthropic.claude-v2', 'prompt'],
  ['anthropic.claude-instant', 'prompt'],
  ['amazon.titan', 'prompt'],
  ['meta.llama2', 'prompt'],
  ['meta.llama3-8b', 'prompt'],
  ['meta.llama3-70b', 'prompt'],
  ['meta.llama3-2-1b', 'prompt'],
  ['meta.llama3-2-3b', 'prompt'],
  ['mistral.mistral-7b', 'prompt'],
  ['mistral.mixtral', 'prompt'],
  ['mistral.mistral-large-3', 'native'],
  ['mistral.ministral-3', 'native'],
  ['mistral.magistral-small', 'native'],
  ['mistral.voxtral', 'native'],
  ['cohere.command-r', 'tool'],
  ['cohere.command', 'prompt'],
  ['ai21.jamba-instruct', 'prompt'],
  ['deepseek.r1', 'prompt'],
  ['deepseek.v3', 'native'],
  ['qwen.qwen3', 'native'],
  ['moonshot', 'native'],
  ['minimax.minimax-m2', 'native'],
  ['nvidia.nemotron-nano-12b', 'tool'],
  ['nvidia.nemotron-nano', 'native'],
  ['zai.glm', 'native'],
  ['google.gemma-3-12b', 'native'],
  ['google.gemma-3-27b', 'native'],
]

const claudeCaching: CachingTraits = { tools: true, besideToolResults: true, afterDocuments: false, oneHour: false }
const claudeLongCaching: CachingTraits = { ...claudeCaching, oneHour: true }
const novaCaching: CachingTraits = { tools: false, besideToolResults: false, afterDocuments: true, oneHour: false }

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html */
const caching: Rows<CachingTraits> = [
  ['anthropic.claude-3-5-haiku', claudeCaching],
  ['anthropic.claude-3-7', claudeCaching],
  ['anthropic.claude-opus-4-2', claudeCaching],
  ['anthropic.claude-opus-4-1', claudeCaching],
  ['anthropic.claude-sonnet-4-2', claudeCaching],
  ['anthropic.claude-opus-', claudeLongCaching],
  ['anthropic.claude-sonnet-', claudeLongCaching],
  ['anthropic.claude-haiku-', claudeLongCaching],
  ['anthropic.claude-fable-', claudeLongCaching],
  ['amazon.nova-micro', novaCaching],
  ['amazon.nova-lite', novaCaching],
  ['amazon.nova-pro', novaCaching],
  ['amazon.nova-premier', novaCaching],
]

const budget: ClaudeThinking = {
  budget: true,
  adaptive: false,
  xhighEffort: false,
  forcible: false,
  unasked: false,
  least: 'disabled',
}
const both: ClaudeThinking = { ...budget, adaptive: true }
const adaptive: ClaudeThinking = { ...both, budget: false, xhighEffort: true }
const forcible: ClaudeThinking = { ...adaptive, forcible: true }
const unasked: ClaudeThinking = { ...forcible, unasked: true }
const always: ClaudeThinking = { ...unasked, least: 'adaptive' }

/**
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html
 * @see https://platform.claude.com/docs/en/about-claude/models/migration-guide
 */
const claudeThinking: Rows<ClaudeThinking> = [
  ['anthropic.claude-sonnet-5-5', { ...unasked, least: 'between_tools' }],
  ['anthropic.claude-opus-5-5', always],
  ['anthropic.claude-fable-5', always],
  ['anthropic.claude-mythos-', always],
  ['anthropic.claude-opus-5', unasked],
  ['anthropic.claude-sonnet-5', unasked],
  ['anthropic.claude-haiku-5-5', unasked],
  ['anthropic.claude-opus-4-8', forcible],
  ['anthropic.claude-opus-4-7', adaptive],
  ['anthropic.claude-opus-4-6', both],
  ['anthropic.claude-sonnet-4-6', both],
  ['anthropic.claude-opus-4', budget],
  ['anthropic.claude-sonnet-4', budget],
  ['anthropic.claude-haiku-4', budget],
  ['anthropic.claude-3-7', budget],
]

/** Every maker we know, so that Claude's member goes only to Claude and to ids that say nothing. */
const strangersToThinking: readonly string[] =
  'anthropic.claude-v anthropic.claude-instant anthropic.claude-3-h anthropic.claude-3-s anthropic.claude-3-o anthropic.claude-3-5 amazon. meta. mistral. cohere. ai21. deepseek. qwen. moonshot minimax. zai. google. nvidia. openai. writer. xai.'.split(
    ' ',
  )

const reasonUnasked = [
  'openai.gpt-oss',
  'deepseek.r1',
  'moonshot.kimi-k2-thinking',
  'mistral.magistral',
  'xai.grok-4.6',
]

/** Where the features of a family's models may part: every prefix that a row above has. */
export const featurePrefixes: readonly string[] = [...structuredOutput, ...caching].map(([prefix]) => prefix)

/** The features of a base model, as `baseModelOf` names it. */
export function featuresOf(base: string): ModelFeatures {
  const thinking = valueFor(claudeThinking, base)
  return {
    structuredOutput: valueFor(structuredOutput, base) ?? 'tool',
    caching: valueFor(caching, base),
    claudeThinking: thinking,
    takesThinking: !strangersToThinking.some(prefix => base.startsWith(prefix)),
    alwaysReasons: thinking?.least === 'adaptive' || reasonUnasked.some(prefix => base.startsWith(prefix)),
  }
}

function valueFor<T>(rows: Rows<T>, base: string): T | undefined {
  return rows.find(([prefix]) => base.startsWith(prefix))?.[1]
}
