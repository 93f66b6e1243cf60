import { arrayOf, numberOf, pick, stringOf } from '../../json.ts'
import { type Rule, when } from './rule.ts'

const KEYS = new Set(
  'messages system inferenceConfig toolConfig guardrailConfig additionalModelRequestFields promptVariables additionalModelResponseFieldPaths requestMetadata performanceConfig serviceTier outputConfig'.split(
    ' ',
  ),
)

/** What Bedrock says when a model that only profiles may call is called by its own id, `{}`. */
export const PROFILE_REQUIRED: string =
  "Invocation of model ID {} with on-demand throughput isn't supported. Retry your request with the ID or ARN of an inference profile that contains this model."

const above = (limit: number, value: unknown) => {
  const number = numberOf(value)
  return number !== undefined && number > limit ? String(number) : undefined
}
const below = (limit: number, value: unknown) => {
  const number = numberOf(value)
  return number !== undefined && number < limit ? String(number) : undefined
}

/** Rules about the model asked for and the fields beside the messages. */
export const REQUEST_RULES: readonly Rule[] = [
  {
    id: 'chat-model',
    check: when(({ model }) => model.kind !== 'chat'),
    message: "This action doesn't support the model that you provided. Try again with a supported text or chat model.",
  },
  {
    id: 'profile-required',
    check: ({ model, viaProfile, modelId }) => (model.onDemand || viaProfile ? undefined : modelId),
    message: PROFILE_REQUIRED,
  },
  {
    id: 'extraneous-key',
    check: ({ body }) => Object.keys(body).find(key => !KEYS.has(key)),
    message:
      'Malformed input request: #: extraneous key [{}] is not permitted, please reformat your input and try again.',
  },
  {
    id: 'max-tokens-minimum',
    check: ({ inference }) => below(1, inference.maxTokens),
    message:
      "1 validation error detected: Value '{}' at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member must have value greater than or equal to 1",
  },
  {
    id: 'max-tokens-maximum',
    check: ({ inference, model }) => above(model.maxTokens, inference.maxTokens),
    message:
      'The model returned the following errors: The maximum tokens you requested exceeds the model limit ({}). Try again with a maximum tokens value that is lower.',
  },
  ...(['temperature', 'topP'] as const).flatMap((field): readonly Rule[] => [
    {
      id: `${field}-maximum`,
      check: ({ inference }) => above(1, inference[field]),
      message: `1 validation error detected: Value '{}' at 'inferenceConfig.${field}' failed to satisfy constraint: Member must have value less than or equal to 1`,
    },
    {
      id: `${field}-minimum`,
      check: ({ inference }) => below(0, inference[field]),
      message: `1 validation error detected: Value '{}' at 'inferenceConfig.${field}' failed to satisfy constraint: Member must have value greater than or equal to 0`,
    },
  ]),
  {
    id: 'stop-sequence-empty',
    check: when(({ inference }) => arrayOf(inference.stopSequences).includes('')),
    message:
      "1 validation error detected: Value at 'inferenceConfig.stopSequences' failed to satisfy constraint: Member must have length greater than or equal to 1",
  },
  {
    id: 'stop-sequence-blank',
    applies: ({ model }) => model.claude,
    check: when(({ inference }) =>
      arrayOf(inference.stopSequences).some(text => text !== '' && stringOf(text)?.trim() === ''),
    ),
    message: 'The model returned the following errors: stop_sequences: each stop sequence must contain non-whitespace',
  },
  {
    id: 'stop-sequences-unsupported',
    applies: ({ model }) => model.stopSequences === 0,
    check: when(({ inference }) => arrayOf(inference.stopSequences).length > 0),
    message: "This model doesn't support the stopSequences field. Remove stopSequences and try again.",
  },
  {
    id: 'stop-sequence-count',
    applies: ({ model }) => model.stopSequences > 0,
    check: ({ inference, model }) =>
      arrayOf(inference.stopSequences).length > model.stopSequences ? String(model.stopSequences) : undefined,
    message:
      'The number of stop sequences exceeds the limit of {} for this model. Reduce the number of stop sequences and try again.',
  },
  {
    id: 'system-unsupported',
    applies: ({ model }) => !model.system,
    check: when(({ body }) => arrayOf(body.system).length > 0),
    message:
      "This model doesn't support system messages. Try again without a system message or use a model that supports system messages.",
  },
  {
    id: 'system-blank',
    check: ({ body }) => {
      const at = arrayOf(body.system).findIndex(block => stringOf(pick(block, 'text'))?.trim() === '')
      return at < 0 ? undefined : String(at)
    },
    message:
      'The text field in the SystemContentBlock object at system.{} is blank. Add text to the text field, and try again.',
  },
  {
    id: 'temperature-and-top-p',
    applies: ({ model }) => model.sampling === 'one',
    check: when(({ inference }) => inference.temperature !== undefined && inference.topP !== undefined),
    message:
      'The model returned the following errors: `temperature` and `top_p` cannot both be specified for this model. Please use only one.',
  },
  {
    id: 'sampling-unsupported',
    applies: ({ model }) => model.sampling === 'none',
    check: ({ inference, additional }) =>
      [
        inference.temperature === undefined ? undefined : 'temperature',
        inference.topP === undefined ? undefined : 'top_p',
        additional.top_k === undefined ? undefined : 'top_k',
      ].find(name => name !== undefined),
    message: 'The model returned the following errors: `{}` is not supported for this model.',
  },
]
