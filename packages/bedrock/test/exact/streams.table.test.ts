import { streamRows } from './answer-row.ts'
import { delta, end, metadata, start, stop, stopped, text, thinks, usage } from './stream-events.ts'

streamRows('a streamed text', [
  {
    it: 'begins with its role, once',
    events: [start, start, text('a'), end(0), stop(), metadata()],
    says: [{ content: 'a' }, stopped],
  },
  {
    it: 'begins with its role without a messageStart',
    events: [text('a'), stop()],
    says: [{ content: 'a' }, stopped],
  },
  {
    it: 'has no empty pieces, as some models open with',
    events: [start, text(''), text('a'), text(''), stop()],
    says: [{ content: 'a' }, stopped],
  },
  {
    it: 'of several blocks is one',
    events: [start, text('a', 0), end(0), text('b', 1), end(1), stop()],
    says: [{ content: 'a' }, { content: 'b' }, stopped],
  },
  { it: 'may be none', events: [start, stop()], says: [stopped] },
  {
    it: 'stands at choice 0, whatever its block',
    events: [start, text('a', 7), end(7), stop()],
    says: [{ content: 'a' }, stopped],
  },
  {
    it: 'passes over events and deltas that nobody knows',
    events: [start, ['hologram', { depth: 3 }], delta(0, { hologram: 3 }), ['toString', {}], text('a'), stop()],
    says: [{ content: 'a' }, stopped],
  },
  {
    it: 'passes over the results and images of tools that Bedrock ran',
    events: [
      start,
      ['contentBlockStart', { contentBlockIndex: 0, start: { toolResult: { toolUseId: 's' } } }],
      delta(0, { toolResult: [{ text: 'inner' }] }),
      end(0),
      ['contentBlockStart', { contentBlockIndex: 1, start: { image: { format: 'png' } } }],
      delta(1, { image: { source: { bytes: 'AAAA' } } }),
      end(1),
      text('a', 2),
      stop(),
    ],
    says: [{ content: 'a' }, stopped],
  },
  {
    it: 'finishes once, and says nothing after it',
    events: [start, text('a'), stop('max_tokens'), text('b'), stop(), end(0)],
    says: [{ content: 'a' }, { finish: 'length' }],
  },
  {
    it: 'that a guardrail cut keeps the guardrail’s words',
    events: [start, text('I '), text('Sorry.'), end(0), stop('guardrail_intervened')],
    says: [{ content: 'I ' }, { content: 'Sorry.' }, { finish: 'content_filter' }],
  },
])

streamRows('the usage of a stream', [
  {
    it: 'is not told unasked',
    events: [start, text('a'), stop(), metadata()],
    says: [{ content: 'a' }, stopped],
  },
  {
    it: 'is the last chunk when asked for, and null before',
    includeUsage: true,
    events: [start, text('a'), stop(), metadata()],
    says: [{ content: 'a' }, stopped, usage],
  },
  {
    it: 'that comes early waits for the finish',
    includeUsage: true,
    events: [start, metadata(), text('a'), stop()],
    says: [{ content: 'a' }, stopped, usage],
  },
  {
    it: 'that comes first of all waits for the finish',
    includeUsage: true,
    events: [metadata(), start, text('a'), stop()],
    says: [{ content: 'a' }, stopped, usage],
  },
  {
    it: 'is told once',
    includeUsage: true,
    events: [start, text('a'), stop(), metadata(), metadata()],
    says: [{ content: 'a' }, stopped, usage],
  },
  {
    it: 'that never comes is missing',
    includeUsage: true,
    events: [start, text('a'), stop()],
    says: [{ content: 'a' }, stopped],
  },
  {
    it: 'without a figure is missing',
    includeUsage: true,
    events: [start, text('a'), stop(), metadata({ usage: {} })],
    says: [{ content: 'a' }, stopped],
  },
])

const trace = { guardrail: { actionReason: 'Guardrail blocked.' } }
streamRows('the trace of a stream', [
  {
    it: 'stands beside the usage',
    includeUsage: true,
    events: [start, text('a'), stop('guardrail_intervened'), metadata({ trace })],
    says: [{ content: 'a' }, { finish: 'content_filter' }, { ...usage, trace }],
  },
  {
    it: 'has a chunk of its own, with a choice, where no usage was asked for',
    events: [start, text('a'), stop('guardrail_intervened'), metadata({ trace })],
    says: [{ content: 'a' }, { finish: 'content_filter' }, { trace }],
  },
  {
    it: 'that comes early waits for the finish',
    events: [start, metadata({ trace }), text('a'), stop()],
    says: [{ content: 'a' }, stopped, { trace }],
  },
  {
    it: 'that is empty is not told',
    events: [start, text('a'), stop(), metadata({ trace: {} })],
    says: [{ content: 'a' }, stopped],
  },
])

streamRows('streamed reasoning', [
  {
    it: 'is told as it comes, its signature last',
    events: [
      start,
      thinks(0, { text: 'H' }),
      thinks(0, { text: 'm.' }),
      thinks(0, { signature: 'c2ln' }),
      end(0),
      text('a', 1),
      stop(),
    ],
    says: [
      { reasoning_content: 'H', thinking_blocks: [{ type: 'thinking', thinking: 'H', index: 0 }] },
      { reasoning_content: 'm.', thinking_blocks: [{ type: 'thinking', thinking: 'm.', index: 0 }] },
      { thinking_blocks: [{ type: 'thinking', thinking: '', signature: 'c2ln', index: 0 }] },
      { content: 'a' },
      stopped,
    ],
  },
  {
    it: 'that is encrypted stays in its blocks',
    events: [
      start,
      thinks(0, { redactedContent: 'AAAA' }),
      end(0),
      thinks(1, { redactedContent: 'BBBB' }),
      end(1),
      stop(),
    ],
    says: [
      { thinking_blocks: [{ type: 'redacted_thinking', data: 'AAAA', index: 0 }] },
      { thinking_blocks: [{ type: 'redacted_thinking', data: 'BBBB', index: 1 }] },
      stopped,
    ],
  },
  {
    it: 'of a block that ended begins another',
    events: [
      start,
      thinks(0, { text: 'a' }),
      end(0),
      thinks(1, { text: 'b' }),
      end(1),
      thinks(1, { text: 'c' }),
      stop(),
    ],
    says: [
      { reasoning_content: 'a', thinking_blocks: [{ type: 'thinking', thinking: 'a', index: 0 }] },
      { reasoning_content: 'b', thinking_blocks: [{ type: 'thinking', thinking: 'b', index: 1 }] },
      { reasoning_content: 'c', thinking_blocks: [{ type: 'thinking', thinking: 'c', index: 2 }] },
      stopped,
    ],
  },
  {
    it: 'has no empty pieces',
    events: [start, thinks(0, { text: '' }), thinks(0, {}), thinks(0, { signature: '' }), end(0), text('a', 1), stop()],
    says: [{ content: 'a' }, stopped],
  },
])

const citation = (url: string): object => ({ citation: { title: 'T', location: { web: { url } } } })
const noted = (start_index: number, end_index: number, url: string) => ({
  annotations: [{ type: 'url_citation', url_citation: { start_index, end_index, title: 'T', url } }],
})
streamRows('streamed citations', [
  {
    it: 'are told when their passage has ended',
    events: [
      start,
      text('See: ', 0),
      end(0),
      text('It ', 1),
      delta(1, citation('https://a.example/')),
      text('rains', 1),
      end(1),
      text('.', 2),
      end(2),
      stop(),
    ],
    says: [
      { content: 'See: ' },
      { content: 'It ' },
      { content: 'rains' },
      noted(5, 13, 'https://a.example/'),
      { content: '.' },
      stopped,
    ],
  },
  {
    it: 'whose block never stops are told before the finish',
    events: [start, delta(0, citation('https://a.example/')), text('It rains', 0), stop()],
    says: [{ content: 'It rains' }, noted(0, 8, 'https://a.example/'), stopped],
  },
  {
    it: 'of a document are not told',
    events: [start, text('a'), delta(0, { citation: { title: 'D', location: { documentChar: {} } } }), end(0), stop()],
    says: [{ content: 'a' }, stopped],
  },
])
