import { type AnswerRow, answerRows } from './invoke-answer-row.ts'
import { claude2, command, commandR, jamba, llama3, mistral, nova, sonnet, titan } from './invoke-row.ts'

const counts = { 'x-amzn-bedrock-input-token-count': '7', 'x-amzn-bedrock-output-token-count': '3' }
const titanSays = (completionReason: string, outputText = 'Hi.') => ({
  inputTextTokenCount: 7,
  results: [{ tokenCount: 3, outputText, completionReason }],
})
const commandSays = (finish_reason: string) => ({
  id: 'x',
  prompt: 'p',
  generations: [{ id: 'y', text: 'Hi.', finish_reason }],
})
const choice = (message: object, finish_reason: string | null) => ({ choices: [{ index: 0, message, finish_reason }] })
const endings: readonly (readonly [model: string, says: (word: string) => object, Readonly<Record<string, string>>])[] =
  [
    [
      titan,
      titanSays,
      {
        FINISH: 'stop',
        FINISHED: 'stop',
        STOP_CRITERIA_MET: 'stop',
        LENGTH: 'length',
        CONTENT_FILTERED: 'content_filter',
        RAG_QUERY_WHEN_RAG_DISABLED: 'content_filter',
        NEXT_YEAR: 'stop',
      },
    ],
    [command, commandSays, { COMPLETE: 'stop', MAX_TOKENS: 'length', ERROR_TOXIC: 'content_filter' }],
    [
      commandR,
      finish_reason => ({ text: 'Hi.', finish_reason }),
      { COMPLETE: 'stop', MAX_TOKENS: 'length', ERROR_TOXIC: 'content_filter', ERROR_LIMIT: 'length' },
    ],
    [claude2, stop_reason => ({ completion: 'Hi.', stop_reason }), { stop_sequence: 'stop', max_tokens: 'length' }],
    [
      sonnet,
      stop_reason => ({ content: [{ type: 'text', text: 'Hi.' }], stop_reason }),
      { end_turn: 'stop', stop_sequence: 'stop', max_tokens: 'length', refusal: 'content_filter' },
    ],
    [llama3, stop_reason => ({ generation: 'Hi.', stop_reason }), { stop: 'stop', length: 'length' }],
    [mistral, stop_reason => ({ outputs: [{ text: 'Hi.', stop_reason }] }), { stop: 'stop', length: 'length' }],
    [
      jamba,
      reason => choice({ role: 'assistant', content: 'Hi.' }, reason),
      { stop: 'stop', length: 'length', content_filter: 'content_filter' },
    ],
    [
      nova,
      stopReason => ({ output: { message: { content: [{ text: 'Hi.' }] } }, stopReason }),
      { end_turn: 'stop', max_tokens: 'length', content_filtered: 'content_filter' },
    ],
  ]

const wholes: readonly AnswerRow[] = [
  {
    it: 'gpt-oss: thoughts in tags at the beginning are no content',
    model: 'openai.gpt-oss-20b-1:0',
    says: choice({ role: 'assistant', content: '<reasoning>Hm.</reasoning>Hi.' }, 'stop'),
    content: 'Hi.',
    reasoning: 'Hm.',
    finish: 'stop',
  },
  ...endings.flatMap(([model, says, words]) =>
    Object.entries(words).map(([word, finish]) => ({
      it: `${model}: ${word} is ${finish}`,
      model,
      says: says(word),
      content: 'Hi.',
      finish,
    })),
  ),
  { it: 'Titan counts in its body', model: titan, says: titanSays('FINISH'), content: 'Hi.', usage: [7, 3] },
  { it: 'Titan: an empty text is an answer', model: titan, says: titanSays('FINISH', ''), finish: 'stop' },
  {
    it: 'Titan without results is no answer',
    model: titan,
    says: { inputTextTokenCount: 7, results: [] },
    fails: 'upstream_bad_response',
  },
  {
    it: 'Command is counted in the headers',
    model: command,
    says: commandSays('COMPLETE'),
    headers: counts,
    content: 'Hi.',
    usage: [7, 3],
  },
  { it: 'Command: an error is no answer', model: command, says: commandSays('ERROR'), fails: 'upstream_bad_response' },
  {
    it: 'Claude 2 is counted in the headers',
    model: claude2,
    says: { completion: ' Hi.', stop_reason: 'stop_sequence', stop: '\n\nHuman:' },
    headers: counts,
    content: ' Hi.',
    usage: [7, 3],
  },
  {
    it: 'headers that count nothing are none',
    model: claude2,
    says: { completion: 'Hi.', stop_reason: 'stop_sequence' },
    headers: { 'x-amzn-bedrock-input-token-count': 'many' },
    content: 'Hi.',
  },
  {
    it: 'Claude since 3: texts are joined, thinking apart, cached tokens in the prompt’s',
    model: sonnet,
    says: {
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: 's' },
        { type: 'text', text: 'H' },
        { type: 'text', text: 'i.' },
      ],
      stop_reason: 'end_turn',
      usage: { input_tokens: 4, output_tokens: 3, cache_read_input_tokens: 2, cache_creation_input_tokens: 1 },
    },
    content: 'Hi.',
    reasoning: 'Hm.',
    usage: [7, 3],
  },
  {
    it: 'Llama counts in its body',
    model: llama3,
    says: { generation: 'Hi.', prompt_token_count: 7, generation_token_count: 3, stop_reason: 'stop' },
    content: 'Hi.',
    usage: [7, 3],
  },
  {
    it: 'Mistral is counted in the headers',
    model: mistral,
    says: { outputs: [{ text: 'Hi.', stop_reason: 'stop' }] },
    headers: counts,
    content: 'Hi.',
    usage: [7, 3],
  },
  {
    it: 'Jamba counts in its body',
    model: jamba,
    says: {
      ...choice({ role: 'assistant', content: 'Hi.' }, 'stop'),
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
    },
    content: 'Hi.',
    usage: [7, 3],
  },
  {
    it: 'OpenAI’s form: `reasoning` is reasoning',
    model: 'qwen.qwen3-32b-v1:0',
    says: choice({ content: 'Hi.', reasoning: 'Hm.' }, 'stop'),
    content: 'Hi.',
    reasoning: 'Hm.',
  },
  {
    it: 'OpenAI’s form: so is `reasoning_content`, of a model that said nothing else',
    model: 'qwen.qwen3-32b-v1:0',
    says: choice({ content: null, reasoning_content: 'Hm.' }, 'length'),
    reasoning: 'Hm.',
    finish: 'length',
  },
  {
    it: 'OpenAI’s form without choices is no answer',
    model: jamba,
    says: { object: 'error' },
    fails: 'upstream_bad_response',
  },
  {
    it: 'Nova counts in its body',
    model: nova,
    says: {
      output: { message: { content: [{ text: 'Hi.' }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 4, outputTokens: 3, cacheReadInputTokenCount: 3 },
    },
    content: 'Hi.',
    usage: [7, 3],
  },
  {
    it: 'a guardrail that stepped in is told',
    model: titan,
    says: { ...titanSays('FINISH', 'Sorry.'), 'amazon-bedrock-guardrailAction': 'INTERVENED' },
    content: 'Sorry.',
    finish: 'content_filter',
  },
]

answerRows('InvokeModel: whole answers', wholes)
