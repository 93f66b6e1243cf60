import { type Random, randomName } from '../random.ts'
import { bytesOf, type Dialect, type Failure, wholeScript } from '../script.ts'

/** OpenAI's type, code and usual words for a status. */
const DEFAULTS: Readonly<Record<number, readonly [type: string, code: string | null, message: string]>> = {
  400: ['invalid_request_error', null, 'The request is not valid.'],
  401: ['invalid_request_error', 'invalid_api_key', 'Incorrect API key provided.'],
  403: ['invalid_request_error', 'unsupported_country_region_territory', 'Country, region, or territory not supported'],
  404: ['invalid_request_error', 'model_not_found', 'The model does not exist or you do not have access to it.'],
  429: ['requests', 'rate_limit_exceeded', 'Rate limit reached for requests. Please try again in 1s.'],
  500: ['server_error', null, 'The server had an error while processing your request. Sorry about that!'],
  503: ['server_error', null, 'The engine is currently overloaded, please try again later.'],
}

/** One server-sent event, as OpenAI writes it. */
export function sseFrame(data: string): Uint8Array {
  return bytesOf(`data: ${data}\n\n`)
}

/** Headers of every answer of OpenAI's API. */
export function openaiHeaders(random: Random): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    'x-request-id': `req_${randomName(random, 32).toLowerCase()}`,
    'openai-organization': 'simulator',
    'openai-processing-ms': '20',
    'openai-version': '2020-10-01',
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-remaining-requests': '9999',
    'x-ratelimit-reset-requests': '6ms',
  }
}

/** OpenAI's words for failures: `{ error: { message, type, param, code } }`. */
export function openaiDialect(random: Random): Dialect {
  return {
    failure(failure: Failure) {
      const [type, code, message] = DEFAULTS[failure.status] ?? ['server_error', null, 'Internal error.']
      const error = {
        message: failure.message ?? message,
        type: failure.type ?? type,
        param: failure.param ?? null,
        code: failure.code === undefined ? code : failure.code,
      }
      const headers = { ...openaiHeaders(random), ...failure.headers }
      const text = JSON.stringify({ error }, undefined, 2)
      return { ...wholeScript(this, { status: failure.status, headers, text }), rule: failure.rule }
    },
    exceptionFrame: (type, message) => sseFrame(JSON.stringify({ error: { message, type, param: null, code: type } })),
    unknownFrame: () => bytesOf('event: simulator.novelty\ndata: {"object":"simulator.novelty"}\n\n'),
    // Half an event, then its end: JSON that does not parse.
    corrupt: frame => Buffer.concat([frame.subarray(0, Math.ceil(frame.length / 2)), bytesOf('\n\n')]),
  }
}
