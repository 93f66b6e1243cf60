import type { CallableTool, FunctionCallItem, ResponsesRequest, ResponsesTool } from '../wire/responses-request.ts'

/** What a tool is called by who asked for a response; the tool that looks for others has no name there. */
export type ToolName = { readonly namespace?: string; readonly name: string } | 'search'

/** A tool as a chat has it, and where and as what the request has it. */
export interface PlacedTool {
  readonly tool: CallableTool
  readonly origin: string
  readonly called: ToolName
}

type Given = Pick<ResponsesRequest, 'tools' | 'input'>

/**
 * The chat's tools. A chat has no namespaces: their tools stand by themselves, under both names. Nor do tools come in its conversation:
 * they are offered from the start, and those that were found twice once, since no chat may have two of a name.
 */
export function placedTools(request: Given): PlacedTool[] {
  const names = new Set<string>()
  return given(request)
    .flatMap(placed)
    .filter(({ tool: { name }, origin }) => {
      const isNew = !names.has(name)
      names.add(name)
      return isNew || origin.startsWith('tools')
    })
}

/** What namespaces say of themselves, which is about all of their tools. Codex puts an MCP server's instructions there. */
export function namespaceTexts(request: Given): string {
  const texts = given(request).flatMap(([tool]) => {
    if (tool.type !== 'namespace' || !tool.description) return []
    return [`The tools whose names begin with ${chatName({ namespace: tool.name, name: '' })}: ${tool.description}`]
  })
  return [...new Set(texts)].join('\n\n')
}

/** The names that a chat has for them, with commas between. */
export function namesOf(tools: readonly ResponsesTool[]): string {
  return tools
    .flatMap(tool => placed([tool, '']))
    .map(({ tool }) => tool.name)
    .join(', ')
}

/** The one name that a chat has for it. */
export function chatName({ namespace, name }: Pick<FunctionCallItem, 'namespace' | 'name'>): string {
  return namespace ? `${namespace}__${name}` : name
}

/** What the chat calls the tool that looks for others. */
export const searchName = 'tool_search'

/** Those of the request, and those that came in its conversation, each with its place. */
function given({ tools, input }: Given): (readonly [ResponsesTool, string])[] {
  const items = typeof input === 'string' ? [] : input
  return [{ tools }, ...items].flatMap((item, index) => {
    const origin = index === 0 ? 'tools' : `input[${index - 1}].tools`
    const list = ('tools' in item && item.tools) || []
    return list.map((tool, at) => [tool, `${origin}[${at}]`] as const)
  })
}

function placed([tool, origin]: readonly [ResponsesTool, string]): PlacedTool[] {
  if (tool.type === 'tool_search') {
    const { description = null, parameters = null } = tool
    return [{ tool: { type: 'function', name: searchName, description, parameters }, origin, called: 'search' }]
  }
  if (tool.type !== 'namespace') return [{ tool, origin, called: { name: tool.name } }]
  return tool.tools.map((inner, at) => {
    const called = { namespace: tool.name, name: inner.name }
    return { tool: { ...inner, name: chatName(called) }, origin: `${origin}.tools[${at}]`, called }
  })
}
