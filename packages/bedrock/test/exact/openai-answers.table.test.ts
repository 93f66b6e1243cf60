import { isGatewayError } from '@modelgate/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bedrock } from '../../src/index.ts'
import { aChat } from '../a-call.ts'
import { type CannedAnswer, type CannedUpstream, cannedUpstream } from './canned-upstream.ts'

let upstream: CannedUpstream
beforeAll(async () => {
  upstream = await cannedUpstream()
})
afterAll(() => upstream[Symbol.asyncDispose]())

async function ask(answer: CannedAnswer, stream: boolean) {
  upstream.answer = answer
  const lanes = { 'openai.': 'openai' } as const
  const provider = bedrock({ endpoint: upstream.url, region: 'us-east-1', bearerToken: 'k', lanes })
  try {
    const result = await provider.handlers.chat?.(aChat({ model: 'openai.gpt-oss-20b-1:0', stream, n: 2 }))
    if (result?.kind === 'completion') return { value: result.completion.value, bytes: result.completion.bytes }
    if (!result) throw new Error('no handler')
    const parts: Uint8Array[] = []
    for await (const batch of result.batches) parts.push(batch.bytes)
    return { bytes: Buffer.concat(parts) }
  } finally {
    await provider.close?.()
  }
}

const call = (id: string | undefined) => ({
  ...(id !== undefined && { id }),
  type: 'function',
  function: { name: 'f', arguments: '{}' },
})
const fresh = expect.stringMatching(/^call_[0-9a-f]{24}$/) as string

const whole = (message: object) => ({ role: 'assistant', content: null, refusal: null, ...message })
const ofMessages = (messages: readonly object[]) => ({
  id: 'x',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: messages.map((message, index) => ({ index, message, finish_reason: 'stop', logprobs: null })),
})

const wholes: readonly (readonly [it: string, came: readonly object[], gives?: readonly object[]])[] = [
  ['a text passes as it came', [whole({ content: 'Hi.' })]],
  ['calls of their own ids pass as they came', [whole({ tool_calls: [call('a'), call('b')] })]],
  [
    'one id for two calls is two',
    [whole({ tool_calls: [call('call_0'), call('call_0')] })],
    [whole({ tool_calls: [call('call_0'), call(fresh)] })],
  ],
  [
    'also in two choices',
    [whole({ tool_calls: [call('call_0')] }), whole({ tool_calls: [call('call_0')] })],
    [whole({ tool_calls: [call('call_0')] }), whole({ tool_calls: [call(fresh)] })],
  ],
  ['a call without an id gets one', [whole({ tool_calls: [call('')] })], [whole({ tool_calls: [call(fresh)] })]],
  [
    '`reasoning` is `reasoning_content`',
    [whole({ content: 'Hi.', reasoning: 'Hm.' })],
    [whole({ content: 'Hi.', reasoning_content: 'Hm.' })],
  ],
  [
    'thoughts in tags at the beginning are `reasoning_content`',
    [whole({ content: '<reasoning>Hm.</reasoning>\n\nHi <reasoning>.' }), whole({ content: '<reasoning>Hm' })],
    [whole({ content: 'Hi <reasoning>.', reasoning_content: 'Hm.' }), whole({ reasoning_content: 'Hm' })],
  ],
  ['tags further on are text', [whole({ content: 'Hi <reasoning>Hm.</reasoning>' })]],
  ['`reasoning_content` passes as it came', [whole({ content: 'Hi.', reasoning_content: 'Hm.' })]],
  [
    'calls that are none pass as they came',
    [whole({ tool_calls: null }), whole({ tool_calls: [null, 'x'] }), whole({ tool_calls: {} })],
  ],
  ['`reasoning` that is null passes as it came', [whole({ content: 'Hi.', reasoning: null })]],
]

describe('the OpenAI-compatible endpoint: whole answers', () => {
  it.each(wholes.map(([it, came, gives]) => [it, { came, gives }] as const))('%s', async (_it, { came, gives }) => {
    const body = JSON.stringify(ofMessages(came), undefined, 2)
    const { value, bytes } = await ask({ body, headers: { 'content-type': 'application/json' } }, false)
    expect(value).toEqual(ofMessages(gives ?? came))
    if (gives) expect(bytes).toBeUndefined()
    else expect(Buffer.from(bytes ?? []).toString()).toBe(body)
  })
})

const chunk = (delta: object, finish_reason: string | null = null, index = 0) => ({
  id: 'x',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index, delta, finish_reason }],
})
const piece = (index: number, more: object) => ({ tool_calls: [{ index, ...more }] })
const begun = (index: number, id: string | undefined) =>
  piece(index, { ...(id !== undefined && { id }), type: 'function', function: { name: 'f', arguments: '' } })
const goesOn = (index: number, more: object = {}) => piece(index, { ...more, function: { arguments: '{}' } })
const ends = [chunk({}, 'tool_calls'), chunk({}, 'tool_calls', 1)]

const streams: readonly (readonly [it: string, came: readonly object[], gives?: readonly object[]])[] = [
  [
    'a text passes as it came',
    [chunk({ role: 'assistant', content: '' }), chunk({ content: 'say "tool_calls"' }), ...ends],
  ],
  [
    'thoughts in tags at the beginning are `reasoning_content`, however they are cut',
    [
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: '<reas' }),
      chunk({ content: 'oning>H' }),
      chunk({ content: 'm.</' }),
      chunk({ content: 'reasoning>\n' }),
      chunk({ content: '<reasoning>Hm' }, null, 1),
      chunk({ content: '\nHi' }),
      chunk({ content: ' <reasoning>.' }),
      chunk({ content: '</' }, null, 1),
      ...ends,
    ],
    [
      chunk({ role: 'assistant', content: '' }),
      chunk({}),
      chunk({ reasoning_content: 'H' }),
      chunk({ reasoning_content: 'm.' }),
      chunk({}),
      chunk({ reasoning_content: 'Hm' }, null, 1),
      chunk({ content: 'Hi' }),
      chunk({ content: ' <reasoning>.' }),
      chunk({}, null, 1),
      chunk({}, 'tool_calls'),
      chunk({ reasoning_content: '</' }, 'tool_calls', 1),
    ],
  ],
  [
    'events of another form pass as they came, also before the thoughts are over',
    [
      { id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm' },
      {
        id: 'x',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'm',
        choices: [{ index: 0, finish_reason: null }],
      },
      { id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [null] },
      chunk({ content: 'Hi.' }),
      ...ends,
    ],
  ],
  [
    'a beginning that is no tag is text',
    [chunk({ content: '<' }), chunk({ content: 'b' }), chunk({ content: '<reason' }, null, 1), ...ends],
    [
      chunk({}),
      chunk({ content: '<b' }),
      chunk({}, null, 1),
      chunk({}, 'tool_calls'),
      chunk({ content: '<reason' }, 'tool_calls', 1),
    ],
  ],
  [
    'calls counted from 0 pass as they came',
    [chunk(begun(0, 'a')), chunk(goesOn(0)), chunk(begun(1, 'b')), chunk(goesOn(1)), ...ends],
  ],
  [
    'calls counted from 1 are counted from 0',
    [chunk(begun(1, 'a')), chunk(goesOn(1)), chunk(begun(2, 'b')), chunk(goesOn(2)), ...ends],
    [chunk(begun(0, 'a')), chunk(goesOn(0)), chunk(begun(1, 'b')), chunk(goesOn(1)), ...ends],
  ],
  [
    'pieces of two calls that interleave stay theirs',
    [chunk(begun(1, 'a')), chunk(begun(2, 'b')), chunk(goesOn(2)), chunk(goesOn(1)), ...ends],
    [chunk(begun(0, 'a')), chunk(begun(1, 'b')), chunk(goesOn(1)), chunk(goesOn(0)), ...ends],
  ],
  [
    'each choice counts its own',
    [chunk(begun(1, 'a')), chunk(begun(1, 'b'), null, 1), ...ends],
    [chunk(begun(0, 'a')), chunk(begun(0, 'b'), null, 1), ...ends],
  ],
  [
    'one id for two calls is two',
    [chunk(begun(0, 'call_0')), chunk(begun(1, 'call_0')), ...ends],
    [chunk(begun(0, 'call_0')), chunk(begun(1, fresh)), ...ends],
  ],
  [
    'an id that is repeated with each piece is the call’s',
    [chunk(begun(0, 'a')), chunk(goesOn(0, { id: 'a' })), ...ends],
  ],
  [
    'an id that is told as none with each further piece passes as it came',
    [chunk(begun(0, 'a')), chunk(goesOn(0, { id: null })), chunk(goesOn(0, { id: '' })), ...ends],
  ],
  [
    'a call without an id gets one, once',
    [chunk(begun(0, undefined)), chunk(goesOn(0)), ...ends],
    [
      chunk({ tool_calls: [{ index: 0, type: 'function', function: { name: 'f', arguments: '' }, id: fresh }] }),
      chunk(goesOn(0)),
      ...ends,
    ],
  ],
  [
    '`reasoning` is `reasoning_content`',
    [chunk({ reasoning: 'Hm.' }), chunk({ content: 'Hi.' }), ...ends],
    [chunk({ reasoning_content: 'Hm.' }), chunk({ content: 'Hi.' }), ...ends],
  ],
  [
    'calls that are none pass as they came',
    [chunk({ tool_calls: null }), chunk({ tool_calls: [null] }), chunk({ tool_calls: {} }), ...ends],
  ],
  ['`reasoning_content` passes as it came', [chunk({ reasoning_content: 'Hm.' }), chunk({ content: 'Hi.' }), ...ends]],
]

describe('the OpenAI-compatible endpoint: streams', () => {
  it.each(streams.map(([it, came, gives]) => [it, { came, gives }] as const))('%s', async (_it, { came, gives }) => {
    const events = came.map(event => `data: ${JSON.stringify(event)}\n\n`).join('')
    const headers = { 'content-type': 'text/event-stream' }
    const { bytes } = await ask({ body: `${events}data: [DONE]\n\n`, headers }, true)
    const text = Buffer.from(bytes ?? []).toString()
    const said = text
      .split('\n\n')
      .filter(Boolean)
      .map(event => JSON.parse(event.slice('data: '.length)) as unknown)
    expect(said).toEqual(gives ?? came)
    if (!gives) expect(text).toBe(events)
  })
})

const envelope = (message: string, more: object = {}) =>
  JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null, ...more } })

const failures: readonly (readonly [it: string, answer: CannedAnswer, means: object])[] = [
  [
    'a 400 is the caller’s, by its member',
    { status: 400, body: envelope('Bad n.', { param: 'n' }) },
    { code: 'invalid_request', param: 'n', message: 'Bedrock: Bad n.' },
  ],
  [
    'a context that is too long',
    { status: 400, body: envelope('Too long.', { code: 'context_length_exceeded' }) },
    { code: 'context_length_exceeded' },
  ],
  [
    'a context that is too long, in prose',
    { status: 400, body: envelope("This model's maximum context length is 8192 tokens.") },
    { code: 'context_length_exceeded' },
  ],
  [
    'a prompt that was filtered',
    { status: 400, body: envelope('No.', { code: 'content_filter' }) },
    { code: 'content_filtered' },
  ],
  [
    'a model that is not there',
    { status: 404, body: envelope('No such model.', { code: 'model_not_found' }) },
    { code: 'model_not_found' },
  ],
  [
    'a wrong route',
    { status: 404, body: envelope("model isn't supported on this route") },
    { code: 'model_not_found' },
  ],
  [
    'a throttle',
    { status: 429, headers: { 'retry-after': '7' }, body: envelope('Slow down.', { code: 'rate_limit_exceeded' }) },
    { code: 'upstream_rate_limited', retryAfterMs: 7_000 },
  ],
  [
    'a throttle in Bedrock’s own words',
    { status: 429, headers: { 'x-amzn-errortype': 'ThrottlingException' }, body: '{"message":"Too many tokens"}' },
    { code: 'upstream_rate_limited', message: expect.stringContaining('Too many tokens') },
  ],
  [
    'a wrong key',
    { status: 401, body: envelope('Bad key k.', { code: 'invalid_api_key' }) },
    { code: 'upstream_auth_failed', message: expect.not.stringContaining('Bad key') },
  ],
  [
    'a role that lacks the action',
    {
      status: 403,
      headers: { 'x-amzn-errortype': 'AccessDeniedException:http://x' },
      body: '{"message":"arn:aws:iam::123456789012:role/x"}',
    },
    { code: 'upstream_auth_failed', message: expect.stringContaining('bedrock:InvokeModel') },
  ],
  [
    'a 500',
    { status: 500, body: envelope('secret', { type: 'server_error' }) },
    { code: 'upstream_unavailable', message: expect.not.stringContaining('secret') },
  ],
  [
    'a page of a front end',
    { status: 503, headers: { 'content-type': 'text/html' }, body: '<h1>Oops</h1>' },
    { code: 'upstream_unavailable' },
  ],
  [
    'an account in a message is no caller’s business',
    { status: 400, body: envelope('Model arn:aws:bedrock:us-east-1:123456789012:x is none.') },
    { message: expect.not.stringContaining('123456789012') },
  ],
  ['a 200 that is no completion', { body: '{}' }, { code: 'upstream_bad_response' }],
  ['a 200 that is no JSON', { body: '<html>' }, { code: 'upstream_bad_response' }],
]

describe('the OpenAI-compatible endpoint: errors', () => {
  it.each(failures)('%s', async (_it, answer, means) => {
    const error: unknown = await ask(answer, false).catch((thrown: unknown) => thrown)
    if (!isGatewayError(error)) throw new Error('expected a failure')
    const { code, param, message, retryAfterMs } = error
    expect({ code, param, message, retryAfterMs }).toMatchObject(means)
  })
})
