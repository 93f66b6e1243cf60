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
  const faults = [
    ...memberFaults(given, members, 'mcpSource()'),
    ...serverFaults(given?.server),
    ...questionFaults(given ?? {}),
    ...numberFaults(given ?? {}),
  ]
  if (faults.length > 0) throw new GatewayError('invalid_configuration', faults.join('\n'))
}

/** Whether it is a program to start: one whose `command` is `undefined` is not. */
export function isChildServer(server: HttpServer | ChildServer): server is ChildServer {
  return 'command' in server && server.command !== undefined
}

function* serverFaults(server: McpSourceOptions['server'] | undefined): Generator<string> {
  if (typeof server !== 'object' || server === null) {
    yield "`server` is missing; give { url: 'https://…/mcp' }, or { command, args } of a program to start."
  } else if (isChildServer(server)) {
    yield* memberFaults(server, childMembers, 'mcpSource({ server })')
    if (isEmpty(server.command)) yield '`server.command` is empty; name the program to start.'
    if (server.args !== undefined && !isTexts(server.args)) yield '`server.args` must be a list of texts.'
  } else {
    const { command: _, ...http }: HttpServer & { readonly command?: unknown } = server
    yield* memberFaults(http, httpMembers, 'mcpSource({ server })')
    if (!isHttpUrl(server.url)) {
      yield '`server.url` is no http or https URL; write it as in https://catalog.example.com/mcp.'
    } else if (new URL(server.url).username !== '') {
      yield '`server.url` holds a user name, which is not sent; give a `server.token`.'
    }
    const fault = transportFault(server.transport)
    if (fault) yield `\`server.transport\` ${fault}`
  }
}

function* questionFaults({ tool, resources }: Pick<McpSourceOptions, 'tool' | 'resources'>): Generator<string> {
  yield* memberFaults(tool, toolMembers, 'mcpSource({ tool })')
  if ((tool === undefined) === (resources === undefined)) {
    yield 'One of `tool` and `resources` is needed, and not both; name the tool to call or the resources to read.'
  }
  if (typeof tool === 'object' && tool !== null) {
    if (isEmpty(tool.name)) yield '`tool.name` is empty; name the tool to call.'
    if (tool.pin !== undefined && !/^sha256-[\w-]{43}$/.test(tool.pin)) {
      yield '`tool.pin` is no pin; take `sha256-…` from `describe()`, from the health of the app, or from `toolPin()`.'
    }
    if (tool.arguments !== undefined && typeof tool.arguments !== 'function') {
      yield '`tool.arguments` must be a function (query, { limit }) => ({ … }).'
    }
  }
  if (resources !== undefined && !isTexts(resources)) yield '`resources` must be a list of URIs.'
  else if (resources?.length === 0) yield '`resources` is empty; name at least one URI.'
}

function* numberFaults(options: Partial<McpSourceOptions>): Generator<string> {
  for (const name of ['maxAnswerBytes', 'connectTimeoutMs', 'verifyEveryMs'] as const) {
    const value = options[name]
    if (value !== undefined && !(value > 0)) yield `\`${name}\` is ${value}; it must be above 0.`
  }
  const { connectTimeoutMs } = options
  if (connectTimeoutMs !== undefined && connectTimeoutMs > longestTimerMs) {
    yield `\`connectTimeoutMs\` is ${connectTimeoutMs}; it must be above 0 and at most ${longestTimerMs}.`
  }
}

const isEmpty = (text: unknown): boolean => typeof text !== 'string' || text.trim() === ''

const isTexts = (list: unknown): boolean => Array.isArray(list) && list.every(member => typeof member === 'string')

function isHttpUrl(url: string | URL): boolean {
  return /^https?:$/.test(URL.parse(String(url))?.protocol ?? '')
}
