import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePayload } from '../src/wire/event-payload.ts'

/** What a payload says, without the filler that nobody reads. */
function said(body: string): unknown {
  const { p: _filler, ...rest } = JSON.parse(body) as Record<string, unknown>
  return rest
}

describe('the payload of a piece of text', () => {
  it('is read as JSON.parse reads it, whatever the text', () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom('"', '\\', '\n', '\u2028', '}', '😀', '\u007f'), fc.string()),
    })
    fc.assert(
      fc.property(text, fc.nat({ max: 20_000 }), fc.boolean(), (value, contentBlockIndex, filled) => {
        const body = JSON.stringify({ contentBlockIndex, delta: { text: value }, ...(filled && { p: 'abcXYZ012' }) })
        const { p: _filler, ...payload } = { p: '', ...parsePayload('contentBlockDelta', body) }
        expect(payload).toEqual(said(body))
      }),
    )
  })

  it.each([
    '{"contentBlockIndex":0,"delta":{"text":"a"}',
    '{"contentBlockIndex":00,"delta":{"text":"a"}}',
    '{"contentBlockIndex":0,"delta":{"text":"a\nb"}}',
    '{"contentBlockIndex":0,"delta":{"text":"a"},"p":"x"}}',
    '{"contentBlockIndex":0,"delta":{"text":"a"},"p":"x\\"}',
    '[]',
    '',
  ])('is none in %j', body => {
    expect(parsePayload('contentBlockDelta', body)).toBeUndefined()
  })

  it.each([
    '{"contentBlockIndex":1,"delta":{"toolUse":{"input":"{"}}}',
    '{"delta":{"text":"a"},"contentBlockIndex":0}',
    '{"contentBlockIndex":0,"delta":{"text":"a"},"new":1}',
    '{ "contentBlockIndex":0,"delta":{"text":"a"} }',
  ])('in another form is read, too: %s', body => {
    expect(parsePayload('contentBlockDelta', body)).toEqual(said(body))
  })
})
