/** A header as the document describes it. */
interface Header {
  readonly description: string
  readonly schema: Readonly<Record<string, unknown>>
}

const text = { type: 'string' }

/** Headers of answers, by name, as the document's `components/headers`. */
export const answerHeaderDocs = {
  'x-request-id': {
    description:
      "The id of the request in logs and traces: the caller's own where it sent one of up to 128 letters, digits, `.`, `_` and `-`.",
    schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' },
  },
  'x-modelgate-route': { description: 'The route asked for, or the model where no route was.', schema: text },
  'x-modelgate-provider': { description: 'The provider that answered.', schema: text },
  'x-modelgate-model': { description: "The upstream's model that was asked last.", schema: text },
  'x-modelgate-attempts': {
    description: 'What was tried, in order: `target;code;duration`.',
    schema: text,
  },
  'x-modelgate-cost-usd': {
    description: 'What the call cost in US dollars, where the price is known. Not on streams.',
    schema: { type: 'string', pattern: '^[0-9.]+$' },
  },
  'x-modelgate-paid-by': {
    description: "Where the call was made with AWS keys of the caller's own, who is billed.",
    schema: { const: 'caller' },
  },
  'x-modelgate-cache': {
    description:
      'Where a cache was asked: `hit`, answered by what was answered before or by what another call was asking at the time; `miss`; `bypass`.',
    schema: { enum: ['hit', 'miss', 'bypass'] },
  },
  age: {
    description: 'Of a hit: seconds since its answer was given first.',
    schema: { type: 'string', pattern: '^[0-9]+$' },
  },
  'x-modelgate-idempotent-replay': {
    description: 'The answer of an earlier call with the same `Idempotency-Key`; it costs nothing.',
    schema: { const: 'true' },
  },
  'x-modelgate-dropped-params': { description: 'Parameters that the target could not be told.', schema: text },
  'x-modelgate-context': {
    description:
      'What was added to the prompt, where something adds to prompts: `hit;items=5;tokens=412`, `stale`, `none`, `skipped`, `off` or `failed`.',
    schema: text,
  },
  'x-modelgate-applied-max-tokens': {
    description:
      'The output cap that the gateway set, where a token limit or a budget needs one and the caller set none.',
    schema: { type: 'string', pattern: '^[0-9]+$' },
  },
  'x-modelgate-budget-limit-usd': {
    description: 'Of the budget of which least is left: its US dollars.',
    schema: { type: 'string', pattern: '^[0-9.]+$' },
  },
  'x-modelgate-budget-remaining-usd': {
    description: 'What is left of it: once the call has ended, of streams with all of what they may cost taken off.',
    schema: { type: 'string', pattern: '^[0-9.]+$' },
  },
  'x-modelgate-budget-reset': {
    description: 'When it begins anew, as ISO 8601 writes it.',
    schema: text,
  },
  'x-ratelimit-limit-requests': { description: 'Of the tightest window of requests: its quota.', schema: text },
  'x-ratelimit-remaining-requests': { description: 'What is left of it.', schema: text },
  'x-ratelimit-reset-requests': { description: 'When it is whole again, as `1s` or `6m0s`.', schema: text },
  'x-ratelimit-limit-tokens': { description: 'Of the tightest window of tokens: its quota.', schema: text },
  'x-ratelimit-remaining-tokens': { description: 'What is left of it.', schema: text },
  'x-ratelimit-reset-tokens': { description: 'When it is whole again.', schema: text },
  ratelimit: { description: 'How all windows stand: `"rpm";r=9;t=6`.', schema: text },
  'ratelimit-policy': { description: 'The windows there are: `"rpm";q=10;w=60`.', schema: text },
  'retry-after': { description: 'Seconds.', schema: { type: 'string', pattern: '^[0-9]+$' } },
  'x-should-retry': {
    description: "Whether the same request may succeed when made again; OpenAI's SDKs obey it.",
    schema: { enum: ['true', 'false'] },
  },
  'www-authenticate': { description: '`Bearer`.', schema: text },
  allow: { description: 'The methods there are.', schema: text },
} as const satisfies Readonly<Record<string, Header>>

export type AnswerHeaderName = keyof typeof answerHeaderDocs

/** On every answer to a call, whatever became of it. */
export const callHeaders = [
  'x-modelgate-route',
  'x-modelgate-provider',
  'x-modelgate-model',
  'x-modelgate-attempts',
  'x-modelgate-cost-usd',
  'x-modelgate-paid-by',
  'x-modelgate-cache',
  'age',
  'x-modelgate-idempotent-replay',
  'x-modelgate-dropped-params',
  'x-modelgate-context',
  'x-modelgate-applied-max-tokens',
] as const

/** Where the caller's key has limits or a budget. */
export const limitHeaders = [
  'x-modelgate-budget-limit-usd',
  'x-modelgate-budget-remaining-usd',
  'x-modelgate-budget-reset',
  'x-ratelimit-limit-requests',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-reset-requests',
  'x-ratelimit-limit-tokens',
  'x-ratelimit-remaining-tokens',
  'x-ratelimit-reset-tokens',
  'ratelimit',
  'ratelimit-policy',
] as const

/** As an answer of the document names them. */
export function headersOf(names: readonly AnswerHeaderName[]): Readonly<Record<string, object>> {
  return Object.fromEntries(names.map(name => [name, { $ref: `#/components/headers/${name}` }]))
}
