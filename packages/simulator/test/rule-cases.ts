import { SONNET_45, weatherTool } from './clients.ts'
import { ACCEPTED_HISTORIES, HISTORY_RULE_CASES } from './history-rule-cases.ts'
import { ACCEPTED_MEDIA, MEDIA_RULE_CASES } from './media-rule-cases.ts'
import { ACCEPTED_REQUESTS, REQUEST_RULE_CASES } from './request-rule-cases.ts'
import {
  assistant,
  cachePoint,
  called,
  document,
  HAIKU_3,
  hi,
  image,
  LLAMA_33,
  MISTRAL,
  NOVA,
  OPUS_47,
  type RuleCase,
  reasoning,
  result,
  say,
  schemaConfig,
  spec,
  text,
  thinking,
  thinkingType,
  toolConfig,
  use,
  user,
} from './rule-case-parts.ts'

export type { RuleCase } from './rule-case-parts.ts'

/** One case a rule; a rule without one fails the test. */
export const RULE_CASES: Readonly<Record<string, RuleCase>> = {
  ...REQUEST_RULE_CASES,
  ...MEDIA_RULE_CASES,
  ...HISTORY_RULE_CASES,
  'chat-model': { model: 'amazon.titan-embed-text-v1', body: say({}), says: "This action doesn't support the model" },
  'profile-required': {
    model: 'anthropic.claude-sonnet-4-6',
    body: say({}),
    says: "Invocation of model ID anthropic.claude-sonnet-4-6 with on-demand throughput isn't supported. Retry your request with the ID or ARN of an inference profile",
  },
  'extraneous-key': {
    body: say({ max_tokens: 4 }),
    says: 'Malformed input request: #: extraneous key [max_tokens] is not permitted, please reformat your input and try again.',
  },
  'max-tokens-minimum': {
    body: say({ inferenceConfig: { maxTokens: 0 } }),
    says: "Value '0' at 'inferenceConfig.maxTokens'",
  },
  'temperature-maximum': {
    body: say({ inferenceConfig: { temperature: 1.5 } }),
    says: "Value '1.5' at 'inferenceConfig.temperature' failed to satisfy constraint: Member must have value less than or equal to 1",
  },
  'temperature-minimum': { body: say({ inferenceConfig: { temperature: -1 } }), says: 'greater than or equal to 0' },
  'topP-maximum': { body: say({ inferenceConfig: { topP: 2 } }), says: "Value '2' at 'inferenceConfig.topP'" },
  'topP-minimum': { body: say({ inferenceConfig: { topP: -0.5 } }), says: "Value '-0.5' at 'inferenceConfig.topP'" },
  'stop-sequence-empty': {
    body: say({ inferenceConfig: { stopSequences: [''] } }),
    says: 'inferenceConfig.stopSequences',
  },
  'stop-sequence-blank': {
    body: say({ inferenceConfig: { stopSequences: [' \n'] } }),
    says: 'must contain non-whitespace',
  },
  'stop-sequence-count': {
    model: NOVA,
    body: say({ inferenceConfig: { stopSequences: 'abcde'.split('') } }),
    says: 'limit of 4',
  },
  'stop-sequences-unsupported': {
    model: 'qwen.qwen3-32b-v1:0',
    body: say({ inferenceConfig: { stopSequences: ['END'] } }),
    says: "This model doesn't support the stopSequences field. Remove stopSequences and try again.",
  },
  'request-metadata': { body: say({ requestMetadata: { who: 'a!b' } }), says: 'requestMetadata' },
  'system-unsupported': {
    model: 'amazon.titan-text-express-v1',
    body: say({ system: [{ text: 'be kind' }] }),
    says: "This model doesn't support system messages.",
  },
  'system-blank': { body: say({ system: [{ text: ' ' }] }), says: 'system.0 is blank' },
  'temperature-and-top-p': {
    body: say({ inferenceConfig: { temperature: 0.1, topP: 0.2 } }),
    says: '`temperature` and `top_p` cannot both be specified for this model',
  },
  'sampling-unsupported': {
    model: OPUS_47,
    body: say({ inferenceConfig: { topP: 0 } }),
    says: '`top_p` is not supported',
  },
  'structured-output-unsupported': {
    model: NOVA,
    body: say({ outputConfig: schemaConfig('{}') }),
    says: 'outputConfig.textFormat',
  },
  'structured-output-schema-string': { body: say({ outputConfig: schemaConfig({}) }), says: 'Member must be a string' },
  'messages-missing': { body: {}, says: 'A conversation must start with a user message' },
  'message-role': { body: { messages: [{ role: 'system', content: [text] }] }, says: "'messages.0.role'" },
  'first-message-user': {
    model: NOVA,
    body: { messages: [assistant(text), hi] },
    says: 'A conversation must start with a user message',
  },
  alternation: { body: { messages: [hi, hi] }, says: 'must alternate between user and assistant roles' },
  'single-turn': {
    model: 'cohere.command-text-v14',
    body: { messages: [hi, assistant(text), hi] },
    says: 'conversation history',
  },
  prefill: {
    model: 'us.anthropic.claude-sonnet-4-6',
    body: { messages: [hi, assistant(text)] },
    says: 'must end with a user message',
  },
  'content-empty': { body: { messages: [user()] }, says: 'messages.0 is empty' },
  'text-blank': {
    body: { messages: [hi, assistant(text), user(text, { text: '\n' })] },
    says: 'The text field in the ContentBlock object at messages.2.content.1 is blank',
  },
  'trailing-whitespace': {
    body: { messages: [hi, assistant({ text: 'so ' })] },
    says: 'final assistant content cannot end with trailing whitespace',
  },
  'cache-point-unsupported': {
    model: LLAMA_33,
    body: { messages: [user(text, cachePoint)] },
    says: 'did not allow prompt caching',
  },
  'cache-point-count': {
    body: { messages: [user(...[1, 2, 3, 4, 5].flatMap(() => [text, cachePoint]))] },
    says: 'A maximum of 4 blocks with cache_control may be provided. Found 5.',
  },
  'cache-point-first': { body: say({ system: [cachePoint, text] }), says: 'The cachePoint at system.0' },
  'cache-point-in-tools': {
    model: NOVA,
    body: say({ toolConfig: { tools: [weatherTool, cachePoint] } }),
    says: 'cachePoint in tools',
  },
  'cache-point-after-document': {
    body: { messages: [user(text, document('a'), cachePoint)] },
    says: 'messages.0.content.2',
  },
  'images-unsupported': {
    model: 'amazon.nova-micro-v1:0',
    body: { messages: [user(text, image())] },
    says: "doesn't support images",
  },
  'image-user-only': {
    body: { messages: [hi, assistant(text, image()), hi] },
    says: 'only supported in the user role',
  },
  'image-count': {
    body: { messages: [user(text, ...Array.from({ length: 101 }, () => image()))] },
    says: 'image_count > 100',
  },
  'image-format': { body: { messages: [user(text, image('jpg'))] }, says: "'messages.0.content.1.image.format'" },
  'image-unreadable': { body: { messages: [user(text, image('png', 'aGVsbG8='))] }, says: 'Could not process image' },
  'image-magic': {
    body: { messages: [user(text, image('jpeg'))] },
    says: 'The image was specified using the image/jpeg media type, but the image appears to be a image/png image',
  },
  'documents-unsupported': {
    model: 'deepseek.v3-v1:0',
    body: { messages: [user(text, document('a'))] },
    says: "doesn't support documents",
  },
  'document-format': {
    body: { messages: [user(text, document('a', 'rtf'))] },
    says: "'messages.0.content.1.document.format'",
  },
  'document-name': {
    body: { messages: [user(text, document('a.pdf'))] },
    says: 'can only contain alphanumeric characters',
  },
  'document-name-unique': {
    body: { messages: [user(text, document('a b'), document('a b'))] },
    says: 'duplicate document names: a b',
  },
  'document-count': {
    body: { messages: [user(text, ...'abcdef'.split('').map(name => document(name)))] },
    says: 'limit of 5',
  },
  'document-with-text': { body: { messages: [user(document('a'))] }, says: 'must also contain a text block' },
  'tools-empty': { body: say({ toolConfig: { tools: [] } }), says: "'toolConfig.tools'" },
  'tools-unsupported': {
    model: 'meta.llama3-8b-instruct-v1:0',
    body: say({ toolConfig }),
    says: "This model doesn't support tool use.",
  },
  'tools-streaming-unsupported': {
    model: 'meta.llama3-1-8b-instruct-v1:0',
    stream: true,
    body: say({ toolConfig }),
    says: "This model doesn't support tool use in streaming mode.",
  },
  'tool-name': {
    body: say({ toolConfig: spec({ name: 'mcp.server/tool' }) }),
    says: "'mcp.server/tool' at 'toolConfig.tools.0.member.toolSpec.name'",
  },
  'tool-name-unique': {
    body: say({ toolConfig: { tools: [weatherTool, weatherTool] } }),
    says: 'duplicate tool names: get_weather',
  },
  'tool-description': {
    body: say({ toolConfig: spec({ description: '' }) }),
    says: 'toolConfig.tools.0.member.toolSpec.description',
  },
  'tool-schema-object': {
    body: say({ toolConfig: spec({ inputSchema: { json: { type: 'array' } } }) }),
    says: 'inputSchema.json.type must be one of the following: object',
  },
  'tool-schema-root': {
    body: say({ toolConfig: spec({ inputSchema: { json: { type: 'object', anyOf: [{ required: ['a'] }] } } }) }),
    says: 'tools.0.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level',
  },
  'tool-property-keys': {
    body: say({ toolConfig: spec({ inputSchema: { json: { type: 'object', properties: { 'filter[id]': {} } } } }) }),
    says: "tools.0.custom.input_schema.properties: Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'",
  },
  'strict-unsupported': {
    model: OPUS_47,
    body: say({ toolConfig: spec({ strict: true }) }),
    says: 'strict is not supported',
  },
  'strict-schema': {
    body: say({ toolConfig: spec({ strict: true }) }),
    says: "For 'object' type, 'additionalProperties' must be explicitly set to false",
  },
  'tool-choice-without-tools': {
    body: say({ toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'other' } } } }),
    says: 'the tool other',
  },
  'tool-choice-unsupported': {
    model: LLAMA_33,
    body: say({ toolConfig: { ...toolConfig, toolChoice: { any: {} } } }),
    says: "This model doesn't support the toolConfig.toolChoice.any field. Remove toolConfig.toolChoice.any and try again.",
  },
  'tool-choice-none': {
    body: say({ toolConfig: { ...toolConfig, toolChoice: { none: {} } } }),
    says: 'auto, any, tool',
  },
  'tool-config-missing': {
    body: { messages: [hi, assistant(use('t1')), user(result('t1'))] },
    says: 'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
  },
  'tool-use-id': { body: called('a b', result('a b')), says: 'messages.1.content.0.toolUseId' },
  'tool-use-id-nine': {
    model: MISTRAL,
    body: called('call_12345678', result('call_12345678')),
    says: 'with a length of 9',
  },
  'tool-use-id-unique': {
    body: {
      messages: [hi, assistant(use('t1')), user(result('t1')), assistant(use('t1')), user(result('t1'))],
      toolConfig,
    },
    says: '`tool_use` ids must be unique. Found t1 twice.',
  },
  'tool-input-object': {
    body: { messages: [hi, assistant(use('t1', { input: 'x' })), user(result('t1'))], toolConfig },
    says: 'The value at messages.1.content.0.toolUse.input is invalid',
  },
  'tool-result-missing': {
    body: called('t1', text),
    says: 'Expected toolResult blocks at messages.2.content for the following Ids: t1',
  },
  'tool-result-extra': {
    body: called('t1', result('t1'), result('t2')),
    says: 'The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn.',
  },
  'tool-use-alone': {
    model: LLAMA_33,
    body: { messages: [hi, assistant(text, use('t1')), user(result('t1'))], toolConfig },
    says: 'messages.1.content: Conversation blocks and tool use blocks cannot be provided in the same turn',
  },
  'tool-result-alone': {
    model: LLAMA_33,
    body: called('t1', result('t1'), text),
    says: 'messages.2.content: Conversation blocks and tool result blocks cannot be provided in the same turn',
  },
  'tool-result-order': {
    body: called('t1', text, result('t1')),
    says: 'messages.2.content.1: `tool_result` blocks must come before',
  },
  'thinking-unsupported': { model: HAIKU_3, body: thinkingType('enabled'), says: 'extraneous key [thinking]' },
  'thinking-adaptive-only': { model: OPUS_47, body: thinking(2000), says: '"thinking.type.enabled" is not supported' },
  'thinking-adaptive-unsupported': { body: thinkingType('adaptive'), says: 'adaptive thinking is not supported' },
  'thinking-off-unsupported': {
    model: 'us.anthropic.claude-sonnet-5-5',
    body: thinkingType('disabled'),
    says: '"thinking.type.disabled" is not supported',
  },
  'thinking-budget-minimum': { body: thinking(1000), says: 'Input should be greater than or equal to 1024' },
  'thinking-budget-below-max-tokens': {
    body: thinking(2000, { inferenceConfig: { maxTokens: 2000 } }),
    says: '`max_tokens` must be greater than `thinking.budget_tokens`',
  },
  'thinking-temperature': {
    body: thinking(2000, { inferenceConfig: { temperature: 0.5 } }),
    says: 'may only be set to 1 when thinking',
  },
  'thinking-forced-tool': {
    body: thinking(2000, { toolConfig: { ...toolConfig, toolChoice: { any: {} } } }),
    says: 'Thinking may not be enabled when tool_choice forces tool use',
  },
  'thinking-turn-start': {
    body: thinking(2000, called('t1', result('t1'))),
    says: 'messages.1.content.0.type: Expected `thinking`',
  },
  'reasoning-last': {
    body: { messages: [hi, assistant(text, reasoning('c2ln')), hi] },
    says: 'messages.1: The final block in an assistant message cannot be `thinking`.',
  },
  'reasoning-prefill': {
    body: { messages: [hi, assistant(reasoning('c2ln'), text)] },
    says: 'messages.1.content.0: When thinking is disabled, an `assistant` message in the final position',
  },
  'reasoning-unsigned': {
    body: { messages: [hi, assistant(reasoning(), text), hi] },
    says: 'messages.1.content.0.thinking.signature: Field required',
  },
}

/** Requests that come close to a rule without breaking it. */
export const ACCEPTED: Readonly<Record<string, Omit<RuleCase, 'says'>>> = {
  ...ACCEPTED_REQUESTS,
  ...ACCEPTED_MEDIA,
  ...ACCEPTED_HISTORIES,
  'limits themselves': {
    model: NOVA,
    body: say({ inferenceConfig: { maxTokens: 1, temperature: 1, topP: 0, stopSequences: 'abcd'.split('') } }),
  },
  'empty optional containers': { body: say({ system: [], inferenceConfig: {} }) },
  'a leading assistant turn on Claude': { body: { messages: [assistant(text), hi] } },
  'a prefill on Claude 4.5': { body: { messages: [hi, assistant({ text: 'so' })] } },
  'a matching image': { body: { messages: [user(text, image())] } },
  'documents with different names': { body: { messages: [user(text, document('a (1)'), document('b [2]'))] } },
  'four cache points': { body: { messages: [user(...[1, 2, 3, 4].flatMap(() => [text, cachePoint]))] } },
  'parallel results in one turn, then text': {
    body: { messages: [hi, assistant(use('t1'), use('t2')), user(result('t2'), result('t1'), text)], toolConfig },
  },
  'any name of a property below the root': {
    body: say({
      toolConfig: spec({
        inputSchema: { json: { type: 'object', properties: { 'a.b-c_D': { properties: { 'größe (cm)': {} } } } } },
      }),
    }),
  },
  'a union at the root of a schema on Nova': {
    model: NOVA,
    body: say({ toolConfig: spec({ inputSchema: { json: { type: 'object', anyOf: [{ required: ['a'] }] } } }) }),
  },
  'tools on Llama 3.1 without streaming': { model: 'meta.llama3-1-8b-instruct-v1:0', body: say({ toolConfig }) },
  'signed reasoning': { body: { messages: [hi, assistant(reasoning('c2ln'), text), hi] } },
  'a budget below the maximum': { body: thinking(1024, { inferenceConfig: { maxTokens: 1025 } }) },
  'a nine letter id on Mistral': { model: MISTRAL, body: called('abcDEF123', result('abcDEF123')) },
  'sampling left alone on Opus 4.7': { model: OPUS_47, body: say({ inferenceConfig: { maxTokens: 9 } }) },
  'a thinking turn that begins with its thought': {
    body: thinking(2000, { messages: [hi, assistant(reasoning('c2ln'), use('t1')), user(result('t1'))], toolConfig }),
  },
}

export const DEFAULT_MODEL = SONNET_45
