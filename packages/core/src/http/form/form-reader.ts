import { Buffer } from 'node:buffer'
import { GatewayError } from '../../errors.ts'

/** One part of a form. */
export interface FormPart {
  readonly name: string
  /** Absent where it is a plain field. */
  readonly filename: string | undefined
  /** To be read to its end before the next part is asked for. */
  readonly bytes: AsyncIterable<Uint8Array>
}

/** All headers of one part. */
const longestHeadBytes = 16 * 1024
const lineEnd = Buffer.from('\r\n')
const headEnd = Buffer.from('\r\n\r\n')
const nothing = Buffer.alloc(0)

/**
 * Reads `multipart/form-data` part by part as it comes in: what it keeps is one read and the length of a boundary, however large a part
 * is. Throws `invalid_request` for a form that is none, or ends before its last boundary.
 * @see https://www.rfc-editor.org/rfc/rfc7578
 */
export class FormReader {
  readonly #reads: AsyncIterator<Uint8Array>
  readonly #delimiter: Buffer
  /** As if the body began with a line end: the first boundary is found like all others. */
  #held: Buffer = lineEnd
  #inPart = true

  /** @throws {GatewayError} `unsupported_media_type` where the content type names no form or no boundary. */
  constructor(reads: AsyncIterable<Uint8Array>, contentType: string | undefined) {
    this.#reads = reads[Symbol.asyncIterator]()
    this.#delimiter = Buffer.from(`\r\n--${boundaryOf(contentType ?? '')}`)
  }

  /** The next part; `undefined` after the last. What is left of the one before is passed over. */
  async next(): Promise<FormPart | undefined> {
    while (this.#inPart) await this.#readPart()
    const after = await this.#take(2)
    if (after.toString('latin1') === '--') return undefined
    // White space may stand behind a boundary.
    this.#held = Buffer.concat([after, this.#held])
    const head = await this.#readHead()
    this.#inPart = true
    return { ...head, bytes: this.#bytes() }
  }

  async *#bytes(): AsyncGenerator<Uint8Array, void, void> {
    while (this.#inPart) {
      const bytes = await this.#readPart()
      if (bytes.length > 0) yield bytes
    }
  }

  /** Some of the part's bytes. All that might begin a boundary stays held. */
  async #readPart(): Promise<Buffer> {
    const at = this.#held.indexOf(this.#delimiter)
    if (at >= 0) {
      const bytes = this.#held.subarray(0, at)
      this.#held = this.#held.subarray(at + this.#delimiter.length)
      this.#inPart = false
      return bytes
    }
    const sure = Math.max(0, this.#held.length - this.#delimiter.length + 1)
    const bytes = this.#held.subarray(0, sure)
    this.#held = this.#held.subarray(sure)
    await this.#more()
    return bytes
  }

  async #readHead(): Promise<Pick<FormPart, 'name' | 'filename'>> {
    let end = this.#held.indexOf(headEnd)
    while (end < 0) {
      if (this.#held.length > longestHeadBytes) throw badForm('the headers of a part are too long')
      await this.#more()
      end = this.#held.indexOf(headEnd)
    }
    const lines = this.#held.subarray(0, end).toString('utf8').split('\r\n')
    this.#held = this.#held.subarray(end + headEnd.length)
    const disposition = lines.find(line => /^content-disposition:/i.test(line)) ?? ''
    const name = parameter(disposition, 'name')
    if (name === undefined) throw badForm('a part has no name')
    return { name, filename: parameter(disposition, 'filename') }
  }

  async #take(length: number): Promise<Buffer> {
    while (this.#held.length < length) await this.#more()
    const taken = this.#held.subarray(0, length)
    this.#held = this.#held.subarray(length)
    return taken
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#reads.next()
    if (done) throw badForm('it ends before its last boundary')
    const read = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    this.#held = this.#held.length === 0 ? read : Buffer.concat([this.#held, read])
  }
}

/** All bytes of a field, which is no file. @throws {GatewayError} `invalid_request` for one beyond 64 KB. */
export async function fieldText({ name, bytes }: FormPart): Promise<string> {
  let text: Buffer = nothing
  for await (const piece of bytes) {
    text = Buffer.concat([text, piece])
    if (text.length > 64 * 1024) throw badForm(`the field '${name.slice(0, 60)}' is too long`)
  }
  return text.toString('utf8')
}

function boundaryOf(contentType: string): string {
  const boundary = /^multipart\/form-data\b/i.test(contentType) ? parameter(contentType, 'boundary') : undefined
  if (boundary) return boundary
  throw new GatewayError(
    'unsupported_media_type',
    `content-type: '${contentType.slice(0, 60)}' is no multipart/form-data with a boundary; send the file as a form.`,
  )
}

/** A header's parameter, in quotes or without; browsers and OpenAI's clients write a quote inside as `%22`, others as `\"`. */
function parameter(header: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, 'i').exec(header)
  const quoted = found?.[1]?.replace(/\\(.)/g, '$1')
  return (quoted ?? found?.[2])?.replaceAll('%22', '"')
}

function badForm(why: string): GatewayError {
  return new GatewayError('invalid_request', `The form cannot be read: ${why}.`, { param: 'file' })
}
