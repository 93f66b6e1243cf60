import { ChildProcess } from 'node:child_process'
import type { JSONRPCMessage } from '@modelcontextprotocol/client'
import type { StdioClientTransport } from '@modelcontextprotocol/client/stdio'

/** Messages in a second that nothing here has asked for. */
const mostUnasked = 1_000
/** Bytes in a second without an answer, beyond those that an answer may have. */
const mostBytes = 4 * 1024 * 1024
/** Answers to its own requests that a child process has not read. */
const mostUnread = 100

/**
 * Kills a child process that writes without end what nobody asked for, or asks without reading the answers: each line is read, each message
 * parsed, and each answer kept until it is read. What comes of it is a lost connection. To be called before the client takes the transport,
 * whose earlier listeners it calls first, and hands on no message that one of them throws at.
 */
export function boundChild(transport: StdioClientTransport, maxAnswerBytes: number): void {
  const send = transport.send.bind(transport)
  const start = transport.start.bind(transport)
  const flood = new FloodWatch(mostBytes + maxAnswerBytes)
  const endFlood = (): boolean => {
    if (flood.isOver) kill(transport.pid)
    return flood.isOver
  }
  transport.start = async () => {
    await start()
    // What is no message is told to nobody, and seen only here.
    const child: unknown = Reflect.get(transport, '_process')
    if (!(child instanceof ChildProcess)) return
    child.stdout?.on('data', (read: Uint8Array) => {
      flood.read(read.length)
      endFlood()
    })
  }
  transport.send = message => {
    if ('method' in message) {
      if ('id' in message) flood.asks()
      return send(message)
    }
    return flood.replies(send(message))
  }
  transport.onerror = () => {
    flood.writesUnasked()
    endFlood()
  }
  transport.onmessage = (message: JSONRPCMessage) => {
    if ('method' in message || !flood.answers()) flood.writesUnasked()
    if (endFlood()) throw new Error('The MCP server writes what nobody asked for.')
  }
}

/** Counts what a child process writes, by the second, and what it has not read. */
class FloodWatch {
  private readonly maxBytes: number
  private second = 0
  private unasked = 0
  private bytes = 0
  private asked = 0
  private unread = 0

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
  }

  get isOver(): boolean {
    return this.unasked > mostUnasked || this.bytes > this.maxBytes || this.unread > mostUnread
  }

  asks(): void {
    this.asked += 1
  }

  /** Whether there was a request to answer. */
  answers(): boolean {
    if (this.asked === 0) return false
    this.asked -= 1
    this.bytes = 0
    return true
  }

  writesUnasked(): void {
    this.tick()
    this.unasked += 1
  }

  read(bytes: number): void {
    this.tick()
    this.bytes += bytes
  }

  replies(sending: Promise<void>): Promise<void> {
    this.unread += 1
    return sending.finally(() => {
      this.unread -= 1
    })
  }

  private tick(): void {
    const second = Math.floor(performance.now() / 1_000)
    if (second === this.second) return
    this.second = second
    this.unasked = 0
    this.bytes = 0
  }
}

function kill(pid: number | null): void {
  try {
    if (pid !== null) process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
