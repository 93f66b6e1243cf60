import { type RequestRow, requestRows } from './request-row.ts'

const model = 'openai.gpt-oss-20b-1:0'
const options = { lanes: { 'openai.gpt-oss': 'openai' } } as const
const messages = [{ role: 'user' as const, content: 'What is the weather in Paris?' }]
const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'Weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
}
const guardrail = { guardrailIdentifier: 'gr-1', guardrailVersion: '1' }

/** A row whose request must arrive as it was made. */
const asItIs = (it: string, request: RequestRow['request']): RequestRow => ({
  it,
  request: { model, messages, ...request },
  options,
  operations: ['chat'],
  sends: { model, messages, ...request },
})

const rows: readonly RequestRow[] = [
  {
    it: 'gpt-oss goes over Converse unless an operator says otherwise',
    request: { model },
    operations: ['converse'],
  },
  { it: 'other models still do when one does not', request: {}, options },
  asItIs('a text goes as it is', {}),
  asItIs('an address in a text is a text', {
    messages: [{ role: 'user', content: [{ type: 'text', text: 's3://b/c' }] }],
  }),
  {
    it: 'an s3:// address is refused unless the provider is set up for it',
    request: {
      model,
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 's3://bucket-1/a.png' } }] }],
    },
    options,
    refuses: { param: 'messages[0].content[0]', says: /nothing read from S3/ },
  },
  asItIs('a temperature of 2 is not clamped', { temperature: 2 }),
  asItIs('seed, penalties and biases go along', {
    seed: 1,
    presence_penalty: 1,
    frequency_penalty: 0,
    logit_bias: { 1: 2 },
  }),
  asItIs('several answers are asked of the endpoint itself', { n: 2 }),
  asItIs('reasoning_effort goes as it is', { reasoning_effort: 'low' }),
  asItIs('tools and their choice go as they are', {
    tools: [weather],
    tool_choice: 'required',
    parallel_tool_calls: false,
  }),
  asItIs('a response format goes as it is', {
    messages: [{ role: 'user', content: 'Answer in JSON.' }],
    response_format: { type: 'json_object' },
  }),
  asItIs('a stream is asked for in the body', { stream: true, stream_options: { include_usage: true } }),
  {
    it: 'a stream is asked for its usage where the client did not',
    request: { model, stream: true },
    options,
    operations: ['chat'],
    sends: { stream: true, stream_options: { include_usage: true } },
  },
  {
    it: 'a guardrail is taken out of the body',
    request: { model, guardrail_config: guardrail },
    options,
    operations: ['chat'],
    omits: ['guardrail_config', 'guardrailConfig'],
  },
  {
    it: 'so is one by its other name',
    request: { model, guardrailConfig: guardrail },
    options,
    operations: ['chat'],
    omits: ['guardrail_config', 'guardrailConfig'],
  },
  {
    it: 'a guardrail that no header can hold is refused',
    request: { model, guardrail_config: { ...guardrail, guardrailVersion: '1\n' } },
    options,
    refuses: { param: 'guardrail_config.guardrailVersion', says: /no header takes/ },
  },
  {
    it: 'a guardrail that is none is refused',
    request: { model, guardrail_config: 'gr-1' as never },
    options,
    refuses: { param: 'guardrail_config', says: /must be an object such as/ },
  },
]

requestRows('the OpenAI-compatible endpoint: requests', rows)
