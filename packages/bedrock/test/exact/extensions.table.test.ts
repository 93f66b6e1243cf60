import { type RequestRow, requestRows } from './request-row.ts'

const nova = 'us.amazon.nova-lite-v1:0'
const sonnet4 = 'us.anthropic.claude-sonnet-4-20250514-v1:0'
const fields = 'additionalModelRequestFields'
const pairs = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, `v${index}`]))

const objects: readonly RequestRow[] = [
  {
    it: 'passes guardrail_config',
    request: { guardrail_config: { guardrailIdentifier: 'gr-1', guardrailVersion: '1', trace: 'enabled' } },
    sends: { guardrailConfig: { guardrailIdentifier: 'gr-1', guardrailVersion: '1', trace: 'enabled' } },
  },
  {
    it: 'passes guardrailConfig',
    request: { guardrailConfig: { guardrailIdentifier: 'gr-1', guardrailVersion: '1' } },
    sends: { guardrailConfig: { guardrailIdentifier: 'gr-1' } },
  },
  {
    it: 'lets guardrail_config win over guardrailConfig',
    request: { guardrail_config: { guardrailIdentifier: 'a' }, guardrailConfig: { guardrailIdentifier: 'b' } },
    sends: { guardrailConfig: { guardrailIdentifier: 'a' } },
  },
  {
    it: 'refuses a guardrail that is no object',
    request: { guardrail_config: 'gr-1' } as object,
    refuses: { param: 'guardrail_config', says: /must be an object/ },
  },
  ...(['performance_config', 'performanceConfig'] as const).map(name => ({
    it: `passes ${name}`,
    request: { [name]: { latency: 'optimized' } },
    sends: { performanceConfig: { latency: 'optimized' } },
  })),
  {
    it: 'passes thinking',
    request: { model: sonnet4, thinking: { type: 'enabled', budget_tokens: 2_000 }, max_tokens: 4_000 },
    sends: { [fields]: { thinking: { type: 'enabled', budget_tokens: 2_000 } } },
  },
]

const native: readonly RequestRow[] = [
  ...(['additional_model_request_fields', 'additionalModelRequestFields'] as const).map(name => ({
    it: `passes ${name}`,
    request: { [name]: { anthropic_beta: ['x'], zero: 0, no: false, nothing: null } },
    sends: { [fields]: { anthropic_beta: ['x'], zero: 0, no: false, nothing: null } },
  })),
  {
    it: 'lets the caller win over what is derived',
    request: { top_k: 5, additional_model_request_fields: { top_k: 9 } },
    sends: { [fields]: { top_k: 9 } },
  },
  {
    it: 'merges deeply, beside what is derived',
    request: { model: nova, top_k: 5, additional_model_request_fields: { inferenceConfig: { a: 1 }, b: 2 } },
    sends: { [fields]: { inferenceConfig: { topK: 5, a: 1 }, b: 2 } },
  },
  {
    it: "takes the caller's array whole",
    request: { additional_model_request_fields: { metadata: ['x'] }, user: 'u1' },
    sends: { [fields]: { metadata: ['x'] } },
  },
  {
    it: 'refuses fields that are no object',
    request: { additional_model_request_fields: [1] } as object,
    refuses: { param: 'additional_model_request_fields', says: /the model's own parameters, got an array/ },
  },
  ...(['additional_model_response_field_paths', 'additionalModelResponseFieldPaths'] as const).map(name => ({
    it: `passes ${name}`,
    request: { [name]: ['/delta/stop_sequence'] },
    sends: { additionalModelResponseFieldPaths: ['/delta/stop_sequence'] },
  })),
  {
    it: 'sends no empty list of paths',
    request: { additional_model_response_field_paths: [] },
    omits: ['additionalModelResponseFieldPaths'],
  },
  {
    it: 'refuses eleven paths',
    request: { additional_model_response_field_paths: Array.from({ length: 11 }, () => '/a') },
    refuses: { param: 'additional_model_response_field_paths', says: /at most ten/ },
  },
  {
    it: 'refuses what is no pointer',
    request: { additional_model_response_field_paths: ['a'] },
    refuses: { param: 'additional_model_response_field_paths', says: /no JSON pointer/ },
  },
  {
    it: 'refuses a pointer of more than 256 characters',
    request: { additionalModelResponseFieldPaths: [`/${'a'.repeat(256)}`] },
    refuses: { param: 'additionalModelResponseFieldPaths', says: /no JSON pointer/ },
  },
]

const endUser: readonly RequestRow[] = [
  {
    it: 'tells Claude who the user is',
    request: { user: 'u1' },
    sends: { [fields]: { metadata: { user_id: 'u1' } } },
  },
  {
    it: 'tells Claude the safety_identifier',
    request: { safety_identifier: 's1' },
    sends: { [fields]: { metadata: { user_id: 's1' } } },
  },
  {
    it: 'takes the newer of the two, and names the other',
    request: { safety_identifier: 's1', user: 'u1' },
    sends: { [fields]: { metadata: { user_id: 's1' } } },
    drops: ['user'],
  },
  {
    it: 'loses nothing where both are the same',
    request: { safety_identifier: 'u1', user: 'u1' },
    sends: { [fields]: { metadata: { user_id: 'u1' } } },
  },
  {
    it: 'keeps an id from Claude that is longer than 256 characters',
    request: { user: 'u'.repeat(257) },
    omits: [fields],
    drops: ['user'],
  },
  { it: 'keeps an empty id from Claude', request: { user: '' }, omits: [fields] },
  {
    it: 'has nowhere to tell Nova, and names both',
    request: { model: nova, user: 'u1', safety_identifier: 's1' },
    omits: [fields],
    drops: ['user', 'safety_identifier'],
  },
  {
    it: 'has nowhere to tell Claude 2',
    request: { model: 'anthropic.claude-v2:1', user: 'u1' },
    omits: [fields],
    drops: ['user'],
  },
]

const requestMetadata: readonly RequestRow[] = [
  ...(['request_metadata', 'requestMetadata'] as const).map(name => ({
    it: `passes ${name}`,
    request: { [name]: { team: 'a', note: 'x y:_@$#=/+,-.' } },
    sends: { requestMetadata: { team: 'a', note: 'x y:_@$#=/+,-.' } },
  })),
  {
    it: 'takes an empty value',
    request: { request_metadata: { a: '' } },
    sends: { requestMetadata: { a: '' } },
  },
  {
    it: 'tells numbers and booleans as text',
    request: { request_metadata: { a: 0, b: false } } as object,
    sends: { requestMetadata: { a: '0', b: 'false' } },
  },
  {
    it: 'leaves out and names a value with another character',
    request: { request_metadata: { a: 'b', c: 'naïve' } },
    sends: { requestMetadata: { a: 'b' } },
    omits: ['requestMetadata.c'],
    drops: ['request_metadata.c'],
  },
  {
    it: 'leaves out and names a key with another character',
    request: { request_metadata: { 'a!': 'b' } },
    omits: ['requestMetadata'],
    drops: ['request_metadata.a!'],
  },
  {
    it: 'leaves out an empty key',
    request: { request_metadata: { '': 'b', c: 'd' } },
    sends: { requestMetadata: { c: 'd' } },
    drops: ['request_metadata.'],
  },
  {
    it: 'leaves out a value of more than 256 characters',
    request: { request_metadata: { a: 'x'.repeat(257), b: 'x'.repeat(256) } },
    sends: { requestMetadata: { b: 'x'.repeat(256) } },
    drops: ['request_metadata.a'],
  },
  {
    it: 'leaves out an object',
    request: { request_metadata: { a: {} } } as object,
    omits: ['requestMetadata'],
    drops: ['request_metadata.a'],
  },
  {
    it: 'tells sixteen pairs, and names the others',
    request: { request_metadata: pairs(18) },
    sends: { requestMetadata: pairs(16) },
    omits: ['requestMetadata.k16', 'requestMetadata.k17'],
    drops: ['request_metadata.k16', 'request_metadata.k17'],
  },
  {
    it: 'sends no empty metadata',
    request: { request_metadata: {} },
    omits: ['requestMetadata'],
  },
  {
    it: 'refuses metadata that is no object',
    request: { request_metadata: 'a' } as object,
    refuses: { param: 'request_metadata', says: /must be an object/ },
  },
]

const options = { sendMetadata: true }
const metadata: readonly RequestRow[] = [
  {
    it: 'says metadata where the provider may',
    options,
    request: { metadata: { tenant: 'a' } },
    sends: { requestMetadata: { tenant: 'a' } },
  },
  {
    it: 'keeps request_metadata first, and lets it win',
    options,
    request: { metadata: { tenant: 'a', x: '1' }, request_metadata: { tenant: 'b' } },
    sends: { requestMetadata: { tenant: 'b', x: '1' } },
  },
  {
    it: 'leaves out and names what cannot be said',
    options,
    request: { metadata: { tenant: 'ä', ok: '1' } },
    sends: { requestMetadata: { ok: '1' } },
    drops: ['metadata.tenant'],
  },
  {
    it: 'fills up to sixteen pairs',
    options,
    request: {
      metadata: pairs(3),
      request_metadata: { a: '1', ...Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`r${i}`, ''])) },
    },
    sends: { requestMetadata: { a: '1', k0: 'v0', k1: 'v1' } },
    omits: ['requestMetadata.k2'],
    drops: ['metadata.k2'],
  },
]

requestRows("Bedrock's own objects", objects)
requestRows('native fields', native)
requestRows('the end user', endUser)
requestRows('request metadata', requestMetadata)
requestRows('metadata', metadata)
