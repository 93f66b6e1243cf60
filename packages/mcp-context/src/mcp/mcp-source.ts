import type { ContextSource, SearchAnswer, SearchOptions } from '../context-source.ts'
import { checkMcpOptions } from './check-mcp-options.ts'
import { keepConnection } from './keep-connection.ts'
import type { McpConnection } from './mcp-connection.ts'
import { questionOf } from './mcp-question.ts'
import type { McpSourceOptions } from './mcp-source-options.ts'
import { type SourceFailure, toSourceError } from './source-error.ts'
import { waitFor } from './wait-for.ts'

/** A source that can be connected before its first search. */
export interface McpSource extends ContextSource {
  search(query: string, options: SearchOptions): Promise<SearchAnswer>
  /**
   * Loads the client, connects and looks at the tool, so that the first search need not; where that fails, the first search tries again.
   * @throws {GatewayError} as a search does.
   */
  connect(): Promise<void>
}

/** Searches on end that a connection may leave unanswered before it is made anew: a child process that hangs does so for ever. */
const patience = 3

/**
 * An MCP server as a source: it calls one tool, or reads the resources that it is given, and nothing else. Speaks 2026-07-28, or
 * 2025-11-25 and older ones, whichever the server does. Connects at the first search, and anew when the connection was lost.
 *
 * @throws {GatewayError} `invalid_configuration`
 * @see https://modelcontextprotocol.io/specification/2026-07-28
 */
export function mcpSource(options: McpSourceOptions): McpSource {
  checkMcpOptions(options)
  const { name = 'mcp', server, maxAnswerBytes = 1_048_576, connectTimeoutMs = 10_000 } = options
  const kept = keepConnection({ server, maxAnswerBytes, connectTimeoutMs })
  const question = questionOf(options)
  const unanswered = new WeakMap<McpConnection, number>()

  async function tryOnce(query: string, search: SearchOptions): Promise<SearchAnswer | SourceFailure> {
    let connection: McpConnection | undefined
    try {
      const made = await waitFor(kept.connection(), search.signal)
      connection = made
      const answer = await kept.use(made, () => question.ask(made, { query, ...search }))
      unanswered.delete(made)
      return answer
    } catch (error) {
      const failure = toSourceError(error, { source: name, signal: search.signal })
      if (!connection) return failure
      const times = search.signal.aborted ? (unanswered.get(connection) ?? 0) + 1 : 0
      unanswered.set(connection, times)
      if (failure.connection !== 'kept' || times >= patience) kept.drop(connection)
      return failure
    }
  }

  return {
    async search(query, search) {
      let found = await tryOnce(query, search)
      if ('error' in found && found.connection === 'stale') found = await tryOnce(query, search)
      if ('error' in found) throw found.error
      return found
    },
    async connect() {
      try {
        const made = await kept.connection()
        // A child process of 2026-07-28 is asked nothing while it is connected to, and may not be up yet.
        await kept.use(made, async () => question.prepare?.(made))
      } catch (error) {
        throw toSourceError(error, { source: name, signal: new AbortController().signal }).error
      }
    },
    describe() {
      const refusal = question.refusal?.()
      if (refusal) return { name, state: 'refused', detail: refusal }
      const { state, detail } = kept.state()
      return { name, state, detail: [detail, question.pin?.()].filter(Boolean).join('; ') || undefined }
    },
    close: () => kept.close(),
  }
}
