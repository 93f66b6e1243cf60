import type { JSONRPCMessage } from '@modelcontextprotocol/client'
import type { StdioClientTransport } from '@modelcontextprotocol/client/stdio'

/** Messages in a second that nothing here has asked for. */
const mostUnasked = 1_000
/** Answers to its own requests that a child process has not read. */
const mostUnread = 100

/**
 * Kills a child process that writes without end what nobody asked for, or asks without reading the answers: each message is parsed, and each
 * answer kept until it is read. What comes of it is a lost connection. To be called before the client takes the transport, whose earlier
 * listener it calls first, and hands on no message that this one throws at.
 */
export function boundChild(transport: StdioClientTransport): void {
  let second = 0
  let unasked = 0
  let asked = 0
  let unread = 0
  const send = transport.send.bind(transport)
  transport.send = message => {
    if ('method' in message) {
      if ('id' in message) asked += 1
      return send(message)
    }
    unread += 1
    return send(message).finally(() => {
      unread -= 1
    })
  }
  transport.onmessage = (message: JSONRPCMessage) => {
    if (!('method' in message) && asked > 0) {
      asked -= 1
      return
    }
    const now = Math.floor(performance.now() / 1_000)
    unasked = now === second ? unasked + 1 : 1
    second = now
    if (unasked <= mostUnasked && unread <= mostUnread) return
    kill(transport.pid)
    throw new Error('The MCP server writes what nobody asked for.')
  }
}

function kill(pid: number | null): void {
  try {
    if (pid !== null) process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
