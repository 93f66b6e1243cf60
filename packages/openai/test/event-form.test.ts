import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isWhole, ordinaryEnd, parseChunks, toOrdinary } from '../src/event-form.ts'
import { byteText } from '../src/event-search.ts'
import { chunk, events, roleChunk } from './support/sse.ts'

const one = JSON.stringify(chunk({ content: 'one' }))
const two = JSON.stringify(chunk({ content: 'two' }), null, 2)

describe('ordinaryEnd', () => {
  test('is the length of events in the form OpenAI writes, comments among them', () => {
    const ordinary = `${events(roleChunk, chunk({ content: 'x' }))}: keep-alive\n\n${events(chunk({ finish: 'stop' }))}`
    expect(ordinaryEnd(ordinary)).toBe(Buffer.byteLength(ordinary))
  })

  test('is where [DONE] starts', () => {
    expect(ordinaryEnd(`${events(roleChunk)}data: [DONE]\n\n`)).toBe(events(roleChunk).length)
  })

  test.each([
    ['no space', `data:${one}\n\n`],
    ['an event name', `event: message\ndata: ${one}\n\n`],
    ['an id after the data', `data: ${one}\nid: 1\n\n`],
    ['no data', `data: \n\ndata: ${one}\n\n`],
    ['several data lines', `data: {\ndata: }\n\n`],
    ['another field between', `data: 1\nxdata: 2\n\n`],
    ['a comment within the event', `: hi\ndata: ${one}\n\n`],
    ['one blank line too many', `data: ${one}\n\n\n`],
    ['a byte order mark', `\uFEFFdata: ${one}\n\n`],
  ])('is -1 for events with %s', (_, text) => {
    expect(ordinaryEnd(byteText(Buffer.from(text)))).toBe(-1)
  })
})

describe('toOrdinary', () => {
  test.each([
    ['CRLF', `data: ${one}\r\n\r\n`],
    ['lone CR', `data: ${one}\r\r`],
    ['no space', `data:${one}\n\n`],
    ['other fields', `event: message\nid: 7\nretry: 10\ndata: ${one}\n\n`],
    ['a byte order mark', `\uFEFFdata: ${one}\n\n`],
    ['blank lines too many', `\n\ndata: ${one}\n\n\n\n`],
  ])('makes events with %s ordinary', (_, text) => {
    expect(toOrdinary(Buffer.from(text)).toString()).toBe(`data: ${one}\n\n`)
  })

  test('joins several data lines, without a change to what they say', () => {
    const text = `${two
      .split('\n')
      .map(line => `data: ${line}`)
      .join('\n')}\n\n`
    const ordinary = toOrdinary(Buffer.from(text))
    expect(ordinaryEnd(byteText(ordinary))).toBe(ordinary.length)
    expect(parseChunks(ordinary)).toEqual([JSON.parse(two)])
  })

  test.each([
    ['bytes before its field', Buffer.from([0x89, 0xff, 0x00, 0x7f])],
    ['text before its field', Buffer.from('x')],
  ])('gives what stands before an event damaged by %s, and tells', (_, garbage) => {
    let told = 0
    const broken = Buffer.concat([
      Buffer.from(events(roleChunk)),
      garbage,
      Buffer.from(`data: ${one}\n\n${events(roleChunk)}`),
    ])
    expect(toOrdinary(broken, () => (told += 1)).toString()).toBe(events(roleChunk))
    expect(told).toBe(1)
  })

  test.each([
    ['its end', one.slice(0, -1)],
    ['its beginning', one.slice(1)],
    ['all but a word', 'model'],
  ])('gives what stands before an event that has lost %s, and tells', (_, cut) => {
    let told = 0
    const broken = `${events(roleChunk)}data: ${cut}\n\n${events(roleChunk)}`
    expect(ordinaryEnd(byteText(Buffer.from(broken)))).toBe(-1)
    expect(toOrdinary(Buffer.from(broken), () => (told += 1)).toString()).toBe(events(roleChunk))
    expect(told).toBe(1)
  })

  test.each(['"ping"', '[1]', 'null', `${one} `])(
    'takes data that is no object, or has a blank behind it: %s',
    data => {
      const told = () => expect.unreachable()
      const ordinary = toOrdinary(Buffer.from(`data: ${data}\n\n`), told)
      expect(ordinary.toString()).toBe(`data: ${data}\n\n`)
      expect(ordinaryEnd(byteText(ordinary), true)).toBe(ordinary.length)
    },
  )

  test('takes fields that nobody knows, which hold no data', () => {
    const told = () => expect.unreachable()
    expect(toOrdinary(Buffer.from(`x-extra: 1\ndata: ${one}\n\n`), told).toString()).toBe(`data: ${one}\n\n`)
  })

  test('keeps comments and [DONE]', () => {
    expect(toOrdinary(Buffer.from(': ping\r\n\r\ndata:[DONE]\r\n\r\n')).toString()).toBe(': ping\n\ndata: [DONE]\n\n')
  })

  test.each([
    ['{"message":"no"}', '{"error":{"message":"no"}}'],
    ['{"error":{"message":"no"}}', '{"error":{"message":"no"}}'],
    ['just text', '{"error":"just text"}'],
  ])('tells an error that only its event name told: %s', (data, expected) => {
    expect(toOrdinary(Buffer.from(`event: error\ndata: ${data}\n\n`)).toString()).toBe(`data: ${expected}\n\n`)
  })

  test('always gives events of the ordinary form', () => {
    const line = fc.constantFrom('data: {}', 'data:{}', 'data', ': c', 'event: x', 'event: error', 'id: 1', '', 'junk')
    const end = fc.constantFrom('\n', '\r', '\r\n')
    fc.assert(
      fc.property(fc.array(fc.tuple(line, end)), lines => {
        const ordinary = toOrdinary(Buffer.from(lines.flat().join('')))
        expect(ordinaryEnd(byteText(ordinary), true)).toBe(ordinary.length)
      }),
    )
  })
})

describe('parseChunks', () => {
  test('leaves out [DONE], comments and events that are not chunks', () => {
    const text = `: hi\n\n${events(roleChunk, { object: 'news' }, '[1]', 'null', '[DONE]')}`
    expect(parseChunks(Buffer.from(text))).toEqual([roleChunk])
  })

  test('refuses data that is not JSON', () => {
    expect(() => parseChunks(Buffer.from('data: {"a":\n\n'))).toThrow(
      expect.objectContaining({ code: 'upstream_bad_response' }),
    )
  })
})

describe('isWhole', () => {
  test.each(['data: [DONE]', 'data: [DO', `data: ${one}`, `data: ${one}\n`, ': comment', 'da', '\n'])(
    'yes: %j',
    rest => {
      expect(isWhole(Buffer.from(rest))).toBe(true)
    },
  )

  test.each(['data: {"id":"chat', 'data: {', 'data: [DONE]]'])('no: %j', rest => {
    expect(isWhole(Buffer.from(rest))).toBe(false)
  })

  test('a cut [DONE] is not passed on', () => {
    expect(toOrdinary(Buffer.from('data: [DO')).toString()).toBe('')
  })
})
