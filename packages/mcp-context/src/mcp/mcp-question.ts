import { GatewayError } from '@modelgate/core'
import type { SearchAnswer, SearchOptions } from '../context-source.ts'
import { answerOf } from './answer-of.ts'
import type { McpConnection } from './mcp-connection.ts'
import type { McpSourceOptions, ToolQuestion } from './mcp-source-options.ts'
import { pinnedTool } from './pinned-tool.ts'

/** The one thing that a source asks its server. */
interface McpQuestion {
  ask(connection: McpConnection, search: SearchOptions & { readonly query: string }): Promise<SearchAnswer>
  /** What can be asked ahead of the first search. */
  prepare?(connection: McpConnection): Promise<void>
  /** Why the tool may not be used, where it may not. */
  refusal?(): string | undefined
  /** Of the tool's description. */
  pin?(): string | undefined
}

/** What a server is asked: its tool, or its resources. */
export function questionOf(options: McpSourceOptions): McpQuestion {
  return options.tool ? toolQuestion(options.tool, options) : resourceQuestion(options.resources ?? [])
}

function toolQuestion(tool: ToolQuestion, options: McpSourceOptions): McpQuestion {
  const { name, arguments: argumentsOf = (query, { limit }) => ({ query, limit }) } = tool
  const pinned = pinnedTool(tool, options)
  return {
    ask(connection, { query, signal, limit }) {
      return pinned.guard({ connection, signal }, async callSignal => {
        const result = await connection.call({ name, arguments: argumentsOf(query, { limit }) }, callSignal)
        if (!result.isError) return answerOf([result])
        // By the protocol the tool's own failure, as over arguments that it does not take. Its text may hold what was asked, or anything.
        throw new GatewayError('invalid_request', `The MCP tool ${name} answered that it had failed.`)
      })
    },
    prepare: connection => pinned.look(connection),
    refusal: () => pinned.refusal(),
    pin: () => pinned.pin(),
  }
}

function resourceQuestion(uris: readonly string[]): McpQuestion {
  return {
    async ask(connection, { query, signal }) {
      const filled = uris.map(uri => uri.replaceAll('{query}', () => encodeURIComponent(query)))
      return answerOf(await Promise.all(filled.map(uri => connection.read(uri, signal))))
    },
  }
}
