import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FormReader, fieldText } from '../../src/http/form/form-reader.ts'
import { readUpload } from '../../src/http/form/read-upload.ts'

const boundary = '----form7MA4'
const type = `multipart/form-data; boundary=${boundary}`

interface Part {
  readonly name: string
  readonly filename?: string
  readonly bytes: Uint8Array
}

function formOf(parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(({ name, filename, bytes }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n\r\n`,
    ),
    bytes,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)])
}

const text = (name: string, value: string): Part => ({ name, bytes: Buffer.from(value) })
const file = (bytes: string | Uint8Array): Part => ({
  name: 'file',
  filename: 'a.jsonl',
  bytes: Buffer.from(bytes as string),
})

async function* inPieces(bytes: Uint8Array, cuts: readonly number[] = []): AsyncGenerator<Uint8Array> {
  let from = 0
  for (const cut of [...new Set(cuts.map(at => at % (bytes.length + 1)))].sort((a, b) => a - b)) {
    yield bytes.subarray(from, cut)
    from = cut
  }
  yield bytes.subarray(from)
}

async function partsOf(reads: AsyncIterable<Uint8Array>): Promise<Part[]> {
  const form = new FormReader(reads, type)
  const parts: Part[] = []
  for (let part = await form.next(); part; part = await form.next()) {
    const { name, filename } = part
    const bytes: Uint8Array[] = []
    for await (const piece of part.bytes) bytes.push(piece)
    parts.push({ name, ...(filename !== undefined && { filename }), bytes: Buffer.concat(bytes) })
  }
  return parts
}

describe('a form', () => {
  it('has the parts it was made of, wherever it is cut, and bytes that nearly are a boundary', async () => {
    const nearly = fc.constantFrom(
      '\r',
      '\n',
      '\r\n',
      '--',
      `\r\n--${boundary.slice(0, -1)}`,
      `--${boundary}`,
      '\0',
      'é',
    )
    const bytes = fc
      .array(nearly, { maxLength: 12 })
      .map(pieces => Buffer.from(pieces.join('')))
      .filter(piece => !`\r\n${piece.toString()}\r\n`.includes(`\r\n--${boundary}`))
    const parts = fc.array(fc.record({ name: fc.constantFrom('purpose', 'file'), bytes }), {
      minLength: 1,
      maxLength: 4,
    })
    await fc.assert(
      fc.asyncProperty(parts, fc.array(fc.nat(), { maxLength: 8 }), async (given, cuts) => {
        expect(await partsOf(inPieces(formOf(given), cuts))).toEqual(given)
      }),
      { numRuns: 300 },
    )
  })

  it('is read byte by byte', async () => {
    const given = [text('purpose', 'batch'), file('{"a":1}\r\n{"b":2}\r\n')]
    const whole = formOf(given)
    expect(
      await partsOf(
        inPieces(
          whole,
          Array.from(whole, (_, index) => index),
        ),
      ),
    ).toEqual(given)
  })

  it('passes over what is left of a part that nobody read', async () => {
    const form = new FormReader(inPieces(formOf([file('unread'), text('purpose', 'batch')])), type)
    await form.next()
    expect(await fieldText((await form.next())!)).toBe('batch')
    expect(await form.next()).toBeUndefined()
  })

  it.each([
    ['a b "c".jsonl', 'filename="a b %22c%22.jsonl"'],
    ['a b "c".jsonl', 'filename="a b \\"c\\".jsonl"'],
    ['plain.jsonl', 'filename=plain.jsonl'],
  ])('tells the file name %s of %s', async (filename, written) => {
    const body = `--${boundary}\r\nContent-Type: x/y\r\nContent-Disposition: form-data; name="file"; ${written}\r\n\r\nx\r\n--${boundary}--`
    expect((await partsOf(inPieces(Buffer.from(body))))[0]).toMatchObject({ name: 'file', filename })
  })

  it.each([
    ['cut short', formOf([file('abc')]).subarray(0, -8), /ends before its last boundary/],
    ['without a name', Buffer.from(`--${boundary}\r\nX: y\r\n\r\nabc\r\n--${boundary}--`), /has no name/],
    ['with endless headers', Buffer.from(`--${boundary}\r\nX: ${'y'.repeat(70_000)}`), /too long/],
  ])('that is %s is refused', async (_what, bytes, words) => {
    await expect(partsOf(inPieces(bytes))).rejects.toThrow(words)
  })

  it.each([undefined, 'application/json', 'multipart/form-data'])(
    'needs a content type with a boundary, not %s',
    of => {
      expect(() => new FormReader(inPieces(Buffer.from('')), of)).toThrow(/multipart\/form-data/)
    },
  )
})

async function settingsOf(parts: readonly Part[]) {
  const upload = await readUpload({ reads: inPieces(formOf(parts)), contentType: type })
  for await (const _read of upload.bytes);
  return upload.settings()
}

describe('an upload', () => {
  const expiry = [text('expires_after[anchor]', 'created_at'), text('expires_after[seconds]', '3600')]

  it('says its purpose and expiry before its file or behind it', async () => {
    expect(await settingsOf([text('purpose', 'batch'), ...expiry, file('x')])).toEqual({ expiresAfterSeconds: 3_600 })
    expect(await settingsOf([file('x'), text('purpose', 'batch'), ...expiry])).toEqual({ expiresAfterSeconds: 3_600 })
    expect(await settingsOf([file('x'), text('purpose', 'batch')])).toEqual({})
  })

  it.each([
    ['no file', [text('purpose', 'batch')], /holds no file/],
    ['a field in place of the file', [text('purpose', 'batch'), text('file', 'x')], /holds no file/],
    ['another purpose before the file', [text('purpose', 'vision'), file('x')], /got 'vision'/],
    ['another purpose behind the file', [file('x'), text('purpose', 'vision')], /got 'vision'/],
    ['no purpose', [file('x')], /got nothing/],
    ['two files', [file('x'), file('y'), text('purpose', 'batch')], /more than one file/],
    [
      'a field after the other',
      Array.from({ length: 17 }, (_, index) => text(`f${index}`, 'x')),
      /more than 16 fields/,
    ],
    ['a field twice', [text('purpose', 'vision'), text('purpose', 'batch'), file('x')], /purpose: came more than once/],
    [
      'a field again behind the file',
      [text('purpose', 'batch'), file('x'), text('purpose', 'batch')],
      /more than once/,
    ],
    ['too short a life', [file('x'), text('purpose', 'batch'), text('expires_after[seconds]', '1')], /3600 to 2592000/],
    [
      'an anchor for no life',
      [text('purpose', 'batch'), text('expires_after[anchor]', 'created_at'), file('x')],
      /expires_after\[seconds\]: must be 3600 to 2592000, got nothing/,
    ],
    ['an unknown anchor', [text('purpose', 'batch'), text('expires_after[anchor]', 'now'), file('x')], /got 'now'/],
    ['a life of another form', [text('purpose', 'batch'), text('expires_after', '{}'), file('x')], /got nothing/],
  ])('with %s is refused', async (_what, parts, words) => {
    await expect(settingsOf(parts)).rejects.toThrow(words)
  })

  it('without a file is not read on for as long as its caller sends fields: no limit has counted it yet', async () => {
    const whole = formOf([text('a', '')])
    let reads = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; reads < 1_000; reads += 1) yield whole.subarray(0, whole.lastIndexOf(`--${boundary}`))
    }
    await expect(readUpload({ reads: endless(), contentType: type })).rejects.toThrow(/a: came more than once/)
    expect(reads).toBeLessThan(10)
  })
})
