import { callHeaders, limitHeaders } from '../answer-headers.ts'
import { callErrors } from '../error-answers.ts'
import type { Example, OperationDoc } from '../operation.ts'
import { messageExample as message, partExample as part, responseExample } from '../schemas/response-example.ts'
import { callParameters, contextParameter, reportParameter } from './call-parameters.ts'

const weather = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}
const question = { role: 'user', content: 'What is the weather in Paris?' }

/** Requests that the simulator, too, answers as they are meant. */
const examples: Readonly<Record<string, Example>> = {
  whole: { summary: 'A whole answer', value: { model: 'fast', input: 'Say exactly: hello' } },
  streamed: { summary: 'A stream', value: { model: 'fast', stream: true, input: 'Say exactly: hello' } },
  tools: { summary: 'A tool to call', value: { model: 'fast', input: [question], tools: [weather] } },
  result: {
    summary: 'What the tool said',
    value: {
      model: 'fast',
      input: [
        question,
        { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{"city":"Paris"}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'Sunny, 21 degrees' },
      ],
      tools: [weather],
    },
  },
  json: {
    summary: 'An answer that follows a schema',
    value: {
      model: 'fast',
      instructions: 'Answer in JSON.',
      input: 'Name a city.',
      text: {
        format: {
          type: 'json_schema',
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

const begun = { ...responseExample, status: 'in_progress', output: [], usage: null }
const inItem = { item_id: message.id, output_index: 0 }

const events: readonly { readonly type: string; readonly [member: string]: unknown }[] = [
  { type: 'response.created', response: begun },
  { type: 'response.in_progress', response: begun },
  { type: 'response.output_item.added', output_index: 0, item: { ...message, status: 'in_progress', content: [] } },
  { type: 'response.content_part.added', ...inItem, content_index: 0, part: { ...part, text: '' } },
  { type: 'response.output_text.delta', ...inItem, content_index: 0, delta: part.text, logprobs: [] },
  { type: 'response.output_text.done', ...inItem, content_index: 0, text: part.text, logprobs: [] },
  { type: 'response.content_part.done', ...inItem, content_index: 0, part },
  { type: 'response.output_item.done', output_index: 0, item: message },
  { type: 'response.completed', response: responseExample },
]

const streamExample = events
  .map(({ type, ...members }, sequence_number) => {
    return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number, ...members })}\n\n`
  })
  .join('')

/** `POST /v1/responses` */
export const responseOperation: OperationDoc = {
  summary: 'Make a response',
  description: [
    "OpenAI's Responses API over the same models, routes and limits as chats: the request becomes a chat, and its answer a response. Whole, or with `stream: true` as server-sent events that are numbered by `sequence_number` and named by their `type`. A stream that ends well ends with `response.completed` or `response.incomplete`; one that fails after its head has gone out ends with `error` and `response.failed`. There is no `[DONE]`. Comments (`: keep-alive`) stand between events.",
    "Nothing is kept, and each request holds the whole conversation: an answer's `output` goes into the next `input` as it came, reasoning included. What rests on kept answers is refused with 400, by its name: `previous_response_id`, `conversation`, `prompt`, `store: true`, `background: true`, `context_management`, `truncation: 'auto'`, items of the type `item_reference`, and tools that OpenAI runs itself, such as `web_search`, `file_search`, `code_interpreter` and `mcp`. `GET /v1/responses/{id}` and what else asks for an earlier response is not there.",
  ].join('\n\n'),
  tag: 'Completions',
  parameters: [...callParameters, reportParameter, contextParameter],
  request: { schema: 'ResponsesRequest', examples },
  answers: {
    200: {
      description: 'The response.',
      content: {
        'application/json': { schema: 'ResponseObject' },
        'text/event-stream': { schema: 'ResponseEvent', example: streamExample },
      },
      headers: [...callHeaders, ...limitHeaders],
    },
  },
  errors: callErrors,
  errorKind: 'Call',
}
