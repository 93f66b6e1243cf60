import type { ChatCompletionRequest } from '@modelgate/core'
import { type RequestRow, requestRows } from './request-row.ts'

type Messages = ChatCompletionRequest['messages']

const sonnet45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const parameters = { type: 'object', properties: { city: { type: 'string' } } }
const functions = [{ name: 'weather', description: 'Looks it up.', parameters }, { name: 'time' }]
const tools = [
  { toolSpec: { name: 'weather', description: 'Looks it up.', inputSchema: { json: parameters } } },
  { toolSpec: { name: 'time', inputSchema: { json: { type: 'object', properties: {} } } } },
]
const user = (content: string) => ({ role: 'user', content }) as const
const calls = (name: string, args: string) =>
  ({ role: 'assistant', content: null, function_call: { name, arguments: args } }) as const
const returns = (name: string, content: string | null) => ({ role: 'function', name, content }) as const
const said = (text: string) => ({ role: 'user', content: [{ text }] })
const use = (toolUseId: string, name: string, input: object) => ({
  role: 'assistant',
  content: [{ toolUse: { toolUseId, name, input } }],
})
const result = (toolUseId: string, text: string, ...more: object[]) => ({
  role: 'user',
  content: [{ toolResult: { toolUseId, content: [{ text }] } }, ...more],
})
const history: Messages = [user('a'), calls('weather', '{"city":"Wien"}'), returns('weather', 'sunny')]

const offers: readonly RequestRow[] = [
  {
    it: 'are refused by their own name where the model takes no tools',
    request: { model: 'meta.llama3-8b-instruct-v1:0', functions },
    refuses: { param: 'functions', says: /Llama 3 takes no tools/ },
  },
  {
    it: 'offers functions as tools',
    request: { functions },
    sends: { toolConfig: { tools } },
    omits: ['toolConfig.toolChoice'],
  },
  {
    it: 'says function_call auto by leaving it out',
    request: { functions, function_call: 'auto' },
    sends: { toolConfig: { tools } },
    omits: ['toolConfig.toolChoice'],
  },
  {
    it: 'says function_call none by offering nothing',
    request: { functions, function_call: 'none' },
    omits: ['toolConfig'],
  },
  {
    it: 'goes by tool_choice where it stands beside functions',
    request: { functions, tool_choice: 'required', function_call: 'none' },
    sends: { toolConfig: { tools, toolChoice: { any: {} } } },
  },
  {
    it: 'forces a function by name',
    request: { functions, function_call: { name: 'time' } },
    sends: { toolConfig: { tools, toolChoice: { tool: { name: 'time' } } } },
  },
  {
    it: 'names function_call where a model cannot be forced',
    request: { model: 'cohere.command-r-v1:0', functions, function_call: { name: 'time' } },
    sends: { toolConfig: { tools: tools.slice(1) } },
    omits: ['toolConfig.toolChoice'],
    drops: ['function_call'],
  },
  {
    it: 'forbids Claude 4.5 a second call, for which there was no word',
    request: { model: sonnet45, functions },
    sends: { additionalModelRequestFields: { tool_choice: { type: 'auto', disable_parallel_tool_use: true } } },
  },
  {
    it: 'refuses a function that is not offered',
    request: { functions, function_call: { name: 'news' } },
    refuses: { param: 'function_call', says: /'news' is none of the request's functions/ },
  },
  {
    it: 'refuses a name where nothing is offered',
    request: { function_call: { name: 'news' } },
    refuses: { param: 'function_call', says: /'news' is none of/ },
  },
  {
    it: 'refuses functions beside tools',
    request: { functions, tools: [{ type: 'function', function: { name: 'f' } }] },
    refuses: { param: 'functions', says: /cannot stand beside tools/ },
  },
  {
    it: 'takes an empty list beside tools',
    request: { functions: [], tools: [{ type: 'function', function: { name: 'time' } }] },
    sends: { toolConfig: { tools: tools.slice(1) } },
  },
  {
    it: 'takes function_call auto and none where nothing is offered',
    request: { function_call: 'auto' },
    omits: ['toolConfig'],
  },
  {
    it: 'refuses functions of one name',
    request: { functions: [{ name: 'f' }, { name: 'f' }] },
    refuses: { param: 'functions[1]', says: /offered twice/ },
  },
]

const histories: readonly RequestRow[] = [
  {
    it: 'pairs a result with its call by an id of its place',
    request: { functions, messages: history },
    sends: {
      messages: [said('a'), use('function_call_1', 'weather', { city: 'Wien' }), result('function_call_1', 'sunny')],
    },
  },
  {
    it: 'gives each call an id of its own',
    request: { functions, messages: [...history, calls('weather', ''), returns('weather', 'rain'), user('b')] },
    sends: {
      messages: [
        said('a'),
        use('function_call_1', 'weather', { city: 'Wien' }),
        result('function_call_1', 'sunny'),
        use('function_call_3', 'weather', {}),
        result('function_call_3', 'rain', { text: 'b' }),
      ],
    },
  },
  {
    it: 'says that there was no output',
    request: { functions, messages: [user('a'), calls('time', '{}'), returns('time', null)] },
    sends: { messages: [said('a'), use('function_call_1', 'time', {}), result('function_call_1', '(no output)')] },
  },
  {
    it: 'keeps arguments that are no object',
    request: { functions, messages: [user('a'), calls('time', '[1'), returns('time', 'x')] },
    sends: {
      messages: [said('a'), use('function_call_1', 'time', { rawInvalidInput: '[1' }), result('function_call_1', 'x')],
    },
  },
  {
    it: "has ids of nine for Mistral's",
    request: { model: 'mistral.mistral-large-2407-v1:0', functions, messages: history },
    sends: { toolConfig: { tools } },
  },
  {
    it: 'answers for a result that the client lost',
    request: { functions, messages: [user('a'), calls('time', '{}'), user('b')] },
    sends: {
      messages: [
        said('a'),
        use('function_call_1', 'time', {}),
        {
          role: 'user',
          content: [
            {
              toolResult: {
                toolUseId: 'function_call_1',
                content: [{ text: 'The tool gave no result.' }],
                status: 'error',
              },
            },
            { text: 'b' },
          ],
        },
      ],
    },
  },
  {
    it: 'tells calls as text where nothing is offered any more',
    request: { messages: history },
    sends: {
      messages: [
        said('a'),
        { role: 'assistant', content: [{ text: '[Called the tool weather with {"city":"Wien"}]' }] },
        { role: 'user', content: [{ text: '[The tool weather returned]' }, { text: 'sunny' }] },
      ],
    },
  },
  {
    it: 'goes on with tools where the history has functions',
    request: { messages: history, tools: [{ type: 'function', function: { name: 'weather' } }] },
    sends: {
      messages: [said('a'), use('function_call_1', 'weather', { city: 'Wien' }), result('function_call_1', 'sunny')],
    },
  },
  {
    it: 'refuses a result without a call',
    request: { functions, messages: [user('a'), returns('weather', 'sunny')] },
    refuses: { param: 'messages[1].name', says: /'weather' answers no function_call/ },
  },
  {
    it: 'refuses a result of another function',
    request: { functions, messages: [user('a'), calls('time', '{}'), returns('weather', 'sunny')] },
    refuses: { param: 'messages[2].name', says: /'weather' answers no function_call/ },
  },
]

requestRows('deprecated functions', offers)
requestRows('histories of deprecated functions', histories)
