import type { Operation } from '@modelgate/core'

/** The routes of the gateway that the stories are told over; both upstreams are asked for each. */
export const routes = {
  talk: ['openai/gpt-4o-mini'],
  embed: ['openai/text-embedding-3-small'],
  'other talk': ['bedrock/anthropic.claude-3-sonnet-20240229-v1:0'],
  'other embed': ['bedrock/amazon.titan-embed-text-v2:0'],
} as const
export type RouteName = keyof typeof routes

/** One thing that a caller can ask the door for. */
export interface OperationStory {
  /** Method and path of the door's route that answers it, as the door names it. */
  readonly doorRoute: string
  /** What the call is in reports and the log; absent where an answer needs no call. */
  readonly call?: { readonly operation: Operation; readonly stream: boolean } | undefined
  /** The route it asks for, and another that does the same. */
  readonly route: RouteName
  readonly otherRoute: RouteName
  /** Path and body of asking for a route. */
  readonly ask: (route: RouteName) => { readonly path: string; readonly body?: object }
  /** What is in the answer's text when it is whole. */
  readonly answered: RegExp
}

/** Long enough that a stream of it has many frames. */
const messages = [{ role: 'user', content: 'Count to 40' }]
const talk = { doorRoute: 'POST /v1/chat/completions', route: 'talk', otherRoute: 'other talk' } as const
const response = { ...talk, doorRoute: 'POST /v1/responses' } as const
const path = '/v1/chat/completions'

/** Everything a caller can ask the door for: each story of keys, limits and cost is told of each. */
export const operationTable: Readonly<Record<string, OperationStory>> = {
  'a chat': {
    ...talk,
    call: { operation: 'chat', stream: false },
    ask: model => ({ path, body: { model, messages, max_tokens: 200 } }),
    answered: /"finish_reason":\s*"stop"/,
  },
  'a streamed chat': {
    ...talk,
    call: { operation: 'chat', stream: true },
    ask: model => ({ path, body: { model, messages, max_tokens: 200, stream: true } }),
    answered: /data: \[DONE\]\n\n$/,
  },
  'a response': {
    ...response,
    call: { operation: 'chat', stream: false },
    ask: model => ({ path: '/v1/responses', body: { model, input: messages, max_output_tokens: 200 } }),
    answered: /"status":"completed"/,
  },
  'a streamed response': {
    ...response,
    call: { operation: 'chat', stream: true },
    ask: model => ({ path: '/v1/responses', body: { model, input: messages, max_output_tokens: 200, stream: true } }),
    answered: /event: response\.completed\ndata: .*\n\n$/,
  },
  embeddings: {
    doorRoute: 'POST /v1/embeddings',
    call: { operation: 'embeddings', stream: false },
    route: 'embed',
    otherRoute: 'other embed',
    ask: model => ({ path: '/v1/embeddings', body: { model, input: ['one text', 'and another'] } }),
    answered: /"embedding":/,
  },
  'the list of models': {
    doorRoute: 'GET /v1/models',
    route: 'talk',
    otherRoute: 'other talk',
    ask: () => ({ path: '/v1/models' }),
    answered: /"object":\s*"list"/,
  },
  'one model by its id': {
    doorRoute: 'GET /v1/models/{id}',
    route: 'talk',
    otherRoute: 'other talk',
    ask: model => ({ path: `/v1/models/${encodeURIComponent(model)}` }),
    answered: /"object":\s*"model"/,
  },
}

export const operationStories = Object.entries(operationTable).map(([name, story]) => ({ name, ...story }))
