import { type AnswerRow, answerRows } from './invoke-answer-row.ts'
import { claude2, command, commandR, jamba, llama3, mistral, nova, sonnet, titan } from './invoke-row.ts'

const metrics = {
  'amazon-bedrock-invocationMetrics': { inputTokenCount: 7, outputTokenCount: 3, invocationLatency: 9 },
}

const delta = (of: object, finish_reason: string | null = null) => ({
  choices: [{ index: 0, delta: of, finish_reason }],
})

const titanChunk = (outputText: string, completionReason: string | null, more: object = {}) => ({
  outputText,
  index: 0,
  totalOutputTextTokenCount: completionReason && 3,
  completionReason,
  inputTextTokenCount: completionReason && 7,
  ...more,
})

const streams: readonly AnswerRow[] = [
  {
    it: 'gpt-oss: thoughts in tags at the beginning are no content',
    model: 'openai.gpt-oss-20b-1:0',
    says: [
      delta({ role: 'assistant', content: '' }),
      delta({ content: '<reasoning>H' }),
      delta({ content: 'm.</reason' }),
      delta({ content: 'ing>Hi' }),
      delta({ content: '.' }),
      delta({}, 'stop'),
    ],
    content: 'Hi.',
    reasoning: 'Hm.',
    finish: 'stop',
  },
  {
    it: 'gpt-oss: a text that only begins like a tag is not lost',
    model: 'openai.gpt-oss-20b-1:0',
    says: [delta({ content: '<reason' }), delta({}, 'length')],
    content: '<reason',
    finish: 'length',
  },
  {
    it: 'Titan: text beside the ending is not lost',
    model: titan,
    says: [titanChunk('H', null), titanChunk('i.', 'LENGTH', metrics)],
    content: 'Hi.',
    finish: 'length',
    usage: [7, 3],
  },
  {
    it: 'Titan counts itself where Bedrock does not',
    model: titan,
    says: [titanChunk('Hi.', 'FINISH')],
    content: 'Hi.',
    finish: 'stop',
    usage: [7, 3],
  },
  {
    it: 'Titan: a filter is told',
    model: titan,
    says: [titanChunk('', 'CONTENT_FILTERED')],
    finish: 'content_filter',
    usage: [7, 3],
  },
  { it: 'Titan without an ending is cut', model: titan, says: [titanChunk('Hi.', null)], fails: 'stream_interrupted' },
  {
    it: 'Command: the last chunk’s repetition is left out',
    model: command,
    says: [
      { text: ' H', is_finished: false },
      { text: 'i.', is_finished: false },
      { text: ' Hi.', is_finished: true, finish_reason: 'MAX_TOKENS', ...metrics },
    ],
    content: ' Hi.',
    finish: 'length',
    usage: [7, 3],
  },
  {
    it: 'Command: so is one that was trimmed',
    model: command,
    says: [
      { text: ' Hi.', is_finished: false },
      { text: 'Hi.', is_finished: true, finish_reason: 'COMPLETE' },
    ],
    content: ' Hi.',
    finish: 'stop',
  },
  {
    it: 'Command: a last chunk without text',
    model: command,
    says: [
      { text: 'Hi.', is_finished: false },
      { is_finished: true, finish_reason: 'COMPLETE' },
    ],
    content: 'Hi.',
    finish: 'stop',
  },
  {
    it: 'Command: all in the last chunk',
    model: command,
    says: [{ text: 'Hi.', is_finished: true, finish_reason: 'COMPLETE' }],
    content: 'Hi.',
    finish: 'stop',
  },
  {
    it: 'Command: a last chunk that goes on',
    model: command,
    says: [
      { text: 'H', is_finished: false },
      { text: 'Hi.', is_finished: true },
    ],
    content: 'Hi.',
    finish: 'stop',
  },
  {
    it: 'Command: an error is a failure',
    model: command,
    says: [
      { text: 'H', is_finished: false },
      { is_finished: true, finish_reason: 'ERROR' },
    ],
    fails: 'upstream_bad_response',
  },
  {
    it: 'Command R: the last event’s answer is left out',
    model: commandR,
    says: [
      { event_type: 'stream-start' },
      { event_type: 'text-generation', text: 'Hi.' },
      { event_type: 'stream-end', finish_reason: 'COMPLETE', response: { text: 'Hi.' }, ...metrics },
    ],
    content: 'Hi.',
    finish: 'stop',
    usage: [7, 3],
  },
  {
    it: 'Claude 2',
    model: claude2,
    says: [
      { completion: ' Hi', stop_reason: null },
      { completion: '.', stop_reason: 'max_tokens', ...metrics },
    ],
    content: ' Hi.',
    finish: 'length',
    usage: [7, 3],
  },
  {
    it: 'Claude since 3: the events of Messages, whose counts stand in two of them',
    model: sonnet,
    says: [
      { type: 'message_start', message: { usage: { input_tokens: 7, output_tokens: 1 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'ping' },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Hi.' } },
      { type: 'content_block_stop', index: 1 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } },
      { type: 'message_stop' },
    ],
    content: 'Hi.',
    reasoning: 'Hm.',
    finish: 'stop',
    usage: [7, 3],
  },
  {
    it: 'Llama: counts of chunks in between are not the answer’s',
    model: llama3,
    says: [
      { generation: 'H', prompt_token_count: 7, generation_token_count: 1, stop_reason: null },
      { generation: 'i.', prompt_token_count: null, generation_token_count: 3, stop_reason: 'length', ...metrics },
    ],
    content: 'Hi.',
    finish: 'length',
    usage: [7, 3],
  },
  {
    it: 'Mistral',
    model: mistral,
    says: [
      { outputs: [{ text: 'Hi', stop_reason: null }] },
      { outputs: [{ text: '.', stop_reason: 'length' }], ...metrics },
    ],
    content: 'Hi.',
    finish: 'length',
    usage: [7, 3],
  },
  {
    it: 'Jamba: the role first, the usage last',
    model: jamba,
    says: [
      delta({ role: 'assistant' }),
      delta({ content: 'Hi.' }),
      delta({}, 'stop'),
      { choices: [], usage: { prompt_tokens: 7, completion_tokens: 3 } },
    ],
    content: 'Hi.',
    finish: 'stop',
    usage: [7, 3],
  },
  {
    it: 'OpenAI’s form: reasoning by either name',
    model: 'qwen.qwen3-32b-v1:0',
    says: [delta({ reasoning: 'H' }), delta({ reasoning_content: 'm.' }), delta({ content: 'Hi.' }), delta({}, 'stop')],
    content: 'Hi.',
    reasoning: 'Hm.',
    finish: 'stop',
  },
  {
    it: 'Nova: Converse’s events',
    model: nova,
    says: [
      { messageStart: { role: 'assistant' } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hi.' } } },
      { contentBlockStop: {} },
      { messageStop: { stopReason: 'end_turn' } },
      { metadata: { usage: { inputTokens: 7, outputTokens: 3 } } },
    ],
    content: 'Hi.',
    finish: 'stop',
    usage: [7, 3],
  },
  {
    it: 'a guardrail that ended the answer without the model’s word is told',
    model: titan,
    says: [
      titanChunk('Sorry.', null),
      titanChunk('', null, { 'amazon-bedrock-guardrailAction': 'INTERVENED', ...metrics }),
    ],
    content: 'Sorry.',
    finish: 'content_filter',
    usage: [7, 3],
  },
  {
    it: 'counts alone end no answer',
    model: titan,
    says: [titanChunk('Hi.', null, metrics)],
    fails: 'stream_interrupted',
  },
  {
    it: 'a guardrail that stepped in is told',
    model: titan,
    says: [titanChunk('Sorry.', 'FINISH', { 'amazon-bedrock-guardrailAction': 'INTERVENED' })],
    content: 'Sorry.',
    finish: 'content_filter',
    usage: [7, 3],
  },
]

answerRows('InvokeModel: streams', streams)
