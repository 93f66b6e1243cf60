import type { ErrorCode } from '@modelgate/core'
import { errorFrame, eventFrame, exceptionFrame } from '../frames.ts'
import { kinds } from './answer-blocks.ts'
import { streamRows } from './answer-row.ts'
import { type ErrorRow, errorRows } from './error-row.ts'

const start = eventFrame('messageStart', { role: 'assistant' })
const text = (value: string) => eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: value } })
const tool = eventFrame('contentBlockStart', {
  contentBlockIndex: 0,
  start: { toolUse: { toolUseId: 't', name: 'f' } },
})
const stop = eventFrame('messageStop', { stopReason: 'end_turn' })

const limited = { code: 'upstream_rate_limited', status: 429, retryable: true } as const
const bad = { code: 'upstream_bad_response', status: 502, retryable: true } as const
const gone = (status: number) => ({ code: 'upstream_unavailable', status, retryable: true }) as const
const invalid = { code: 'invalid_request', status: 400, retryable: false } as const

const named: readonly (readonly [string, ErrorRow['is']])[] = [
  ['internalServerException', gone(502)],
  ['modelStreamErrorException', bad],
  ['validationException', invalid],
  ['throttlingException', limited],
  ['serviceUnavailableException', gone(503)],
  ['modelTimeoutException', gone(504)],
  ['modelNotReadyException', gone(503)],
  ['ThrottlingException', limited],
  ['accessDeniedException', { code: 'upstream_auth_failed', status: 502, retryable: false }],
  ['quantumException', bad],
]
const frames = (...of: readonly Uint8Array[]) => [start, text('a'), ...of]

errorRows('an exception inside a stream is told by its name:', [
  ...named.map(
    ([name, is]): ErrorRow => ({
      it: `${name} is ${is.code} (${is.status})`,
      frames: frames(exceptionFrame(name, 'Words of AWS.')),
      is,
    }),
  ),
  {
    it: 'a validation that speaks of length is one of length',
    frames: [exceptionFrame('validationException', 'Input is too long for requested model.')],
    is: { code: 'context_length_exceeded', status: 400, retryable: false },
  },
  {
    it: 'a throttle by the day is not worth another try',
    frames: [exceptionFrame('throttlingException', 'Too many tokens per day.')],
    is: { ...limited, retryable: false },
  },
  {
    it: 'an un-modelled one by its code',
    frames: frames(errorFrame('InternalFailure', 'boom')),
    is: gone(502),
    hides: /boom/,
  },
  {
    it: 'an un-modelled one whose code stands behind a namespace',
    frames: frames(errorFrame('com.amazon.bedrock#ThrottlingException', 'slow')),
    is: limited,
  },
  {
    it: 'an un-modelled one by a status',
    frames: frames(errorFrame('429', 'slow')),
    is: limited,
    says: /slow \(status 429\)/,
  },
  { it: 'an un-modelled one by a status of 503', frames: frames(errorFrame('503', 'x')), is: gone(503) },
  { it: 'an un-modelled one of no kind', frames: frames(errorFrame('', 'boom')), is: bad },
])

const throttled = exceptionFrame('throttlingException', 'Too many tokens, please wait before trying again.')
const fails: ErrorCode = 'upstream_rate_limited'
const content = { content: 'a' }

streamRows('an exception breaks a stream off', [
  { it: 'as the first frame', events: [throttled], fails },
  { it: 'behind the start', events: [start, throttled], says: [], fails },
  { it: 'behind text', events: [start, text('a'), throttled], says: [content], fails },
  {
    it: 'inside a tool call, which is not ended',
    events: [start, tool, throttled],
    says: [{ tool_calls: [{ index: 0, id: 't', type: 'function', function: { name: 'f', arguments: '' } }] }],
    fails,
  },
  {
    it: 'before the finish, which then never comes',
    events: [start, text('a'), throttled, stop],
    says: [content],
    fails,
  },
  {
    it: 'behind the finish too',
    events: [start, text('a'), stop, throttled],
    says: [content, { finish: 'stop' }],
    fails,
  },
  {
    it: 'while text waits for structured output',
    rules: kinds({ json: 'content' }),
    events: [start, text('a'), throttled],
    says: [],
    fails,
  },
])

streamRows('a stream that is not whole never ends as if it were', [
  {
    it: 'without messageStop',
    events: [start, text('a')],
    says: [content],
    fails: 'stream_interrupted',
  },
  {
    it: 'cut inside a frame',
    events: [start, text('a'), stop.subarray(0, 30)],
    says: [content],
    fails: 'stream_interrupted',
  },
  {
    it: 'with a checksum that is wrong',
    events: [start, text('a'), Uint8Array.from(stop, (byte, at) => (at === stop.length - 1 ? byte ^ 1 : byte))],
    says: [content],
    fails: 'upstream_bad_response',
  },
  { it: 'that is empty', events: [], fails: 'stream_interrupted' },
  {
    it: 'with nothing but output that Bedrock could not read',
    events: [
      start,
      ['messageStop', { stopReason: 'malformed_tool_use' }],
      text('b'),
      ['metadata', { usage: { inputTokens: 1 } }],
    ],
    says: [],
    fails: 'upstream_bad_response',
  },
  {
    it: 'with reasoning, and else output that Bedrock could not read',
    events: [
      start,
      eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { text: 'a' } } }),
      ['messageStop', { stopReason: 'malformed_model_output' }],
    ],
    says: [{ reasoning_content: 'a', thinking_blocks: [{ type: 'thinking', thinking: 'a', index: 0 }] }],
    fails: 'upstream_bad_response',
  },
])
