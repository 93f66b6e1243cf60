import { all, append, change, drop, prepend, put } from '../edit-json.ts'
import { ask, assistant, calls, models, tool, toolResult, user } from '../right-requests.ts'
import { inBody, type WrongTranslations } from '../wrong-translation.ts'

const weather = tool('get_weather')
const offered = { toolSpec: { name: 'get_weather', inputSchema: { json: { type: 'object', properties: {} } } } }
const closed = { type: 'object', properties: {}, additionalProperties: false }
const spec = 'toolConfig.tools.0.toolSpec'
const longId = `call_${'0'.repeat(80)}`

/** A conversation in which the tool was called and has answered. */
const called = (id: string, model: string = models.sonnet45) =>
  ask({ model, tools: [weather], messages: [user('Paris?'), assistant(null, calls(id)), toolResult(id)] })
const withId = (id: string) =>
  inBody(all(put('messages.1.content.0.toolUse.toolUseId', id), put('messages.2.content.0.toolResult.toolUseId', id)))

/** Wrong steps in what tools are offered, called and answered. */
export const toolSteps: WrongTranslations = {
  'tools-empty': {
    wrong: 'sends an empty list of tools',
    request: ask({ tools: [] }),
    step: inBody(put('toolConfig', { tools: [] })),
  },
  'tools-unsupported': {
    wrong: 'offers tools to a model that takes none',
    request: ask({ model: models.llama3, tools: [weather], tool_choice: 'none' }),
    step: inBody(put('toolConfig', { tools: [offered] })),
  },
  'tools-streaming-unsupported': {
    wrong: 'streams from a model that takes tools unstreamed only',
    request: ask({ model: models.llama31, tools: [weather], stream: true }),
    step: sent => ({ ...sent, stream: true }),
  },
  'tool-name': {
    wrong: 'passes on a tool name with dots and slashes',
    request: ask({ tools: [tool('mcp.server/read')] }),
    step: inBody(put(`${spec}.name`, 'mcp.server/read')),
  },
  'tool-name-unique': {
    wrong: 'makes one name of two tool names',
    request: ask({ tools: [tool('files.read'), tool('files/read')] }),
    step: inBody(put('toolConfig.tools.1.toolSpec.name', 'files_read')),
  },
  'tool-description': {
    wrong: "passes on a tool's empty description",
    request: ask({ tools: [tool('get_weather', { description: '' })] }),
    step: inBody(put(`${spec}.description`, '')),
  },
  'tool-schema-object': {
    wrong: 'passes on a schema that does not say it is an object',
    request: ask({ tools: [tool('get_weather', { parameters: { properties: {} } })] }),
    step: inBody(drop(`${spec}.inputSchema.json.type`)),
  },
  'tool-schema-root': {
    wrong: 'passes on a schema that is one of several',
    request: ask({ tools: [tool('get_weather', { parameters: { oneOf: [{ properties: {} }] } })] }),
    step: inBody(put(`${spec}.inputSchema.json.oneOf`, [{ properties: {} }])),
  },
  'tool-property-keys': {
    wrong: "passes on a property's name in brackets",
    request: ask({ tools: [tool('get_weather', { parameters: { properties: { 'filter[id]': {} } } })] }),
    step: inBody(put(`${spec}.inputSchema.json`, { type: 'object', properties: { 'filter[id]': {} } })),
  },
  'system-tool-unsupported': {
    wrong: 'offers to search the web through every model',
    request: ask({ tools: [weather] }),
    step: inBody(append('toolConfig.tools', { systemTool: { name: 'nova_grounding' } })),
  },
  'strict-unsupported': {
    wrong: 'passes on strict to a model that does not know it',
    request: ask({ model: models.opus47, tools: [tool('get_weather', { strict: true })] }),
    step: inBody(put(`${spec}.strict`, true)),
  },
  'strict-schema': {
    wrong: 'leaves the objects of a strict schema open',
    request: ask({ tools: [tool('get_weather', { strict: true })] }),
    step: inBody(drop(`${spec}.inputSchema.json.additionalProperties`)),
  },
  'strict-count': {
    wrong: 'keeps any number of tools strict',
    request: ask({ tools: [weather] }),
    step: inBody(
      put(
        'toolConfig.tools',
        Array.from({ length: 21 }, (_none, index) => ({
          toolSpec: { name: `tool${index}`, strict: true, inputSchema: { json: closed } },
        })),
      ),
    ),
  },
  'tool-choice-without-tools': {
    wrong: 'chooses a tool by the name it had before translation',
    request: ask({ tools: [tool('files.read')], tool_choice: { type: 'function', function: { name: 'files.read' } } }),
    step: inBody(put('toolConfig.toolChoice.tool.name', 'files.read')),
  },
  'tool-choice-unsupported': {
    wrong: 'forces a call from a model that cannot be forced',
    request: ask({ model: models.llama33, tools: [weather], tool_choice: 'required' }),
    step: inBody(put('toolConfig.toolChoice', { any: {} })),
  },
  'tool-choice-none': {
    wrong: 'lets tool_choice none through',
    request: ask({ tools: [weather], tool_choice: 'none' }),
    step: inBody(put('toolConfig', { tools: [offered], toolChoice: { none: {} } })),
  },
  'tool-config-missing': {
    wrong: 'forgets the tools that the history speaks of',
    request: called('t1'),
    step: inBody(drop('toolConfig')),
  },
  'tool-use-id': {
    wrong: 'passes on an id of 85 letters',
    request: called(longId),
    step: withId(longId),
  },
  'tool-use-id-nine': {
    wrong: "passes on an id that is not of Mistral's form",
    request: called('call_1', models.mistral),
    step: withId('call_1'),
  },
  'tool-use-id-unique': {
    wrong: 'passes on one id for two calls',
    request: ask({
      tools: [weather],
      messages: [
        user('Paris?'),
        assistant(null, calls('call_0')),
        toolResult('call_0'),
        assistant(null, calls('call_0')),
        toolResult('call_0'),
      ],
    }),
    step: inBody(
      all(
        put('messages.3.content.0.toolUse.toolUseId', 'call_0'),
        put('messages.4.content.0.toolResult.toolUseId', 'call_0'),
      ),
    ),
  },
  'tool-input-object': {
    wrong: 'passes on arguments as the text they came as',
    request: called('t1'),
    step: inBody(change('messages.1.content.0.toolUse.input', input => JSON.stringify(input))),
  },
  'tool-result-missing': {
    wrong: 'leaves a call without a result unanswered',
    request: ask({
      tools: [weather],
      messages: [user('Paris and Rome?'), assistant(null, calls('t1', 't2')), toolResult('t1')],
    }),
    step: inBody(drop('messages.2.content.1')),
  },
  'tool-result-extra': {
    wrong: 'sends two results for one call',
    request: ask({
      tools: [weather],
      messages: [user('Paris?'), assistant(null, calls('t1')), toolResult('t1'), toolResult('t1', 'no, rain')],
    }),
    step: inBody(append('messages.2.content', { toolResult: { toolUseId: 't1', content: [{ text: 'no, rain' }] } })),
  },
  'tool-use-alone': {
    wrong: 'says what the model said beside its call in one turn with it',
    request: ask({
      model: models.llama33,
      tools: [weather],
      messages: [user('Paris?'), assistant('I look.', calls('t1')), toolResult('t1')],
    }),
    step: inBody(all(drop('messages.2'), drop('messages.1'), prepend('messages.1.content', { text: 'I look.' }))),
  },
  'tool-result-alone': {
    wrong: 'merges a result and text for a model that wants it alone',
    request: ask({
      model: models.llama33,
      tools: [weather],
      messages: [user('Paris?'), assistant(null, calls('t1')), toolResult('t1'), user('And Rome?')],
    }),
    step: inBody(all(drop('messages.4'), drop('messages.3'), append('messages.2.content', { text: 'And Rome?' }))),
  },
  'tool-result-order': {
    wrong: 'puts text before the result in its turn',
    request: ask({
      tools: [weather],
      messages: [user('Paris?'), assistant(null, calls('t1')), toolResult('t1'), user('And Rome?')],
    }),
    step: inBody(change('messages.2.content', blocks => (blocks as object[]).toReversed())),
  },
}
