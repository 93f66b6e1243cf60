import { sonnet45 } from '../a-call.ts'
import { answer, calls, document, f, file, image, png, result, text, use, user } from './message-shapes.ts'
import { a, nova, several } from './part-rows.ts'
import { type RequestRow, requestRows } from './request-row.ts'

const pixtral = 'us.mistral.pixtral-large-2502-v1:0'
const tools = [f]
const pointer = { text: 'The image follows the tool results.' }
/** Beside those, Converse takes images in results from nobody. */
const imagesInResults = [
  'anthropic.claude-3-haiku-20240307-v1:0',
  'us.anthropic.claude-opus-5-5',
  'us.amazon.nova-2-lite-v1:0',
  'us.meta.llama4-maverick-17b-instruct-v1:0',
]
const imagesBesideResults = [
  'us.openai.gpt-5.6-sol',
  'us.openai.gpt-6-astra',
  'qwen.qwen3-vl-235b-a22b',
  'moonshotai.kimi-k2.5',
  'google.gemma-3-27b-it',
  'us.xai.grok-4.6',
]

requestRows('media in tool results', [
  ...imagesInResults.map(
    (model): RequestRow => ({
      it: `keeps images in a result for ${model}`,
      request: { model, tools, messages: [user('a'), calls('x'), result('x', [image()])] },
      sends: { messages: [{}, { content: [use('x')] }, { content: [answer('x', png)] }] },
    }),
  ),
  ...imagesBesideResults.map(
    (model): RequestRow => ({
      it: `has images follow the results for ${model}`,
      request: { model, tools, messages: [user('a'), calls('x'), result('x', [text('b'), image()]), user('c')] },
      sends: {
        messages: [{}, { content: [use('x')] }, { content: [answer('x', { text: 'b' }, pointer), png, { text: 'c' }] }],
      },
    }),
  ),
  {
    it: 'keeps images and documents in a result for Claude 4.5',
    request: {
      model: sonnet45,
      tools,
      messages: [user('a'), calls('x'), result('x', [image(), file('application/pdf', 'r')])],
    },
    sends: { messages: [{}, { content: [use('x')] }, { content: [answer('x', png, document('pdf', 'r'))] }] },
  },
  {
    it: 'keeps images, csv and txt in a result for Nova, and has other documents follow it',
    request: {
      model: nova,
      tools,
      messages: [
        user('a'),
        calls('x'),
        result('x', [image(), file('text/csv', 'r'), file('application/pdf', 's'), text('b')]),
      ],
    },
    sends: {
      messages: [
        {},
        { content: [use('x')] },
        {
          content: [
            answer(
              'x',
              png,
              document('csv', 'r'),
              { text: 'The document "s" follows the tool results.' },
              { text: 'b' },
            ),
          ],
        },
        { role: 'assistant', content: [{ text: '.' }] },
        { role: 'user', content: [document('pdf', 's'), { text: '.' }] },
      ],
    },
  },
  {
    it: 'has documents follow the result for Claude 3, in a turn of their own',
    request: {
      model: 'anthropic.claude-3-sonnet-20240229-v1:0',
      tools,
      messages: [user('a'), calls('x'), result('x', [file('application/pdf', 'r')])],
    },
    sends: {
      messages: [
        {},
        {},
        { content: [answer('x', { text: 'The document "r" follows the tool results.' })] },
        { role: 'assistant', content: [{ text: '.' }] },
        { content: [document('pdf', 'r'), { text: '.' }] },
      ],
    },
  },
  {
    it: 'has images follow the results for Mistral, which takes documents there',
    request: {
      model: pixtral,
      tools,
      messages: [
        user('a'),
        calls('abcdefgh1', 'abcdefgh2'),
        result('abcdefgh1', [image(), file('application/pdf', 'r')]),
        result('abcdefgh2'),
      ],
    },
    sends: {
      messages: [
        {},
        {},
        { content: [answer('abcdefgh1', pointer, document('pdf', 'r')), answer('abcdefgh2')] },
        { role: 'assistant', content: [{ text: '.' }] },
        { role: 'user', content: [png] },
      ],
    },
  },
  {
    it: 'has a document of the user follow the results in a turn of its own',
    request: {
      model: sonnet45,
      tools,
      messages: [user('a'), calls('x'), result('x'), user([a, file('text/plain', 'r')])],
    },
    sends: {
      messages: [
        {},
        {},
        { content: [answer('x')] },
        { role: 'assistant', content: [{ text: '.' }] },
        { content: [{ text: 'a' }, document('txt', 'r')] },
      ],
    },
  },
  {
    it: 'has a video of a tool follow the results for Nova',
    request: { model: nova, tools, messages: [user('a'), calls('x'), result('x', [file('video/mp4')])] },
    sends: {
      messages: [
        {},
        {},
        { content: [answer('x', { text: 'The video follows the tool results.' })] },
        {},
        { content: [{ video: { format: 'mp4' } }] },
      ],
    },
  },
  {
    it: 'refuses an image in a result for a model without vision, by its part',
    request: { tools, messages: [user('a'), calls('x'), result('x', [text('b'), image()])] },
    refuses: { param: 'messages[2].content[1]', says: /Claude 3.5 Haiku takes no images/ },
  },
  {
    it: 'counts media in results among the others',
    request: {
      model: sonnet45,
      tools,
      messages: [user(several(100, () => image())), calls('x'), result('x', [image()])],
    },
    refuses: { param: 'messages[2].content[0]', says: /takes at most 100/ },
  },
  {
    it: 'tells a result with media where no tools are offered',
    request: { model: sonnet45, messages: [user('a'), calls('x'), result('x', [image()])] },
    sends: { messages: [{}, {}, { role: 'user', content: [{ text: '[The tool f returned]' }, png] }] },
  },
])
