import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'

/** Milliseconds after which an unused connection is taken to be closed at the other end. */
const idleMs = 50_000
/** As many connections as the SDK's own agents open. */
const agentOptions = { keepAlive: true, maxSockets: 50 }

/** The connections of one client, of which none is used again that lay idle for long. */
export interface FreshConnections {
  readonly httpAgent: HttpAgent
  readonly httpsAgent: HttpsAgent
  /** To be called before each request goes out. */
  use(): void
}

/**
 * DynamoDB closes connections that nobody uses. A process that is frozen, as Lambda's are between invocations, does not hear of it: its
 * next request would end in ECONNRESET, of which nobody knows whether it was carried out, and which nothing here sends again. The time is the machine's,
 * since a clock that only counts may stand still while the process does.
 */
export function freshConnections(): FreshConnections {
  const httpAgent = new HttpAgent(agentOptions)
  const httpsAgent = new HttpsAgent(agentOptions)
  let usedAt = Number.NEGATIVE_INFINITY
  return {
    httpAgent,
    httpsAgent,
    use() {
      const now = Date.now()
      if (now - usedAt >= idleMs) for (const agent of [httpAgent, httpsAgent]) closeUnused(agent)
      usedAt = now
    },
  }
}

/** An agent passes over what was destroyed. */
function closeUnused({ freeSockets }: HttpAgent): void {
  for (const sockets of Object.values(freeSockets)) for (const socket of sockets ?? []) socket.destroy()
}
