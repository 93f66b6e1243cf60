import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'

/** Milliseconds after which an unused connection is taken to be closed at the other end. */
const idleMs = 50_000
/** As many connections as the SDK's own agents open. */
const agentOptions = { keepAlive: true, maxSockets: 50 }

/** The connections of one client of the SDK, of which none is used again that lay idle for long. */
export interface FreshConnections {
  /** For the client's `requestHandler`. */
  readonly agents: { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent }
  /** For the client's `middlewareStack`, with {@link beforeSending}. */
  readonly middleware: <Input, Output>(next: (input: Input) => Promise<Output>) => (input: Input) => Promise<Output>
}

/** After the SDK's retries: each try is looked at. */
export const beforeSending = { step: 'finalizeRequest', priority: 'low', name: 'modelgateFreshConnections' } as const

/**
 * AWS closes connections that nobody uses. A process that is frozen, as Lambda's are between invocations, does not hear of it: its next
 * request would end in ECONNRESET, of which nobody knows whether it was carried out, and which the stores here do not send again. The time is
 * the machine's, since a clock that only counts may stand still while the process does.
 */
export function freshConnections(): FreshConnections {
  // Not imported: an ES module of `node:http` reads each of its exports, for which Node loads its whole undici.
  const [http, https] = [process.getBuiltinModule('node:http'), process.getBuiltinModule('node:https')]
  const agents = { httpAgent: new http.Agent(agentOptions), httpsAgent: new https.Agent(agentOptions) }
  let usedAt = Number.NEGATIVE_INFINITY
  return {
    agents,
    middleware: next => input => {
      const now = Date.now()
      if (now - usedAt >= idleMs) for (const agent of Object.values(agents)) closeUnused(agent)
      usedAt = now
      return next(input)
    },
  }
}

/** An agent passes over what was destroyed. */
function closeUnused({ freeSockets }: HttpAgent): void {
  for (const sockets of Object.values(freeSockets)) for (const socket of sockets ?? []) socket.destroy()
}
