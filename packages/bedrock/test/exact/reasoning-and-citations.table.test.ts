import { answer, call, called, cited, noted, redacted, thinking, web } from './answer-blocks.ts'
import { answerRows } from './answer-row.ts'

answerRows('reasoning', [
  {
    it: 'stays out of the content, with its signature',
    answer: answer([thinking('Hm.', 'c2ln'), { text: 'Yes.' }]),
    message: {
      content: 'Yes.',
      reasoning_content: 'Hm.',
      thinking_blocks: [{ type: 'thinking', thinking: 'Hm.', signature: 'c2ln' }],
    },
  },
  {
    it: 'without a signature is told without one',
    answer: answer([thinking('Hm.')]),
    message: { reasoning_content: 'Hm.', thinking_blocks: [{ type: 'thinking', thinking: 'Hm.' }] },
  },
  {
    it: 'whose text is withheld keeps its signature',
    answer: answer([thinking('', 'c2ln'), { text: 'Yes.' }]),
    message: { content: 'Yes.', thinking_blocks: [{ type: 'thinking', thinking: '', signature: 'c2ln' }] },
  },
  {
    it: 'that is encrypted never reaches the content',
    answer: answer([redacted('b3BhcXVl'), { text: 'Yes.' }]),
    message: { content: 'Yes.', thinking_blocks: [{ type: 'redacted_thinking', data: 'b3BhcXVl' }] },
  },
  {
    it: 'in several encrypted blocks stays in several',
    answer: answer([redacted('AAAA'), redacted('BBBB'), thinking('a', 's'), redacted('CCCC')]),
    message: {
      reasoning_content: 'a',
      thinking_blocks: [
        { type: 'redacted_thinking', data: 'AAAA' },
        { type: 'redacted_thinking', data: 'BBBB' },
        { type: 'thinking', thinking: 'a', signature: 's' },
        { type: 'redacted_thinking', data: 'CCCC' },
      ],
    },
  },
  {
    it: 'in several unsigned blocks stays in several',
    answer: answer([thinking('a'), thinking('b'), thinking('c', 's')]),
    message: {
      reasoning_content: 'abc',
      thinking_blocks: [
        { type: 'thinking', thinking: 'a' },
        { type: 'thinking', thinking: 'b' },
        { type: 'thinking', thinking: 'c', signature: 's' },
      ],
    },
  },
  {
    it: 'stands beside tool calls',
    answer: answer([thinking('a', 's'), call('f', {})], { stopReason: 'tool_use' }),
    message: {
      reasoning_content: 'a',
      thinking_blocks: [{ type: 'thinking', thinking: 'a', signature: 's' }],
      tool_calls: [called('f', '{}')],
    },
    finish: 'tool_calls',
  },
])

answerRows('citations', [
  {
    it: 'of the web are annotations of their passage',
    answer: answer([
      { text: 'See: ' },
      cited('It rains', web('https://a.example/rain', { title: 'Rain' })),
      { text: '.' },
    ]),
    message: { content: 'See: It rains.', annotations: [noted(5, 13, 'Rain', 'https://a.example/rain')] },
  },
  {
    it: 'without a title have the domain for one',
    answer: answer([cited('a', web('https://a.example/'))]),
    message: { content: 'a', annotations: [noted(0, 1, 'a.example', 'https://a.example/')] },
  },
  {
    it: 'without title and domain have the address for one',
    answer: answer([cited('a', { location: { web: { url: 'https://a.example/' } } })]),
    message: { content: 'a', annotations: [noted(0, 1, 'https://a.example/', 'https://a.example/')] },
  },
  {
    it: 'of a search result whose source is an address',
    answer: answer([
      cited('a', { title: 'T', source: 'https://kb.example/1', location: { searchResultLocation: {} } }),
    ]),
    message: { content: 'a', annotations: [noted(0, 1, 'T', 'https://kb.example/1')] },
  },
  {
    it: 'of a search result whose source is a name leave their text alone',
    answer: answer([cited('a', { title: 'T', source: 'kb-7', location: { searchResultLocation: {} } })]),
    message: { content: 'a' },
  },
  {
    it: 'of a document leave their text alone',
    answer: answer([cited('As cited.', { title: 'D', location: { documentPage: { documentIndex: 0 } } })]),
    message: { content: 'As cited.' },
  },
  {
    it: 'of one passage may be several, and passages too',
    answer: answer([
      cited('ab', web('https://a.example/1', { title: '1' }), web('https://a.example/2', { title: '2' })),
      cited('c', web('https://a.example/3', { title: '3' })),
    ]),
    message: {
      content: 'abc',
      annotations: [
        noted(0, 2, '1', 'https://a.example/1'),
        noted(0, 2, '2', 'https://a.example/2'),
        noted(2, 3, '3', 'https://a.example/3'),
      ],
    },
  },
  {
    it: 'stand at their passage in a text beyond ASCII, in UTF-16 units',
    answer: answer([{ text: '😀 ' }, cited('é', web('https://a.example/1', { title: '1' }))]),
    message: { content: '😀 é', annotations: [noted(3, 4, '1', 'https://a.example/1')] },
  },
])

const account = 'arn:aws:bedrock:us-east-1:123456789012:guardrail/gr-1'
answerRows('beside the message stands', [
  {
    it: 'the fields of its native answer that the request asked for',
    answer: answer([{ text: 'a' }], { additionalModelResponseFields: { delta: { stop_sequence: '###' } } }),
    fields: { delta: { stop_sequence: '###' } },
  },
  {
    it: 'no fields where there are none',
    answer: answer([{ text: 'a' }], { additionalModelResponseFields: null }),
    fields: 'none',
  },
  {
    it: 'the trace of a guardrail, in its own words',
    answer: answer([{ text: 'No.' }], {
      stopReason: 'guardrail_intervened',
      trace: { guardrail: { modelOutput: ['x'], actionReason: 'Guardrail blocked.', inputAssessment: { 'gr-1': {} } } },
    }),
    message: { content: 'No.' },
    finish: 'content_filter',
    trace: { guardrail: { modelOutput: ['x'], actionReason: 'Guardrail blocked.', inputAssessment: { 'gr-1': {} } } },
  },
  {
    it: 'the trace without the gateway’s account',
    answer: answer([{ text: 'a' }], { trace: { guardrail: { details: [{ guardrailArn: account }], [account]: 1 } } }),
    trace: {
      guardrail: {
        details: [{ guardrailArn: 'arn:aws:bedrock:us-east-1:[account]:guardrail/gr-1' }],
        'arn:aws:bedrock:us-east-1:[account]:guardrail/gr-1': 1,
      },
    },
  },
  {
    it: 'the model that a prompt router chose',
    answer: answer([{ text: 'a' }], { trace: { promptRouter: { invokedModelId: 'us.amazon.nova-lite-v1:0' } } }),
    trace: { promptRouter: { invokedModelId: 'us.amazon.nova-lite-v1:0' } },
  },
  {
    it: 'the tier that served',
    answer: answer([{ text: 'a' }], { serviceTier: { type: 'flex' }, usage: { inputTokens: 1, outputTokens: 1 } }),
    tier: 'flex',
  },
])
