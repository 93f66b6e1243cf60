import { GatewayError, readBody, type UpstreamBody } from '@modelgate/core'

/** A request whose answer comes by an event stream. */
export interface EventsOptions {
  readonly maxAnswerBytes: number
  /** Of the request, as JSON-RPC numbers it. */
  readonly id: unknown
}

/** Milliseconds that a server has to end its stream behind the answer, so that the connection can be used again. */
const lingerMs = 1_000

/**
 * An event stream up to the message that answers a request: servers should end it there, and need not.
 * @throws {GatewayError} `upstream_bad_response` past the limit; whatever the body throws.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#sending-messages-to-the-server
 */
export async function readEvents(body: UpstreamBody, { maxAnswerBytes, id }: EventsOptions): Promise<Uint8Array> {
  const reads: Uint8Array[] = []
  const isAnswered = answerWatch(id)
  let length = 0
  for (;;) {
    const step = await body.next()
    if (step.done) break
    length += step.value.length
    if (length > maxAnswerBytes) {
      throw new GatewayError('upstream_bad_response', `The answer is larger than ${maxAnswerBytes} bytes.`)
    }
    reads.push(step.value)
    if (isAnswered(step.value)) {
      void linger(body, maxAnswerBytes)
      break
    }
  }
  return Buffer.concat(reads, length)
}

/** Nobody waits for what else comes. */
async function linger(body: UpstreamBody, maxBytes: number): Promise<void> {
  const timer = setTimeout(() => void body.return?.(), lingerMs).unref()
  await Promise.resolve(readBody(body, maxBytes)).catch(() => undefined)
  clearTimeout(timer)
}

const eventEnd = /\r?\n\r?\n|\r\r/

/** Told of a stream's bytes as they come, it says whether the answer to this request was among them. */
function answerWatch(id: unknown): (bytes: Uint8Array) => boolean {
  const decoder = new TextDecoder()
  let rest = ''
  let tail = ''
  return bytes => {
    const text = decoder.decode(bytes, { stream: true })
    // Looked through from its start at each read, a long event in small pieces would cost seconds.
    const hasEnd = eventEnd.test(tail + text)
    rest += text
    tail = (tail + text).slice(-3)
    if (!hasEnd) return false
    const events = rest.split(eventEnd)
    rest = events.pop() ?? ''
    return events.some(event => isAnswer(event, id))
  }
}

function isAnswer(event: string, id: unknown): boolean {
  const data = event.split(/\r\n|\n|\r/).filter(line => line.startsWith('data:'))
  try {
    const message: unknown = JSON.parse(data.map(line => line.slice('data:'.length)).join('\n'))
    if (typeof message !== 'object' || message === null) return false
    return Reflect.get(message, 'id') === id && ('result' in message || 'error' in message)
  } catch {
    return false
  }
}
