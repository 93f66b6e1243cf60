import type { AnswerHeaders, DoorRequest } from '@modelgate/core'

/** Web pages of which origins may call, from a browser. */
export interface CorsOptions {
  /** As browsers send them, `https://app.example.com`; `*` is every one. */
  readonly origins: readonly string[]
  /** Whether cookies and the like may come along, which `*` excludes. API keys in headers need it not. Default false. */
  readonly credentials?: boolean | undefined
  /** Seconds for which browsers remember what a preflight said. Default 600. */
  readonly maxAgeSeconds?: number | undefined
}

/** What pages may read of an answer beside what they always may. https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name */
const exposed = [
  'x-request-id',
  'retry-after',
  'x-should-retry',
  'age',
  ...['limit', 'remaining', 'reset'].flatMap(what => [`x-ratelimit-${what}-requests`, `x-ratelimit-${what}-tokens`]),
  'ratelimit',
  'ratelimit-policy',
  ...[
    'route',
    'provider',
    'model',
    'attempts',
    'cache',
    'context',
    'dropped-params',
    'cost-usd',
    'paid-by',
    'idempotent-replay',
    'applied-max-tokens',
    'budget-limit-usd',
    'budget-remaining-usd',
    'budget-reset',
  ].map(what => `x-modelgate-${what}`),
].join(', ')

const defaultMaxAgeSeconds = 600
/** Names of headers, with commas. https://www.rfc-editor.org/rfc/rfc9110#section-5.1 */
const headerNames = /^[\w!#$%&'*+.^`|~, -]{1,2000}$/

/**
 * What CORS adds to an answer: nothing to one that no page asked for, and nothing to one of another origin's but that it depends on the origin.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function corsHeaders(options: CorsOptions, origin: string | undefined): AnswerHeaders {
  const isOpen = options.origins.includes('*')
  // A cache must not give the answer of one origin to another.
  const headers: AnswerHeaders = isOpen ? {} : { vary: 'Origin' }
  if (origin === undefined || !(isOpen || options.origins.includes(origin))) return headers
  headers['access-control-allow-origin'] = isOpen ? '*' : origin
  headers['access-control-expose-headers'] = exposed
  if (options.credentials && !isOpen) headers['access-control-allow-credentials'] = 'true'
  return headers
}

/** Whether a browser asks if a page may make a request. It brings no key, and is answered before one is asked for. */
export function isPreflight({ method, headers }: Pick<DoorRequest, 'method' | 'headers'>): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined
}

/**
 * What a preflight is told beside {@link corsHeaders}. Any header may come: which ones the clients of others' send, nobody can list.
 * @param methods those of the path that is asked for
 */
export function preflightHeaders(
  options: CorsOptions,
  { headers }: Pick<DoorRequest, 'headers'>,
  methods: readonly string[],
): AnswerHeaders {
  const answer = corsHeaders(options, headers.origin)
  const varies = ['Access-Control-Request-Headers', ...(answer.vary ? [answer.vary] : [])].join(', ')
  if (!answer['access-control-allow-origin']) return { ...answer, vary: varies }
  delete answer['access-control-expose-headers']
  const wanted = headers['access-control-request-headers']
  return {
    ...answer,
    vary: varies,
    'access-control-allow-methods': methods.join(', '),
    'access-control-max-age': String(options.maxAgeSeconds ?? defaultMaxAgeSeconds),
    ...(wanted !== undefined && headerNames.test(wanted) ? { 'access-control-allow-headers': wanted } : {}),
  }
}
