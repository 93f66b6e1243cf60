import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EventSplitter } from '../src/event-splitter.ts'

function split(reads: readonly Uint8Array[]): { batches: string[]; rest: string } {
  const splitter = new EventSplitter()
  const batches = reads.flatMap(read => splitter.push(read)?.toString('latin1') ?? [])
  return { batches, rest: splitter.rest().toString('latin1') }
}

const piece = fc.constantFrom('data: x', 'é', '\n', '\r', '\r\n', '\n\n', '\r\n\r\n', '\r\r', ': c')
const pieces = fc.array(piece, { maxLength: 30 })

describe('EventSplitter', () => {
  test('gives a read of whole events back as it is, without a copy', () => {
    const read = Buffer.from('data: 1\n\ndata: 2\n\n')
    expect(new EventSplitter().push(read)).toBe(read)
  })

  test('holds the tail of an incomplete event until its end comes', () => {
    const reads = ['data: 1\n\nda', 'ta: 2', '\n', '\ndata: 3\n\n'].map(text => Buffer.from(text))
    expect(split(reads)).toEqual({ batches: ['data: 1\n\n', 'data: 2\n\ndata: 3\n\n'], rest: '' })
  })

  test.each(['\n\n', '\r\n\r\n', '\r\r', '\n\r\n', '\r\n\n'])('sees the event end %j', end => {
    expect(split([Buffer.from(`data: 1${end}data: 2`)])).toEqual({ batches: [`data: 1${end}`], rest: 'data: 2' })
  })

  test('does not take one CRLF for a blank line', () => {
    expect(split([Buffer.from('data: 1\r\ndata: 2\r\n')])).toEqual({ batches: [], rest: 'data: 1\r\ndata: 2\r\n' })
    expect(split([Buffer.from('data: 1\r'), Buffer.from('\ndata: 2')]).batches).toEqual([])
  })

  test('takes plain byte arrays and empty reads', () => {
    expect(split([new Uint8Array(0), new TextEncoder().encode('data: 1\n\n'), new Uint8Array(0)]).batches).toEqual([
      'data: 1\n\n',
    ])
  })

  test('loses and adds nothing under any split, and ends each batch at an event end', () => {
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(200), { maxLength: 12 }), (parts, cuts) => {
        const bytes = Buffer.from(parts.join(''))
        const ends = [...new Set([...cuts.filter(cut => cut < bytes.length), bytes.length])].sort((a, b) => a - b)
        const { batches, rest } = split(ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)))
        expect(batches.join('') + rest).toBe(bytes.toString('latin1'))
        for (const batch of batches) expect(batch).toMatch(/(?:\n|\r)(?:\r\n|\n|\r)$/)
        expect(rest.replace(/^\n/, '')).not.toMatch(/(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)/)
      }),
      { numRuns: 2_000 },
    )
  })

  test('refuses an event that never ends', () => {
    const splitter = new EventSplitter(10)
    splitter.push(Buffer.from('data: '))
    expect(() => splitter.push(Buffer.from('12345'))).toThrow(
      expect.objectContaining({ code: 'upstream_bad_response', message: expect.stringContaining('10 bytes') }),
    )
  })

  test('refuses an event that is too long though the read that makes it so ends it', () => {
    const splitter = new EventSplitter(10)
    splitter.push(Buffer.from('data: '))
    expect(() => splitter.push(Buffer.from('12345\n\n'))).toThrow(
      expect.objectContaining({ code: 'upstream_bad_response' }),
    )
    const others = new EventSplitter(10)
    others.push(Buffer.from('data: 1'))
    expect(others.push(Buffer.from('23\n\ndata: 4\n\n'))?.toString()).toBe('data: 123\n\ndata: 4\n\n')
  })

  test('reads an event of 8 MB that comes in small pieces in linear time', () => {
    const splitter = new EventSplitter()
    const read = Buffer.alloc(1024, 'x')
    for (let sent = 0; sent < 8 * 1024; sent++) splitter.push(read)
    expect(splitter.push(Buffer.from('\n\n'))?.length).toBe(8 * 1024 * 1024 + 2)
  })
})
