import type { BedrockChatRequest } from '@modelgate/bedrock'
import { all, append, drop, put } from '../edit-json.ts'
import { ask, assistant, calls, system, tool, toolResult, user } from '../right-requests.ts'
import { inBody, type WrongTranslations } from '../wrong-translation.ts'

const weather = tool('get_weather')

/** A plain question to OpenAI. */
const chat = (more: Partial<BedrockChatRequest> = {}) => ask({ model: 'gpt-4o', ...more })
const reasoning = (more: Partial<BedrockChatRequest> = {}) => ask({ model: 'gpt-5', ...more })
const called = chat({
  tools: [weather],
  messages: [user('Paris?'), assistant(null, calls('t1')), toolResult('t1')],
})

/** Wrong steps on the way to chat completions, whose right translation is to leave everything as it is. */
export const chatSteps: WrongTranslations = {
  'messages-missing': {
    wrong: 'sends the prompt as input',
    request: chat(),
    step: inBody(all(drop('messages'), put('input', 'Hello there'))),
  },
  'messages-type': {
    wrong: 'sends the prompt as text',
    request: chat(),
    step: inBody(put('messages', 'Hello there')),
  },
  'messages-empty': { wrong: 'loses every message', request: chat(), step: inBody(put('messages', [])) },
  'message-role': {
    wrong: 'calls the assistant model',
    request: chat({ messages: [user('Hello'), assistant('Good day.'), user('And now?')] }),
    step: inBody(put('messages.1.role', 'model')),
  },
  'message-content': {
    wrong: 'says parts for content',
    request: chat(),
    step: inBody(all(drop('messages.0.content'), put('messages.0.parts', [{ text: 'Hello there' }]))),
  },
  'content-null': {
    wrong: 'says null for a content that is empty',
    request: chat({ messages: [user('Hello'), user('')] }),
    step: inBody(put('messages.1.content', null)),
  },
  'tool-without-call': {
    wrong: 'tells a call as text and its result as a result',
    request: called,
    step: inBody(all(drop('messages.1.tool_calls'), put('messages.1.content', 'I call get_weather.'))),
  },
  'call-without-tool': { wrong: 'loses the result of a call', request: called, step: inBody(drop('messages.2')) },
  'tool-name': {
    wrong: 'passes on a tool name with dots and slashes',
    request: chat({ tools: [weather] }),
    step: inBody(put('tools.0.function.name', 'mcp.server/read')),
  },
  'tools-empty': { wrong: 'sends an empty list of tools', request: chat(), step: inBody(put('tools', [])) },
  'tool-choice-without-tools': {
    wrong: 'leaves out the tools and not the choice among them',
    request: chat({ tools: [weather], tool_choice: 'required' }),
    step: inBody(drop('tools')),
  },
  'effort-none': {
    wrong: 'turns the reasoning off in a model that always reasons',
    request: ask({ model: 'gpt-6.1-sol', reasoning_effort: 'low' }),
    step: inBody(put('reasoning_effort', 'none')),
  },
  'tools-with-effort': {
    wrong: 'adds tools to a model that reasons, and takes them in responses alone',
    request: ask({ model: 'gpt-5.6-sol', reasoning_effort: 'low' }),
    step: inBody(put('tools', [weather])),
  },
  'stream-options-without-stream': {
    wrong: 'asks for the usage of a stream where there is none',
    request: chat(),
    step: inBody(put('stream_options', { include_usage: true })),
  },
  'metadata-without-store': {
    wrong: 'passes on the metadata of what is not kept',
    request: chat(),
    step: inBody(put('metadata', { team: 'a' })),
  },
  temperature: { wrong: 'says the temperature in percent', request: chat(), step: inBody(put('temperature', 70)) },
  top_p: { wrong: 'says top_p in percent', request: chat(), step: inBody(put('top_p', 90)) },
  presence_penalty: {
    wrong: 'says a penalty in percent',
    request: chat({ presence_penalty: 0.5 }),
    step: inBody(put('presence_penalty', 50)),
  },
  frequency_penalty: {
    wrong: 'says a penalty in percent',
    request: chat({ frequency_penalty: 0.5 }),
    step: inBody(put('frequency_penalty', 50)),
  },
  n: { wrong: 'counts choices from 0', request: chat({ n: 1 }), step: inBody(put('n', 0)) },
  max_tokens: { wrong: 'says 0 for a cap that is not set', request: chat(), step: inBody(put('max_tokens', 0)) },
  max_completion_tokens: {
    wrong: 'says 0 for a cap that is not set',
    request: chat(),
    step: inBody(put('max_completion_tokens', 0)),
  },
  'both-max-tokens': {
    wrong: 'says the cap in both ways',
    request: chat({ max_tokens: 50 }),
    step: inBody(put('max_completion_tokens', 50)),
  },
  'max_tokens-reasoning': {
    wrong: 'says the cap of a reasoning model in the old way',
    request: reasoning({ max_completion_tokens: 500 }),
    step: inBody(all(drop('max_completion_tokens'), put('max_tokens', 500))),
  },
  'stop-reasoning': {
    wrong: 'adds a stop sequence to a reasoning model',
    request: reasoning(),
    step: inBody(put('stop', ['Human:'])),
  },
  'temperature-reasoning': {
    wrong: 'adds a temperature to a reasoning model',
    request: reasoning(),
    step: inBody(put('temperature', 0)),
  },
  'stop-count': {
    wrong: 'adds a stop sequence of its own to the last',
    request: chat({ stop: ['1', '2', '3', '4'] }),
    step: inBody(append('stop', 'Human:')),
  },
  'json-word': {
    wrong: 'leaves out the instruction that asks for JSON',
    request: chat({
      response_format: { type: 'json_object' },
      messages: [system('Answer in JSON.'), user('Hello')],
    }),
    step: inBody(drop('messages.0')),
  },
}
