import { weatherTool } from './clients.ts'
import { hi, NOVA, OPUS_47, type RuleCase, say, schemaConfig, thinkingType } from './rule-case-parts.ts'

const COMMAND_R = 'cohere.command-r-v1:0'
const NOVA_2 = 'us.amazon.nova-2-lite-v1:0'
const native = (additionalModelRequestFields: object) => say({ additionalModelRequestFields })
const closed = { type: 'object', properties: {}, additionalProperties: false }
const named = (jsonSchema: object) =>
  say({ outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } } })
const strictTool = (name: string, json: object = closed) => ({
  toolSpec: { name, strict: true, inputSchema: { json } },
})
const membersOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_none, at) => [`m${at}`, { type: 'string' }]))

/** Rules about what stands beside the messages. */
export const REQUEST_RULE_CASES: Readonly<Record<string, RuleCase>> = {
  'member-type': {
    body: say({ inferenceConfig: { maxTokens: 4.5 } }),
    says: "Value at 'inferenceConfig.maxTokens'",
  },
  'max-tokens-maximum': {
    model: 'us.anthropic.claude-sonnet-4-6',
    body: say({ inferenceConfig: { maxTokens: 128_000 } }),
    says: 'exceeds the model limit (128000)',
  },
  'request-metadata-count': {
    body: say({ requestMetadata: Object.fromEntries(Array.from({ length: 17 }, (_none, at) => [`k${at}`, 'v'])) }),
    says: 'not 17',
  },
  'performance-latency': { body: say({ performanceConfig: { latency: 'fast' } }), says: '[standard, optimized]' },
  'service-tier': { body: say({ serviceTier: { type: 'auto' } }), says: '"auto" at \'serviceTier.type\'' },
  'guardrail-unsupported': {
    model: COMMAND_R,
    body: say({ guardrailConfig: { guardrailIdentifier: 'gr1', guardrailVersion: '1' } }),
    says: "doesn't support guardrails",
  },
  'guardrail-stream-mode': {
    stream: true,
    body: say({ guardrailConfig: { guardrailIdentifier: 'gr1', streamProcessingMode: 'maybe' } }),
    says: '[sync, async]',
  },
  'response-paths': { body: say({ additionalModelResponseFieldPaths: ['stop_sequence'] }), says: '(stop_sequence)' },
  'response-paths-unsupported': {
    model: NOVA,
    body: say({ additionalModelResponseFieldPaths: ['/delta/stop_sequence'] }),
    says: '/delta/stop_sequence is not part',
  },
  'native-key': { model: NOVA, body: native({ top_k: 5 }), says: 'extraneous key [top_k]' },
  'anthropic-beta': { body: native({ anthropic_beta: 'context-1m-2025-08-07' }), says: 'valid list' },
  'system-tool-unsupported': {
    body: say({ toolConfig: { tools: [{ systemTool: { name: 'nova_grounding' } }] } }),
    says: 'the system tool nova_grounding',
  },
  'strict-count': {
    body: say({ toolConfig: { tools: Array.from({ length: 21 }, (_none, at) => strictTool(`t${at}`)) } }),
    says: 'found 21',
  },
  'structured-output-shape': {
    body: say({ outputConfig: schemaConfig('no schema') }),
    says: 'must hold a JSON object',
  },
  'structured-output-name': {
    body: named({ name: 'my schema', schema: JSON.stringify(closed) }),
    says: "Value 'my schema'",
  },
  'structured-output-schema': {
    body: named({ schema: JSON.stringify({ ...closed, properties: { n: { type: 'integer', minimum: 1 } } }) }),
    says: "For 'integer' type, properties minimum are not supported",
  },
  'strict-total': {
    body: {
      ...named({ schema: JSON.stringify({ ...closed, properties: membersOf(13) }) }),
      toolConfig: { tools: [strictTool('t', { ...closed, properties: membersOf(12) })] },
    },
    says: 'too many optional parameters (25)',
  },
  'effort-value': { body: say({ outputConfig: { effort: 'extreme' } }), says: "Value 'extreme'" },
  'effort-unsupported': {
    model: NOVA,
    body: say({ outputConfig: { effort: 'low' } }),
    says: 'outputConfig.effort',
  },
  'effort-of-model': {
    model: 'openai.gpt-oss-20b-1:0',
    body: native({ reasoning_effort: 'none' }),
    says: 'reasoning effort "none": use one of low, medium, high',
  },
  'effort-without-thinking': {
    model: 'us.anthropic.claude-opus-5',
    body: native({ thinking: { type: 'disabled' }, output_config: { effort: 'max' } }),
    says: 'effort max needs thinking',
  },
  'high-effort-alone': {
    model: NOVA_2,
    body: {
      messages: [hi],
      inferenceConfig: { temperature: 0 },
      additionalModelRequestFields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } },
    },
    says: 'temperature may not be set',
  },
  'thinking-type': { model: OPUS_47, body: thinkingType('auto'), says: 'thinking.type: "auto"' },
  'thinking-between-tools-unsupported': {
    model: 'us.anthropic.claude-opus-5-5',
    body: thinkingType('between_tools'),
    says: '"thinking.type.between_tools" is not supported',
  },
}

/** Requests that come close to one of these rules without breaking it. */
export const ACCEPTED_REQUESTS: Readonly<Record<string, Omit<RuleCase, 'says'>>> = {
  'one token below the limit of 128,000': {
    model: 'us.anthropic.claude-sonnet-4-6',
    body: say({ inferenceConfig: { maxTokens: 127_999 } }),
  },
  'sixteen pairs of metadata': {
    body: say({ requestMetadata: Object.fromEntries(Array.from({ length: 16 }, (_none, at) => [`k${at}`, ''])) }),
  },
  'the flex tier and optimized latency': {
    body: say({ serviceTier: { type: 'flex' }, performanceConfig: { latency: 'optimized' } }),
  },
  'members that are null': { body: say({ toolConfig: null, inferenceConfig: { maxTokens: null } }) },
  'the stop sequence that fired, from Claude': {
    body: say({ additionalModelResponseFieldPaths: ['/delta/stop_sequence'] }),
  },
  'a parameter that nobody has listed': { body: native({ container: { id: 'c' } }) },
  'Nova’s own topK': { model: NOVA, body: native({ inferenceConfig: { topK: 20 } }) },
  'grounding on Nova': {
    model: NOVA,
    body: say({ toolConfig: { tools: [{ systemTool: { name: 'nova_grounding' } }] } }),
  },
  'grounding on Nova 2': {
    model: NOVA_2,
    body: say({ toolConfig: { tools: [{ systemTool: { name: 'nova_grounding' } }, weatherTool] } }),
  },
  'a schema with a reference that ends': {
    body: named({
      name: 'answer-1',
      schema: JSON.stringify({
        ...closed,
        properties: { a: { $ref: '#/$defs/a' }, b: { type: ['string', 'null'], minLength: 1 } },
        $defs: { a: { type: 'array', items: { type: 'string' }, minItems: 1 } },
      }),
    }),
  },
  'a beta in a list': { body: native({ anthropic_beta: ['context-1m-2025-08-07'] }) },
  'Claude’s own way to choose one call': {
    body: say({
      toolConfig: { tools: [weatherTool] },
      additionalModelRequestFields: { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
    }),
  },
  'the highest effort while it thinks': {
    model: 'us.anthropic.claude-opus-5',
    body: native({ thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }),
  },
  'thinking between tools': { model: 'us.anthropic.claude-sonnet-5-5', body: thinkingType('between_tools') },
  'any of DeepSeek V3.1': {
    model: 'deepseek.v3-v1:0',
    body: say({ toolConfig: { tools: [weatherTool], toolChoice: { any: {} } } }),
  },
}

/** Schemas that no grammar is compiled of, and why. */
export const REFUSED_SCHEMAS: readonly (readonly [schema: object, says: string])[] = [
  [{ type: 'object' }, "'additionalProperties' must be explicitly set to false"],
  [{ type: ['object', 'null'] }, "'additionalProperties' must be explicitly set to false"],
  [{ type: 'array', maxItems: 2 }, 'maxItems'],
  [{ type: 'array', minItems: 2 }, 'minItems'],
  [{ type: 'array', items: { type: 'number', multipleOf: 2 } }, 'multipleOf'],
  [{ type: 'array', items: { type: 'number' }, prefixItems: [{ type: 'number' }] }, 'prefixItems'],
  [{ type: 'array' }, "'items'"],
  [{ type: 'array', items: [{ type: 'number' }] }, "'items'"],
  [{ oneOf: [{ type: 'number' }] }, "Schema type 'oneOf' is not supported"],
  [{ type: 'string', not: { const: 'a' } }, "'not'"],
  [{ type: 'string', anyOf: [{ type: 'string' }] }, "For 'anyOf', 'type' is not supported"],
  [{ allOf: [{ $ref: '#/$defs/a' }], $defs: { a: { type: 'string' } } }, "'$ref'"],
  [{ description: 'Anything.' }, 'Schema type is missing'],
  [{ type: 'integer', format: 'int32' }, "format 'int32'"],
  [{ type: 'string', pattern: '^(?!a)b' }, 'pattern'],
  [{ type: 'string', pattern: '\\bword' }, 'pattern'],
  [{ ...closed, properties: membersOf(25) }, 'too many optional parameters (25)'],
  [{ $ref: 'https://example.com/schema' }, 'External $ref'],
  [{ anyOf: [{ $ref: '#' }] }, 'Recursive'],
  [
    { $ref: '#/$defs/a', $defs: { a: { type: 'array', items: { $ref: '#/$defs/b' } }, b: { $ref: '#/$defs/a' } } },
    'Recursive',
  ],
  [
    { ...closed, properties: Object.fromEntries(Array.from({ length: 17 }, (_none, at) => [`p${at}`, { anyOf: [] }])) },
    '17',
  ],
]

export const withSchema = (schema: object): RuleCase['body'] => named({ schema: JSON.stringify(schema) })

/** Choices in Claude's own words that it does not take, and the rules that say so. */
export const NATIVE_CHOICES: readonly (readonly [rule: string, sample: Omit<RuleCase, 'says'>])[] = [
  [
    'tool-choice-unsupported',
    {
      model: 'us.anthropic.claude-opus-5-5',
      body: say({
        toolConfig: { tools: [weatherTool] },
        additionalModelRequestFields: { tool_choice: { type: 'any', disable_parallel_tool_use: true } },
      }),
    },
  ],
  [
    'tool-choice-without-tools',
    {
      body: say({
        toolConfig: { tools: [weatherTool] },
        additionalModelRequestFields: { tool_choice: { type: 'tool', name: 'get.weather' } },
      }),
    },
  ],
]
