import { GatewayError, longestTimerMs, type MembersOf, memberFaults, transportFault } from '@modelgate/core'
import type { ChildServer, HttpServer, McpSourceOptions, ToolQuestion } from './mcp-source-options.ts'

const members = {
  name: true,
  server: true,
  tool: true,
  resources: true,
  maxAnswerBytes: true,
  connectTimeoutMs: true,
  verifyEveryMs: true,
  now: true,
} as const satisfies MembersOf<McpSourceOptions>

const httpMembers = { url: true, token: true, transport: true } as const satisfies MembersOf<HttpServer>
const childMembers = { command: true, args: true, cwd: true, env: true } as const satisfies MembersOf<ChildServer>
const toolMembers = { name: true, pin: true, arguments: true } as const satisfies MembersOf<ToolQuestion>

/** @throws {GatewayError} `invalid_configuration`, a line for each fault. */
export function checkMcpOptions(given: McpSourceOptions): void {
  const faults = memberFaults(given, members, 'mcpSource()')
  const { server, tool, resources, ...options } = given ?? {}
  if (typeof server !== 'object' || server === null) {
    faults.push("`server` is missing; give { url: 'https://…/mcp' }, or { command, args } of a program to start.")
  } else if ('command' in server) {
    faults.push(...memberFaults(server, childMembers, 'mcpSource({ server })'))
    if (server.command.trim() === '') faults.push('`server.command` is empty; name the program to start.')
  } else {
    faults.push(...memberFaults(server, httpMembers, 'mcpSource({ server })'))
    if (!isHttpUrl(server.url)) {
      faults.push('`server.url` is no http or https URL; write it as in https://catalog.example.com/mcp.')
    }
    const fault = transportFault(server.transport)
    if (fault) faults.push(`\`server.transport\` ${fault}`)
  }
  faults.push(...memberFaults(tool, toolMembers, 'mcpSource({ tool })'))
  if ((tool === undefined) === (resources === undefined)) {
    faults.push(
      'One of `tool` and `resources` is needed, and not both; name the tool to call or the resources to read.',
    )
  }
  if (tool && tool.name.trim() === '') faults.push('`tool.name` is empty; name the tool to call.')
  if (tool?.pin !== undefined && !/^sha256-[\w-]{43}$/.test(tool.pin)) {
    faults.push(
      '`tool.pin` is no pin; take `sha256-…` from `describe()`, from the health of the app, or from `toolPin()`.',
    )
  }
  if (resources?.length === 0) faults.push('`resources` is empty; name at least one URI.')
  for (const name of ['maxAnswerBytes', 'connectTimeoutMs', 'verifyEveryMs'] as const) {
    const value = options[name]
    if (value !== undefined && !(value > 0)) faults.push(`\`${name}\` is ${value}; it must be above 0.`)
  }
  if (options.connectTimeoutMs !== undefined && options.connectTimeoutMs > longestTimerMs) {
    faults.push(
      `\`connectTimeoutMs\` is ${options.connectTimeoutMs}; it must be above 0 and at most ${longestTimerMs}.`,
    )
  }
  if (faults.length > 0) throw new GatewayError('invalid_configuration', faults.join('\n'))
}

function isHttpUrl(url: string | URL): boolean {
  return /^https?:$/.test(URL.parse(String(url))?.protocol ?? '')
}
