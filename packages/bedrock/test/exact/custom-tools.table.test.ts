import type { ChatCompletionRequest, FunctionTool, Tool } from '@modelgate/core'
import { type RequestRow, requestRows } from './request-row.ts'

type CustomTool = Extract<Tool, { readonly type: 'custom' }>

const json = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] }
const spec = (description?: string, name = 'run') => ({
  toolSpec: { name, ...(description && { description }), inputSchema: { json } },
})
const custom = (more: object = {}): CustomTool => ({ type: 'custom', custom: { name: 'run', ...more } })
const f: FunctionTool = { type: 'function', function: { name: 'f' } }
const grammar = (syntax: 'lark' | 'regex', definition: string) => ({
  type: 'grammar',
  grammar: { syntax, definition },
})
const history: ChatCompletionRequest['messages'] = [
  { role: 'user', content: 'a' },
  {
    role: 'assistant',
    tool_calls: [{ id: 'call_1', type: 'custom', custom: { name: 'run', input: 'print(1)' } }],
  },
  { role: 'tool', tool_call_id: 'call_1', content: '1' },
]
const says = (input: object) => [
  { role: 'user', content: [{ text: 'a' }] },
  { role: 'assistant', content: [{ toolUse: { toolUseId: 'call_1', name: 'run', input } }] },
  { role: 'user', content: [{ toolResult: { toolUseId: 'call_1', content: [{ text: '1' }] } }] },
]

const rows: readonly RequestRow[] = [
  {
    it: 'offers a custom tool as a function of one string',
    request: { tools: [custom()] },
    sends: { toolConfig: { tools: [spec()] } },
  },
  {
    it: 'keeps its description',
    request: { tools: [custom({ description: 'Runs code.' })] },
    sends: { toolConfig: { tools: [spec('Runs code.')] } },
  },
  {
    it: 'omits a blank description',
    request: { tools: [custom({ description: ' ', format: null })] },
    sends: { toolConfig: { tools: [spec()] } },
  },
  {
    it: 'takes the format text, which says nothing',
    request: { tools: [custom({ format: { type: 'text' } })] },
    sends: { toolConfig: { tools: [spec()] } },
  },
  {
    it: 'tells a Lark grammar in the description, and names that it binds nobody',
    request: { tools: [custom({ description: 'Adds.', format: grammar('lark', 'start: "a"+') })] },
    sends: { toolConfig: { tools: [spec('Adds.\n\nThe input must follow this Lark grammar:\nstart: "a"+')] } },
    drops: ['tools.custom.format'],
  },
  {
    it: 'tells a regular expression without a description',
    request: { tools: [custom({ format: grammar('regex', '[a-z]+') })] },
    sends: { toolConfig: { tools: [spec('The input must match this regular expression as a whole:\n[a-z]+')] } },
    drops: ['tools.custom.format'],
  },
  {
    it: 'refuses a format that nobody knows',
    request: { tools: [custom({ format: { type: 'json' } })] },
    refuses: { param: 'tools[0].custom.format.type', says: /use text or grammar/ },
  },
  {
    it: 'refuses a grammar without a definition',
    request: { tools: [f, custom({ format: { type: 'grammar', grammar: { syntax: 'lark' } } })] },
    refuses: { param: 'tools[1].custom.format.grammar', says: /definition/ },
  },
  {
    it: 'refuses a custom tool with the name of a function',
    request: { tools: [{ type: 'function', function: { name: 'run' } }, custom()] },
    refuses: { param: 'tools[1]', says: /offered twice/ },
  },
  {
    it: 'translates its name',
    request: { tools: [custom({ name: 'code/run' })] },
    sends: { toolConfig: { tools: [spec(undefined, 'code_run')] } },
  },
  {
    it: 'forces it by name',
    request: { tools: [f, custom()], tool_choice: { type: 'custom', custom: { name: 'run' } } },
    sends: { toolConfig: { toolChoice: { tool: { name: 'run' } } } },
  },
  {
    it: 'allows it alone',
    request: {
      tools: [f, custom()],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'custom', custom: { name: 'run' } }] },
      },
    },
    sends: { toolConfig: { tools: [spec()], toolChoice: { any: {} } } },
  },
  {
    it: 'wraps the text of an earlier call',
    request: { messages: history, tools: [custom()] },
    sends: { messages: says({ input: 'print(1)' }) },
  },
  {
    it: 'wraps an earlier text that happens to be JSON',
    request: {
      messages: history.map(message =>
        message.role === 'assistant'
          ? {
              ...message,
              tool_calls: [{ id: 'call_1', type: 'custom' as const, custom: { name: 'run', input: '{"a":1}' } }],
            }
          : message,
      ),
      tools: [custom()],
    },
    sends: { messages: says({ input: '{"a":1}' }) },
  },
  {
    it: 'tells an earlier call as text where no tools are offered',
    request: { messages: history },
    sends: {
      messages: [
        { role: 'user', content: [{ text: 'a' }] },
        { role: 'assistant', content: [{ text: '[Called the tool run with print(1)]' }] },
        { role: 'user', content: [{ text: '[The tool run returned]' }, { text: '1' }] },
      ],
    },
    omits: ['toolConfig'],
  },
]

requestRows('custom tools', rows)
