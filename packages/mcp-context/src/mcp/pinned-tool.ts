import { GatewayError } from '@modelgate/core'
import type { McpConnection } from './mcp-connection.ts'
import type { McpSourceOptions, ToolQuestion } from './mcp-source-options.ts'
import { toolPin } from './tool-pin.ts'
import { waitFor } from './wait-for.ts'

/** A tool that is called for as long as it is what it was. */
interface PinnedTool {
  /**
   * Makes the call, and looks at the tool's description beside it where that was long ago: one round trip for both. What a tool
   * answers whose description turns out to have changed is thrown away, and it is not called again while that stays so.
   */
  guard<T>(search: Search, call: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Looks at the description ahead of any call. @throws {GatewayError} `upstream_bad_response` where it is refused. */
  look(connection: McpConnection): Promise<void>
  refusal(): string | undefined
  /** That the description has: as configured, else as first seen. */
  pin(): string | undefined
}

interface Search {
  readonly connection: McpConnection
  readonly signal: AbortSignal
}

interface Look {
  readonly connection: McpConnection
  readonly at: number
  readonly done: Promise<void>
}

/** A tool whose description must stay as it is, looked at again from time to time. */
export function pinnedTool({ name, pin: configured }: ToolQuestion, options: McpSourceOptions): PinnedTool {
  const { verifyEveryMs = 60_000, now = () => performance.now() } = options
  let pin = configured
  let refusal: string | undefined
  let last: Look | undefined

  async function look(connection: McpConnection): Promise<void> {
    const found = (await connection.tools()).find(tool => tool.name === name)
    const seen = found && toolPin(found)
    pin ??= seen
    refusal = seen !== undefined && seen === pin ? undefined : refusalOf({ name, pin, seen })
  }

  /** One look for all searches of its time; one that came to no result is no look. */
  function lookedAt(connection: McpConnection): Promise<void> {
    if (last?.connection === connection && now() - last.at < verifyEveryMs) return last.done
    const started: Look = { connection, at: now(), done: look(connection) }
    last = started
    started.done.catch(() => {
      if (last === started) last = undefined
    })
    return started.done
  }

  function throwRefused(): void {
    if (refusal) throw new GatewayError('upstream_bad_response', refusal)
  }

  return {
    async guard({ connection, signal }, call) {
      const looked = lookedAt(connection)
      // Nothing more goes to a tool that was refused before it is what it was again.
      if (refusal) await waitFor(looked, signal)
      throwRefused()
      const ended = new AbortController()
      try {
        const answer = call(AbortSignal.any([signal, ended.signal]))
        const [answered, seen] = await Promise.allSettled([answer, waitFor(looked, signal)])
        // That there is no such tool tells more than that its call failed.
        if (seen.status === 'rejected') throw seen.reason
        throwRefused()
        if (answered.status === 'rejected') throw answered.reason
        return answered.value
      } finally {
        ended.abort()
      }
    },
    async look(connection) {
      await lookedAt(connection)
      throwRefused()
    },
    refusal: () => refusal,
    pin: () => pin,
  }
}

function refusalOf({ name, pin, seen }: { name: string; pin: string | undefined; seen: string | undefined }): string {
  if (seen === undefined)
    return `The MCP server has no tool ${name}; look at \`tool.name\`, and at what the server offers.`
  const remedy = 'look at what the server says of it now, and pin that if it is what you want'
  return `The description of the MCP tool ${name} is ${seen} and not ${pin ?? 'known'}: ${remedy}.`
}
