import { callHeaders, limitHeaders } from '../answer-headers.ts'
import { callErrors } from '../error-answers.ts'
import type { Example, OperationDoc } from '../operation.ts'
import { callParameters, contextParameter, reportParameter } from './call-parameters.ts'

const hello = { role: 'user', content: 'Say exactly: hello' }

/** Requests that the simulator, too, answers as they are meant. */
const examples: Readonly<Record<string, Example>> = {
  whole: { summary: 'A whole answer', value: { model: 'fast', messages: [hello] } },
  streamed: {
    summary: 'A stream, with usage at its end',
    value: { model: 'fast', stream: true, stream_options: { include_usage: true }, messages: [hello] },
  },
  tools: {
    summary: 'A tool to call',
    value: {
      model: 'fast',
      messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'The weather in a city',
            parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
          },
        },
      ],
    },
  },
  json: {
    summary: 'An answer that follows a schema',
    value: {
      model: 'fast',
      messages: [{ role: 'user', content: 'Name a city, as JSON.' }],
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'city',
          strict: true,
          schema: {
            type: 'object',
            properties: { city: { type: 'string' } },
            required: ['city'],
            additionalProperties: false,
          },
        },
      },
    },
  },
}

const streamExample = [
  'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"role":"assistant","content":"hello"},"finish_reason":null}]}',
  'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}',
  'data: [DONE]',
  '',
].join('\n\n')

/** `POST /v1/chat/completions`, and its other name. */
export const chatOperation: OperationDoc = {
  summary: 'Make a completion of a chat',
  description:
    'Whole, or with `stream: true` as server-sent events. A stream that fails after its head has gone out ends with one event that holds an `Error`, without `finish_reason` and `[DONE]`; one that ends well ends with `[DONE]`. Comments (`: keep-alive`) stand between events.',
  tag: 'Completions',
  parameters: [...callParameters, reportParameter, contextParameter],
  request: { schema: 'ChatCompletionRequest', examples },
  answers: {
    200: {
      description: 'The answer.',
      content: {
        'application/json': { schema: 'ChatCompletion' },
        'text/event-stream': { schema: 'ChatCompletionEvent', example: streamExample },
      },
      headers: [...callHeaders, ...limitHeaders],
    },
  },
  errors: callErrors,
  errorKind: 'Call',
}
