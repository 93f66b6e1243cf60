import type { FunctionTool, ToolChoice } from '@modelgate/core'
import type { BedrockChatRequest } from '../../src/index.ts'
import { type RequestRow, requestRows } from './request-row.ts'

const sonnet45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const sonnet4 = 'us.anthropic.claude-sonnet-4-20250514-v1:0'
const opus55 = 'us.anthropic.claude-opus-5-5'
const commandR = 'cohere.command-r-v1:0'
const nova = 'us.amazon.nova-lite-v1:0'
const nova2 = 'us.amazon.nova-2-lite-v1:0'
const fields = 'additionalModelRequestFields'

const f: FunctionTool = {
  type: 'function',
  function: {
    name: 'f',
    description: 'Does f.',
    parameters: { type: 'object', properties: { a: { type: 'string' } } },
  },
}
const g: FunctionTool = { type: 'function', function: { name: 'g' } }
const spec = (name: string, more: object = {}) => ({
  toolSpec: { name, inputSchema: { json: { type: 'object', properties: {} } }, ...more },
})
const fSpec = spec('f', {
  description: 'Does f.',
  inputSchema: { json: { type: 'object', properties: { a: { type: 'string' } } } },
})

const unions = {
  anyOf: [
    { properties: { id: { type: 'string' } }, required: ['id'] },
    { properties: { id: { type: 'integer' }, all: { const: true } } },
    { $ref: '#/$defs/name' },
    { type: 'null' },
  ],
  allOf: [{ properties: { page: { type: 'integer' } }, required: ['page'] }],
}
const $defs = { name: { properties: { name: { type: 'string' }, name2: { $ref: '#/$defs/name' } } } }
const taking = (parameters: Record<string, unknown>, strict?: boolean): FunctionTool => ({
  type: 'function',
  function: { name: 'g', parameters, ...(strict && { strict }) },
})

/** Claude refuses the whole request for a tool whose schema combines others at its root. */
const unionRows: readonly RequestRow[] = [
  {
    it: "gives Claude the properties of a root's unions, and tells it in words what combines them",
    request: { tools: [taking({ ...unions, description: 'Finds.', $defs, required: ['q'], properties: { q: {} } })] },
    sends: {
      toolConfig: {
        tools: [
          spec('g', {
            inputSchema: {
              json: {
                type: 'object',
                properties: {
                  q: {},
                  id: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
                  all: { const: true },
                  name: { type: 'string' },
                  name2: { $ref: '#/$defs/name' },
                  page: { type: 'integer' },
                },
                required: ['q', 'page'],
                description: `Finds. (anyOf: ${JSON.stringify(unions.anyOf)}, allOf: ${JSON.stringify(unions.allOf)})`,
                $defs,
              },
            },
          }),
        ],
      },
    },
    omits: [
      'toolConfig.tools[0].toolSpec.inputSchema.json.anyOf',
      'toolConfig.tools[0].toolSpec.inputSchema.json.allOf',
    ],
  },
  {
    it: 'keeps the schema of a property that the root itself has',
    request: {
      tools: [taking({ properties: { a: { type: 'string' } }, oneOf: [{ properties: { a: { const: 'x' } } }] })],
    },
    sends: {
      toolConfig: {
        tools: [
          spec('g', {
            inputSchema: {
              json: {
                type: 'object',
                properties: { a: { type: 'string' } },
                description: '(oneOf: [{"properties":{"a":{"const":"x"}}}])',
              },
            },
          }),
        ],
      },
    },
  },
  {
    it: 'names strict as lost where only words hold a union',
    request: { model: sonnet45, tools: [taking({ additionalProperties: false, anyOf: [{ required: ['a'] }] }, true)] },
    omits: ['toolConfig.tools[0].toolSpec.strict', 'toolConfig.tools[0].toolSpec.inputSchema.json.anyOf'],
    drops: ['tools.strict'],
  },
  {
    it: 'leaves unions to models that take them',
    request: { model: nova, tools: [taking({ anyOf: unions.anyOf, $defs })] },
    sends: {
      toolConfig: { tools: [spec('g', { inputSchema: { json: { type: 'object', anyOf: unions.anyOf, $defs } } })] },
    },
  },
]

const bracketed = { type: 'object', properties: { 'filter[id]': { type: 'string' }, next: { $ref: '#' } } }
const wrapped = {
  type: 'object',
  properties: {
    value: {
      type: 'object',
      properties: { 'filter[id]': { type: 'string' }, next: { $ref: '#/properties/value' } },
    },
  },
  required: ['value'],
  additionalProperties: false,
}
const filtering = (text: string): Partial<BedrockChatRequest> => ({
  messages: [
    { role: 'user', content: 'a' },
    { role: 'assistant', tool_calls: [{ id: 'x', type: 'function', function: { name: 'g', arguments: text } }] },
    { role: 'tool', tool_call_id: 'x', content: 'b' },
  ],
})
const toldAs = (input: object) => ({ content: [{ toolUse: { toolUseId: 'x', name: 'g', input } }] })

/** Claude refuses the whole request for a tool whose root has properties of other names. */
const wrappedRows: readonly RequestRow[] = [
  {
    it: 'wraps the input of a tool for Claude that has properties of names that it refuses',
    request: { tools: [taking(bracketed)] },
    sends: { toolConfig: { tools: [spec('g', { inputSchema: { json: wrapped } })] } },
  },
  {
    it: 'wraps one with such names in a union at its root',
    request: { tools: [taking({ anyOf: [bracketed] })] },
    sends: {
      toolConfig: {
        tools: [
          spec('g', {
            inputSchema: { json: { properties: { value: { type: 'object', anyOf: [{ type: 'object' }] } } } },
          }),
        ],
      },
    },
  },
  {
    it: 'wraps such a function of old, too',
    request: { functions: [{ name: 'g', parameters: bracketed }] },
    sends: { toolConfig: { tools: [spec('g', { inputSchema: { json: wrapped } })] } },
  },
  ...(
    [
      ['{"filter[id]":"a"}', { value: { 'filter[id]': 'a' } }],
      ['', { value: {} }],
    ] as const
  ).map(
    ([text, input]): RequestRow => ({
      it: `wraps what ${JSON.stringify(text)} called it with earlier`,
      request: { tools: [taking(bracketed)], ...filtering(text) },
      sends: { messages: [{}, toldAs(input), {}] },
    }),
  ),
  {
    it: 'leaves such names to models that take them',
    request: { model: nova, tools: [taking(bracketed)], ...filtering('{"filter[id]":"a"}') },
    sends: {
      toolConfig: { tools: [spec('g', { inputSchema: { json: bracketed } })] },
      messages: [{}, toldAs({ 'filter[id]': 'a' }), {}],
    },
  },
]

const offers: readonly RequestRow[] = [
  {
    it: 'offers a function with its description and schema',
    request: { tools: [f] },
    sends: { toolConfig: { tools: [fSpec] } },
    omits: ['toolConfig.toolChoice'],
  },
  {
    it: 'gives a function without parameters an empty schema',
    request: { tools: [g] },
    sends: { toolConfig: { tools: [spec('g')] } },
  },
  {
    it: 'makes a schema without a type one of an object',
    request: { tools: [{ type: 'function', function: { name: 'g', parameters: { properties: {} } } }] },
    sends: { toolConfig: { tools: [spec('g')] } },
  },
  {
    it: 'omits a blank description',
    request: { tools: [{ type: 'function', function: { name: 'g', description: ' \n' } }] },
    sends: { toolConfig: { tools: [spec('g')] } },
  },
  ...unionRows,
  ...wrappedRows,
  { it: 'sends no empty list of tools', request: { tools: [] }, omits: ['toolConfig'] },
  {
    it: 'keeps strict where the model has it',
    request: { model: sonnet45, tools: [{ type: 'function', function: { name: 'g', strict: true } }] },
    sends: {
      toolConfig: {
        tools: [
          spec('g', {
            strict: true,
            inputSchema: { json: { type: 'object', properties: {}, additionalProperties: false } },
          }),
        ],
      },
    },
  },
  {
    it: 'keeps strict from a model that refuses it',
    request: { model: opus55, tools: [{ type: 'function', function: { name: 'g', strict: true } }] },
    sends: { toolConfig: { tools: [spec('g')] } },
    drops: ['tools.strict'],
  },
  {
    it: 'refuses two tools of one name',
    request: { tools: [f, g, f] },
    refuses: { param: 'tools[2]', says: /'f' is offered twice/ },
  },
  {
    it: 'translates names that Bedrock refuses',
    request: { tools: [{ type: 'function', function: { name: 'files/read' } }] },
    sends: { toolConfig: { tools: [spec('files_read')] } },
  },
]

const choice = (
  it: string,
  tool_choice: ToolChoice,
  expected: object | undefined,
  more: Partial<RequestRow> & { readonly model?: string; readonly tools?: object[] } = {},
): RequestRow => {
  const { model, tools = [fSpec, spec('g')], ...row } = more
  return {
    it,
    request: { tools: [f, g], tool_choice, ...(model && { model }) },
    sends: { toolConfig: { tools, ...(expected && { toolChoice: expected }) } },
    ...(!expected && { omits: ['toolConfig.toolChoice'] }),
    ...row,
  }
}
const named = { type: 'function', function: { name: 'g' } } as const
const allowed = (mode: 'auto' | 'required', ...tools: Record<string, unknown>[]): ToolChoice => ({
  type: 'allowed_tools',
  allowed_tools: { mode, tools },
})

const choices: readonly RequestRow[] = [
  choice('says auto by leaving it out', 'auto', undefined),
  choice('says required as any', 'required', { any: {} }),
  choice('says a name as tool', named, { tool: { name: 'g' } }),
  {
    it: 'says none by offering nothing',
    request: { tools: [f], tool_choice: 'none' },
    omits: ['toolConfig'],
  },
  choice('tells Nova both', named, { tool: { name: 'g' } }, { model: nova }),
  choice('cannot force Command R', 'required', undefined, { model: commandR, drops: ['tool_choice'] }),
  choice('offers Command R the named one alone', named, undefined, {
    model: commandR,
    tools: [spec('g')],
    drops: ['tool_choice'],
  }),
  choice(
    'offers Qwen the named one alone, and forces it',
    named,
    { any: {} },
    {
      model: 'qwen.qwen3-32b-v1:0',
      tools: [spec('g')],
    },
  ),
  choice('cannot force Claude Opus 5.5', 'required', undefined, {
    model: opus55,
    drops: ['tool_choice'],
  }),
  ...['us.meta.llama3-3-70b-instruct-v1:0', 'ai21.jamba-1-5-mini-v1:0', 'us.writer.palmyra-x5-v1:0'].map(model =>
    choice(`cannot force ${model}`, 'required', undefined, { model, drops: ['tool_choice'] }),
  ),
  choice('offers the allowed ones', allowed('auto', { type: 'function', function: { name: 'g' } }), undefined, {
    tools: [spec('g')],
  }),
  choice(
    'forces one of the allowed',
    allowed('required', { type: 'function', function: { name: 'g' } }),
    { any: {} },
    {
      tools: [spec('g')],
    },
  ),
  choice('reads allowed ones in short', allowed('auto', { type: 'function', name: 'f' }), undefined, {
    tools: [fSpec],
  }),
  {
    it: 'refuses allowed ones that are not offered',
    request: { tools: [f], tool_choice: allowed('auto', { type: 'function', function: { name: 'z' } }) },
    refuses: { param: 'tool_choice.allowed_tools.tools', says: /names none/ },
  },
  {
    it: 'refuses a name that is not offered',
    request: { tools: [f], tool_choice: named },
    refuses: { param: 'tool_choice', says: /'g' is none of/ },
  },
  {
    it: 'refuses required without tools',
    request: { tool_choice: 'required' },
    refuses: { param: 'tool_choice', says: /no tools/ },
  },
  {
    it: 'forces nothing while Claude thinks',
    request: { model: sonnet4, tools: [f], tool_choice: 'required', reasoning_effort: 'low' },
    sends: { toolConfig: { tools: [fSpec] } },
    omits: ['toolConfig.toolChoice'],
    drops: ['tool_choice'],
  },
]

const single: RequestRow['request'] = { tools: [f, g], parallel_tool_calls: false }
const alone = (tool_choice: object) => ({
  [fields]: { tool_choice: { ...tool_choice, disable_parallel_tool_use: true } },
})
const noChoice = ['toolConfig.toolChoice']

const oneCall: readonly RequestRow[] = [
  {
    it: 'forbids Claude 4.5 a second call',
    request: { model: sonnet45, ...single },
    sends: { ...alone({ type: 'auto' }), toolConfig: { tools: [fSpec, spec('g')] } },
    omits: noChoice,
  },
  {
    it: 'forces Claude 4.5 natively then',
    request: { model: sonnet45, ...single, tool_choice: 'required' },
    sends: alone({ type: 'any' }),
    omits: noChoice,
  },
  {
    it: 'names the tool natively then',
    request: { model: sonnet45, ...single, tool_choice: named },
    sends: alone({ type: 'tool', name: 'g' }),
    omits: noChoice,
  },
  {
    it: 'lets the caller’s own native choice win',
    request: { model: sonnet45, ...single, additional_model_request_fields: { tool_choice: { type: 'any' } } },
    sends: alone({ type: 'any' }),
  },
  {
    it: 'forbids it while Claude thinks',
    request: { model: sonnet45, ...single, reasoning_effort: 'low' },
    sends: alone({ type: 'auto' }),
  },
  {
    it: 'tells other models nothing, and keeps their choice',
    request: { ...single, tool_choice: 'required' },
    sends: { toolConfig: { toolChoice: { any: {} } } },
    omits: [fields],
  },
  {
    it: 'tells Claude 4 nothing',
    request: { model: sonnet4, ...single },
    omits: [fields],
  },
  {
    it: 'says nothing for parallel_tool_calls: true',
    request: { model: sonnet45, tools: [f], parallel_tool_calls: true },
    omits: [fields],
  },
  {
    it: 'says nothing where no tools are offered',
    request: { model: sonnet45, tools: [f], tool_choice: 'none', parallel_tool_calls: false },
    omits: [fields, 'toolConfig'],
  },
]

const grounding = { systemTool: { name: 'nova_grounding' } }
const search: readonly RequestRow[] = [
  {
    it: 'lets Nova 2 search the web',
    request: { model: nova2, web_search_options: {} },
    sends: { toolConfig: { tools: [grounding] } },
  },
  {
    it: 'lets Nova Premier search beside tools',
    request: { model: 'us.amazon.nova-premier-v1:0', web_search_options: {}, tools: [g] },
    sends: { toolConfig: { tools: [spec('g'), grounding] } },
  },
  {
    it: 'names how far it should search, and where',
    request: {
      model: nova2,
      web_search_options: {
        search_context_size: 'high',
        user_location: { type: 'approximate', approximate: { country: 'AT' } },
      },
    },
    sends: { toolConfig: { tools: [grounding] } },
    drops: ['web_search_options.search_context_size', 'web_search_options.user_location'],
  },
  {
    it: 'loses nothing with the default size',
    request: { model: nova2, web_search_options: { search_context_size: 'medium', user_location: null } },
    sends: { toolConfig: { tools: [grounding] } },
  },
  {
    it: 'refuses to search with Claude',
    request: { web_search_options: {} },
    refuses: { param: 'web_search_options', says: /name Amazon Nova 2 Lite or Nova Premier/ },
  },
]

requestRows('tools', offers)
requestRows('the choice of tools', choices)
requestRows('one tool call at a time', oneCall)
requestRows('web search', search)
