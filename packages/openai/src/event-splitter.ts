import { GatewayError } from '@modelgate/core'

const LF = 0x0a
const CR = 0x0d
const blankLine = Buffer.from('\n\n')

/** Far above any real event (an image in base64 is some 2 MB); an upstream that never ends one must not fill the memory. */
const defaultMaxEventBytes = 16 * 1024 * 1024

/**
 * Cuts a body of server-sent events into whole events, one batch a read: the tail of an incomplete event is held for the next
 * one, so that nothing is ever written between two halves of an event. It looks at line ends only, never into an event.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class EventSplitter {
  /** Whether the body has had a CR. Within a line it would end it for a client, so that no event is of the ordinary form. */
  hasCr = false
  private held: Buffer[] | undefined
  private heldBytes = 0
  private readonly maxEventBytes: number

  constructor(maxEventBytes: number = defaultMaxEventBytes) {
    this.maxEventBytes = maxEventBytes
  }

  /**
   * The whole events that this read completes, if any.
   * @throws {GatewayError} `upstream_bad_response` when one event grows past the limit.
   */
  push(read: Uint8Array): Buffer | undefined {
    const bytes = toBuffer(read)
    const end = this.endIn(bytes)
    if (end === bytes.length && this.heldBytes === 0) return end === 0 ? undefined : bytes
    // A process that is busy reads much at once: the end may come with what makes the event too long.
    if (end > 0 && this.heldBytes + end > this.maxEventBytes) {
      this.checkLength(this.heldBytes + bytes.findIndex(isLineEnd))
    }
    const whole = end === 0 ? undefined : this.take(bytes.subarray(0, end))
    if (end < bytes.length) this.hold(bytes.subarray(end))
    return whole
  }

  /** What an ended body left over: an event without its end, or nothing. */
  rest(): Buffer {
    return this.take(Buffer.alloc(0))
  }

  /** Where the last whole event ends in `bytes`; 0 when none does. Each byte is looked at once, however slowly an event comes. */
  private endIn(bytes: Buffer): number {
    if (!this.hasCr) this.hasCr = bytes.indexOf(CR) !== -1
    const last = this.held?.at(-1)
    if (!last) return this.lastEnd(bytes)
    // A blank line may straddle two reads. One byte back is enough: had `\n\r` stood there, the event would have ended.
    return Math.max(0, this.lastEnd(Buffer.concat([last.subarray(-1), bytes])) - 1)
  }

  private lastEnd(bytes: Buffer): number {
    if (!this.hasCr) {
      if (bytes.at(-1) === LF && bytes.at(-2) === LF) return bytes.length
      const at = bytes.lastIndexOf(blankLine)
      return at === -1 ? 0 : at + blankLine.length
    }
    for (let at = bytes.length - 1; at > 0; at--) {
      if (!isLineEnd(bytes[at]) || !isLineEnd(bytes[at - 1])) continue
      const oneCrLf = bytes[at] === LF && bytes[at - 1] === CR && !isLineEnd(bytes[at - 2])
      if (!oneCrLf) return at + 1
    }
    return 0
  }

  private hold(bytes: Buffer): void {
    if (this.held) this.held.push(bytes)
    else this.held = [bytes]
    this.heldBytes += bytes.length
    this.checkLength(this.heldBytes)
  }

  private checkLength(eventBytes: number): void {
    if (eventBytes <= this.maxEventBytes) return
    throw new GatewayError(
      'upstream_bad_response',
      `The upstream sent an event of more than ${this.maxEventBytes} bytes.`,
    )
  }

  private take(bytes: Buffer): Buffer {
    if (!this.held) return bytes
    const whole = Buffer.concat([...this.held, bytes])
    this.held = undefined
    this.heldBytes = 0
    return whole
  }
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === LF || byte === CR
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
