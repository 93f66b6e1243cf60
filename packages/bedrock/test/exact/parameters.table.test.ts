import { type RequestRow, requestRows } from './request-row.ts'

const nova = 'us.amazon.nova-lite-v1:0'
const sonnet45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const sonnet5 = 'us.anthropic.claude-sonnet-5'
const commandR = 'cohere.command-r-v1:0'
const jamba = 'ai21.jamba-1-5-mini-v1:0'
const mistral = 'mistral.mistral-large-2407-v1:0'
const llama = 'us.meta.llama3-3-70b-instruct-v1:0'
const fields = 'additionalModelRequestFields'

const caps: readonly RequestRow[] = [
  {
    it: 'refuses a cap of 0 tokens',
    request: { max_completion_tokens: 0 },
    refuses: { param: 'max_completion_tokens', says: /at least 1/ },
  },
  {
    it: 'refuses a cap of 0 by its older name',
    request: { max_tokens: 0 },
    refuses: { param: 'max_tokens', says: /at least 1/ },
  },
  {
    it: 'refuses half a token',
    request: { max_tokens: 1.5 },
    refuses: { param: 'max_tokens', says: /whole number/ },
  },
  { it: 'sends no cap where none was set', request: {}, omits: ['inferenceConfig'] },
  {
    it: 'tells the older cap where it stands alone',
    request: { max_tokens: 7 },
    sends: { inferenceConfig: { maxTokens: 7 } },
  },
  {
    it: 'lets the newer cap win',
    request: { max_tokens: 7, max_completion_tokens: 9 },
    sends: { inferenceConfig: { maxTokens: 9 } },
  },
  {
    it: 'takes the older cap where the newer is null',
    request: { max_tokens: 7, max_completion_tokens: null },
    sends: { inferenceConfig: { maxTokens: 7 } },
  },
]

const sampling: readonly RequestRow[] = [
  {
    it: 'tells a temperature of 0, which is a value',
    request: { temperature: 0 },
    sends: { inferenceConfig: { temperature: 0 } },
  },
  {
    it: 'tells a top_p of 0, which is a value',
    request: { top_p: 0 },
    sends: { inferenceConfig: { topP: 0 } },
  },
  {
    it: 'says a temperature above 1 as 1, and names what it could not say',
    request: { temperature: 1.4 },
    sends: { inferenceConfig: { temperature: 1 } },
    drops: ['temperature>1'],
  },
  {
    it: 'refuses a temperature above 2',
    request: { temperature: 2.1 },
    refuses: { param: 'temperature', says: /use 0 to 2/ },
  },
  {
    it: 'refuses a negative temperature',
    request: { temperature: -0.1 },
    refuses: { param: 'temperature', says: /use 0 to 2/ },
  },
  {
    it: 'refuses a top_p above 1',
    request: { top_p: 1.1 },
    refuses: { param: 'top_p', says: /use 0 to 1/ },
  },
  {
    it: 'tells both to a model that takes both',
    request: { temperature: 0.3, top_p: 0.5 },
    sends: { inferenceConfig: { temperature: 0.3, topP: 0.5 } },
  },
  {
    it: 'tells Claude 4.5 the temperature alone',
    request: { model: sonnet45, temperature: 0, top_p: 0.5 },
    sends: { inferenceConfig: { temperature: 0 } },
    omits: ['inferenceConfig.topP'],
    drops: ['top_p'],
  },
  {
    it: 'tells Claude 4.5 top_p beside a temperature of 1, which says nothing',
    request: { model: sonnet45, temperature: 1, top_p: 0.5 },
    sends: { inferenceConfig: { topP: 0.5 } },
    omits: ['inferenceConfig.temperature'],
  },
  {
    it: 'loses nothing with a top_p of 1 on Claude 4.5',
    request: { model: sonnet45, temperature: 0.2, top_p: 1 },
    sends: { inferenceConfig: { temperature: 0.2 } },
    omits: ['inferenceConfig.topP'],
  },
  {
    it: 'tells Claude 4.5 top_p where it stands alone',
    request: { model: sonnet45, top_p: 0.5 },
    sends: { inferenceConfig: { topP: 0.5 } },
  },
  {
    it: 'tells Grok no sampling and no stop, and has it call a tool',
    request: {
      model: 'us.xai.grok-4.6',
      temperature: 0.2,
      top_p: 0.5,
      stop: 'END',
      max_tokens: 9,
      reasoning_effort: 'none',
      tools: [{ type: 'function', function: { name: 'f' } }],
      tool_choice: 'required',
    },
    sends: { inferenceConfig: { maxTokens: 9 }, toolConfig: { toolChoice: { any: {} } } },
    omits: ['inferenceConfig.temperature', 'inferenceConfig.topP', 'inferenceConfig.stopSequences'],
    drops: ['reasoning_effort', 'stop', 'temperature', 'top_p'],
  },
  {
    it: 'tells Claude Sonnet 5 no sampling',
    request: { model: sonnet5, temperature: 0.2, top_p: 0.5, top_k: 5 },
    omits: ['inferenceConfig', fields],
    drops: ['temperature', 'top_p', 'top_k'],
  },
  {
    it: 'loses nothing with the neutral values on Claude Sonnet 5',
    request: { model: sonnet5, temperature: 1, top_p: 1 },
    omits: ['inferenceConfig'],
  },
]

const stopless = [
  'deepseek.v3-v1:0',
  'deepseek.v3.2',
  'google.gemma-3-27b-it',
  'nvidia.nemotron-super-3-120b',
  'openai.gpt-oss-120b-1:0',
  'qwen.qwen3-32b-v1:0',
  'qwen.qwen3-vl-235b-a22b',
  'zai.glm-5',
]

const stops: readonly RequestRow[] = [
  {
    it: 'tells one stop as a list',
    request: { stop: 'END' },
    sends: { inferenceConfig: { stopSequences: ['END'] } },
  },
  {
    it: 'leaves an empty stop out, which would stop nothing',
    request: { stop: ['', 'END'] },
    sends: { inferenceConfig: { stopSequences: ['END'] } },
  },
  { it: 'leaves out a stop that is empty', request: { stop: '' }, omits: ['inferenceConfig'] },
  { it: 'leaves out an empty list of stops', request: { stop: [] }, omits: ['inferenceConfig'] },
  {
    it: 'keeps a blank stop from Claude, which refuses it, and names its place',
    request: { stop: ['END', '\n'] },
    sends: { inferenceConfig: { stopSequences: ['END'] } },
    drops: ['stop[1]'],
  },
  {
    it: 'names stop where none was left',
    request: { stop: '\n\n' },
    omits: ['inferenceConfig'],
    drops: ['stop'],
  },
  {
    it: 'tells Nova a line break',
    request: { model: nova, stop: '\n' },
    sends: { inferenceConfig: { stopSequences: ['\n'] } },
  },
  {
    it: 'tells Nova four stops',
    request: { model: nova, stop: ['1', '2', '3', '4', '5'] },
    sends: { inferenceConfig: { stopSequences: ['1', '2', '3', '4'] } },
    drops: ['stop[4]'],
  },
  {
    it: 'counts only usable stops against the limit',
    request: { model: nova, stop: ['', '1', '2', '3', '4'] },
    sends: { inferenceConfig: { stopSequences: ['1', '2', '3', '4'] } },
  },
  {
    it: 'tells Claude more stops than OpenAI would take',
    request: { stop: ['1', '2', '3', '4', '5'] },
    sends: { inferenceConfig: { stopSequences: ['1', '2', '3', '4', '5'] } },
  },
  {
    it: 'tells DeepSeek-R1 a stop, as the one DeepSeek that takes it',
    request: { model: 'us.deepseek.r1-v1:0', stop: 'END' },
    sends: { inferenceConfig: { stopSequences: ['END'] } },
  },
  ...stopless.map(model => ({
    it: `tells ${model}, which refuses the field, no stop`,
    request: { model, stop: 'END', max_tokens: 9 },
    sends: { inferenceConfig: { maxTokens: 9 } },
    omits: ['inferenceConfig.stopSequences'],
    drops: ['stop'],
  })),
]

const native: readonly RequestRow[] = [
  { it: "tells Claude's top_k", request: { top_k: 5 }, sends: { [fields]: { top_k: 5 } } },
  { it: 'tells a top_k of 0', request: { top_k: 0 }, sends: { [fields]: { top_k: 0 } } },
  {
    it: "nests Nova's",
    request: { model: nova, top_k: 5 },
    sends: { [fields]: { inferenceConfig: { topK: 5 } } },
  },
  {
    it: "tells Mistral's",
    request: { model: mistral, top_k: 5 },
    sends: { [fields]: { top_k: 5 } },
  },
  { it: "calls Cohere's k", request: { model: commandR, top_k: 5 }, sends: { [fields]: { k: 5 } } },
  {
    it: 'keeps top_k from Llama, which has none',
    request: { model: llama, top_k: 5 },
    omits: [fields],
    drops: ['top_k'],
  },
  {
    it: 'refuses a top_k that is no number',
    request: { top_k: '5' } as object,
    refuses: { param: 'top_k', says: /must be a number/ },
  },
  {
    it: 'tells Command R penalties and a seed of 0',
    request: { model: commandR, frequency_penalty: 0.5, presence_penalty: 0.1, seed: 0 },
    sends: { [fields]: { frequency_penalty: 0.5, presence_penalty: 0.1, seed: 0 } },
  },
  {
    it: 'says a penalty above 1 as 1 where the scale ends there, and names what it could not say',
    request: { model: commandR, frequency_penalty: 1.5, presence_penalty: 2 },
    sends: { [fields]: { frequency_penalty: 1, presence_penalty: 1 } },
    drops: ['frequency_penalty>1', 'presence_penalty>1'],
  },
  {
    it: 'has no word for a negative penalty there',
    request: { model: commandR, frequency_penalty: -0.5 },
    omits: [fields],
    drops: ['frequency_penalty'],
  },
  {
    it: 'tells Jamba penalties, and no seed',
    request: { model: jamba, frequency_penalty: 0.5, presence_penalty: -1, seed: 7 },
    sends: { [fields]: { frequency_penalty: 0.5, presence_penalty: -1 } },
    omits: [`${fields}.seed`],
    drops: ['seed'],
  },
  {
    it: 'tells gpt-oss penalties and a seed',
    request: { model: 'openai.gpt-oss-120b-1:0', frequency_penalty: 0.5, presence_penalty: 0.1, seed: 7 },
    sends: { [fields]: { frequency_penalty: 0.5, presence_penalty: 0.1, seed: 7 } },
  },
  {
    it: 'keeps penalties and seed from Claude, which has none',
    request: { frequency_penalty: 0.5, presence_penalty: 0.1, seed: 0 },
    omits: [fields],
    drops: ['frequency_penalty', 'presence_penalty', 'seed'],
  },
  {
    it: 'loses nothing with penalties of 0',
    request: { frequency_penalty: 0, presence_penalty: 0 },
    omits: [fields],
  },
  {
    it: 'refuses a penalty above 2',
    request: { frequency_penalty: 2.5 },
    refuses: { param: 'frequency_penalty', says: /use -2 to 2/ },
  },
  {
    it: 'refuses a penalty below -2',
    request: { presence_penalty: -2.5 },
    refuses: { param: 'presence_penalty', says: /use -2 to 2/ },
  },
  {
    it: 'keeps logit_bias from every model',
    request: { model: commandR, logit_bias: { 50256: -100 } },
    omits: [fields],
    drops: ['logit_bias'],
  },
  { it: 'loses nothing with an empty logit_bias', request: { logit_bias: {} }, omits: [fields] },
]

requestRows('caps', caps)
requestRows('sampling', sampling)
requestRows('stop sequences', stops)
requestRows('parameters of native bodies', native)
