import { GatewayError, readBody, type UpstreamBody } from '@modelgate/core'

/** A message of JSON-RPC. */
export interface RpcMessage {
  readonly jsonrpc?: unknown
  readonly id?: unknown
  readonly method?: unknown
}

/** A request whose answer comes by an event stream. */
interface EventsOptions {
  readonly maxAnswerBytes: number
  /** Of the request, as JSON-RPC numbers it; `undefined` for a message that has no answer. */
  readonly id: unknown
  /** Told of each request that the server makes before it answers. What it throws ends the reading. */
  readonly onRequest: (request: RpcMessage) => void
}

/** Milliseconds that a server has to end its stream behind the answer, so that the connection can be used again. */
const lingerMs = 1_000

/**
 * The event of a stream that answers a request: servers should end the stream behind it, and need not. What else comes, progress or log lines, is
 * for nobody.
 * @throws {GatewayError} `upstream_bad_response` past the limit, `stream_interrupted` where the stream ends first; whatever the body throws.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#sending-messages-to-the-server
 */
export async function readEvents(
  body: UpstreamBody,
  { maxAnswerBytes, id, onRequest }: EventsOptions,
): Promise<Uint8Array> {
  const messagesIn = messageReader()
  let length = 0
  for (;;) {
    const step = await body.next()
    if (step.done) break
    length += step.value.length
    if (length > maxAnswerBytes) {
      throw new GatewayError('upstream_bad_response', `The answer is larger than ${maxAnswerBytes} bytes.`)
    }
    for (const message of messagesIn(step.value)) {
      if (message.method !== undefined) {
        if (message.id !== undefined && message.jsonrpc === '2.0') onRequest(message)
      } else if (message.id === id && ('result' in message || 'error' in message)) {
        void linger(body, maxAnswerBytes)
        return Buffer.from(`data: ${JSON.stringify(message)}\n\n`)
      }
    }
  }
  if (id === undefined) return new Uint8Array()
  // The client would wait for its answer until its own clock runs out.
  throw new GatewayError('stream_interrupted', 'The MCP server ended its event stream before it had answered.')
}

/** Nobody waits for what else comes. */
async function linger(body: UpstreamBody, maxBytes: number): Promise<void> {
  const timer = setTimeout(() => void body.return?.(), lingerMs).unref()
  await Promise.resolve(readBody(body, maxBytes)).catch(() => undefined)
  clearTimeout(timer)
}

const eventEnd = /\r?\n\r?\n|\r\r/

/** Told of a stream's bytes as they come, it gives the messages whose events are whole. */
function messageReader(): (bytes: Uint8Array) => readonly RpcMessage[] {
  const decoder = new TextDecoder()
  let rest = ''
  let tail = ''
  return bytes => {
    const text = decoder.decode(bytes, { stream: true })
    // Looked through from its start at each read, a long event in small pieces would cost seconds.
    const hasEnd = eventEnd.test(tail + text)
    rest += text
    tail = (tail + text).slice(-3)
    if (!hasEnd) return []
    const events = rest.split(eventEnd)
    rest = events.pop() ?? ''
    return events.flatMap(messageOf)
  }
}

function messageOf(event: string): RpcMessage[] {
  const data = event.split(/\r\n|\n|\r/).filter(line => line.startsWith('data:'))
  try {
    const message: unknown = JSON.parse(data.map(line => line.slice('data:'.length)).join('\n'))
    return typeof message === 'object' && message !== null ? [message] : []
  } catch {
    return []
  }
}
