import { arrayOf, objectOf, pick, stringOf } from '../../json.ts'
import { type Rule, when } from './rule.ts'

const METADATA = /^[a-zA-Z0-9\s:_@$#=/+,\-.]{0,256}$/
const MOST_PAIRS = 16

/** Parameters that some model knows beyond Converse's; a model that lists its own takes no others of these. */
const NATIVE = new Set(
  'thinking output_config top_k k tool_choice anthropic_beta metadata inferenceConfig reasoningConfig reasoning_config reasoning_effort reasoning frequency_penalty presence_penalty seed logit_bias'.split(
    ' ',
  ),
)

const among = (values: readonly string[], value: unknown) =>
  value === undefined || value === null || values.includes(stringOf(value) ?? '') ? undefined : JSON.stringify(value)

/** Rules about what Bedrock is told beside the chat itself. */
export const EXTENSION_RULES: readonly Rule[] = [
  {
    id: 'request-metadata',
    check: ({ body }) =>
      Object.entries(objectOf(body.requestMetadata)).find(
        ([key, value]) => key === '' || !METADATA.test(key) || !METADATA.test(stringOf(value) ?? '\0'),
      )?.[0],
    message:
      "1 validation error detected: Value at 'requestMetadata' failed to satisfy constraint: Map keys and values must satisfy regular expression pattern: [a-zA-Z0-9\\s:_@$#=/+,-.]{0,256} ({})",
  },
  {
    id: 'request-metadata-count',
    check: ({ body }) => {
      const count = Object.keys(objectOf(body.requestMetadata)).length
      return body.requestMetadata !== undefined && (count < 1 || count > MOST_PAIRS) ? String(count) : undefined
    },
    message:
      "1 validation error detected: Value at 'requestMetadata' failed to satisfy constraint: Member must have between 1 and 16 entries, not {}",
  },
  {
    id: 'performance-latency',
    check: ({ body }) => among(['standard', 'optimized'], pick(body, 'performanceConfig', 'latency')),
    message:
      "1 validation error detected: Value {} at 'performanceConfig.latency' failed to satisfy constraint: Member must satisfy enum value set: [standard, optimized]",
  },
  {
    id: 'service-tier',
    check: ({ body }) => among(['default', 'flex', 'priority', 'reserved'], pick(body, 'serviceTier', 'type')),
    message:
      "1 validation error detected: Value {} at 'serviceTier.type' failed to satisfy constraint: Member must satisfy enum value set: [default, flex, priority, reserved]",
  },
  {
    id: 'guardrail-unsupported',
    applies: ({ model }) => !model.guardrails,
    check: when(({ body }) => body.guardrailConfig !== undefined),
    message: "This model doesn't support guardrails. Remove guardrailConfig and try again.",
  },
  {
    id: 'guardrail-stream-mode',
    check: ({ body }) => among(['sync', 'async'], pick(body, 'guardrailConfig', 'streamProcessingMode')),
    message:
      "1 validation error detected: Value {} at 'guardrailConfig.streamProcessingMode' failed to satisfy constraint: Member must satisfy enum value set: [sync, async]",
  },
  {
    id: 'response-paths',
    check: ({ body }) => {
      const paths = arrayOf(body.additionalModelResponseFieldPaths).map(String)
      if (paths.length > 10) return String(paths.length)
      return paths.find(path => !path.startsWith('/') || path.length > 256)
    },
    message:
      "1 validation error detected: Value at 'additionalModelResponseFieldPaths' failed to satisfy constraint: Member must have at most 10 JSON pointers of at most 256 characters ({})",
  },
  {
    id: 'response-paths-unsupported',
    applies: ({ model }) => !model.claude,
    check: ({ body }) => stringOf(arrayOf(body.additionalModelResponseFieldPaths)[0]),
    message: 'The additionalModelResponseFieldPaths {} is not part of the response of this model.',
  },
  {
    id: 'native-key',
    applies: ({ model }) => model.nativeKeys !== undefined,
    check: ({ additional, model }) =>
      Object.keys(additional).find(key => NATIVE.has(key) && !model.nativeKeys?.includes(key)),
    message:
      'The model returned the following errors: Malformed input request: #: extraneous key [{}] is not permitted, please reformat your input and try again.',
  },
  {
    id: 'anthropic-beta',
    applies: ({ model }) => model.claude,
    check: when(({ additional: { anthropic_beta: betas } }) => {
      return betas !== undefined && !(Array.isArray(betas) && betas.every(beta => typeof beta === 'string'))
    }),
    message: 'The model returned the following errors: anthropic_beta: Input should be a valid list',
  },
]
