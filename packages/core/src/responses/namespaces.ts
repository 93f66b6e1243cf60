import type { CallableTool, FunctionCallItem, ResponsesNamespace, ResponsesRequest } from '../wire/responses-request.ts'

/** What a tool is called by who asked for a response. */
export interface ToolName {
  readonly namespace?: string
  readonly name: string
}

type NamedCall = Pick<FunctionCallItem, 'namespace' | 'name'>

/** A tool as a chat has it, and where the request has it. */
export interface PlacedTool {
  readonly tool: CallableTool
  readonly origin: string
}

type Tools = ResponsesRequest['tools']

/** A chat has no namespaces: their tools stand by themselves, under both names. */
export function placedTools(tools: Tools): PlacedTool[] {
  return (tools ?? []).flatMap((tool, index) => {
    const origin = `tools[${index}]`
    if (tool.type !== 'namespace') return [{ tool, origin }]
    return tool.tools.map((inner, at) => ({
      tool: { ...inner, name: chatName({ namespace: tool.name, name: inner.name }) },
      origin: `${origin}.tools[${at}]`,
    }))
  })
}

/** What namespaces say of themselves, which is about all of their tools. Codex puts an MCP server's instructions there. */
export function namespaceTexts(tools: Tools): string {
  return (tools ?? [])
    .flatMap(tool => (tool.type === 'namespace' && tool.description ? [textOf(tool)] : []))
    .join('\n\n')
}

function textOf({ name: namespace, description }: ResponsesNamespace): string {
  return `The tools whose names begin with ${chatName({ namespace, name: '' })}: ${description}`
}

/** The one name that a chat has for it. */
export function chatName({ namespace, name }: NamedCall): string {
  return namespace ? `${namespace}__${name}` : name
}

/** The tools of namespaces by what a chat calls them. */
export function namesInNamespaces(tools: Tools): ReadonlyMap<string, ToolName> {
  const names = (tools ?? []).flatMap(tool =>
    tool.type === 'namespace' ? tool.tools.map(({ name }) => ({ namespace: tool.name, name })) : [],
  )
  return new Map(names.map(name => [chatName(name), name]))
}
