import type { FaultKind, FaultOf } from '@modelgate/simulator'
import { expect } from 'vitest'
import type { Lane, Mode } from './fault-rig.ts'

/** What the caller must see, member by member of `Seen`. */
export type Expected =
  | { readonly seen: 'whole' }
  | { readonly seen: 'refused'; readonly status: number; readonly code: string; readonly retryAfter?: unknown }
  | { readonly seen: 'broken off'; readonly code: string }

type ByMode = Readonly<Record<Mode, Expected>>

/** By which lane, and how. */
export interface Cell {
  readonly lane: Lane
  readonly mode: Mode
}

/** One form of a fault, at one moment. */
interface FaultCaseOf<K extends FaultKind> {
  /** Faults that strike at a frame do so at the `first frame` and `midway`. */
  readonly name: string
  readonly fault: FaultOf<K> | ((cell: Cell) => FaultOf<K>)
  readonly sees: Readonly<Record<Lane, ByMode>>
  /** Nothing ends it but the caller's deadline, or that the caller leaves. */
  readonly hangs?: true
  /** Requests that the upstream sees of one call; default 1: nobody repeats a request behind the caller's back. */
  readonly upstreamRequests?: (cell: Cell) => number
}

/** A row of the table, whatever its kind. */
export type FaultCase = { [K in FaultKind]: FaultCaseOf<K> }[FaultKind]

const whole: Expected = { seen: 'whole' }
const refused = (status: number, code: string, retryAfter?: unknown): Expected => ({
  seen: 'refused',
  status,
  code,
  ...(retryAfter !== undefined && { retryAfter }),
})
const brokenOff = (code: string): Expected => ({ seen: 'broken off', code })

const both = (completion: Expected, stream: Expected): ByMode => ({ completion, stream })
const lanes = (OpenAI: ByMode | Expected, Bedrock: ByMode | Expected): FaultCase['sees'] => ({
  OpenAI: 'seen' in OpenAI ? both(OpenAI, OpenAI) : OpenAI,
  Bedrock: 'seen' in Bedrock ? both(Bedrock, Bedrock) : Bedrock,
})
const modes = (completion: Expected, stream: Expected) => lanes(both(completion, stream), both(completion, stream))
const everywhere = (expected: Expected) => lanes(expected, expected)

const interrupted = refused(502, 'stream_interrupted')
const unavailable = refused(503, 'upstream_unavailable')
const badGateway = refused(502, 'upstream_unavailable')
const badResponse = refused(502, 'upstream_bad_response')
const authFailed = refused(502, 'upstream_auth_failed')
const outOfTime = refused(504, 'upstream_unavailable')
const timedOut = refused(504, 'timeout_total')
const limited = (retryAfter: unknown) => refused(429, 'upstream_rate_limited', retryAfter)

const status = (code: number, sees: FaultCase['sees'], errorType?: string): FaultCaseOf<'status'> => ({
  name: String(code),
  fault: { kind: 'status', status: code, ...(errorType !== undefined && { errorType }) },
  sees,
})
const retryAfter = (name: string, headers: () => Record<string, string>, sees: FaultCase['sees']) => ({
  name,
  fault: () => ({ kind: 'status' as const, status: 429, headers: headers() }),
  sees,
})
const inAnHour = () => new Date(Date.now() + 3_600_000).toUTCString()

/** A failure inside a 200 stream: what it is called by each upstream, and what it means. */
const exception = (names: Readonly<Record<Lane, string>>, first: FaultCase['sees'], midway: FaultCase['sees']) =>
  (['first frame', 'midway'] as const).map(
    (when): FaultCaseOf<'exception'> => ({
      name: `${names.Bedrock} or ${names.OpenAI}, ${when}`,
      fault: ({ lane }) => ({
        kind: 'exception',
        exceptionType: names[lane],
        message: 'Too much of it.',
        afterFrames: when === 'midway' ? 3 : 0,
      }),
      sees: when === 'midway' ? midway : first,
    }),
  )

/** Every fault of the simulator, and what the caller must see. The types, and a test, demand a row for each kind. */
export const faultTable: { readonly [K in FaultKind]: readonly FaultCaseOf<K>[] } = {
  status: [
    status(400, everywhere(refused(400, 'invalid_request'))),
    status(401, everywhere(authFailed), 'UnauthorizedException'),
    status(403, everywhere(authFailed)),
    status(404, everywhere(refused(404, 'model_not_found'))),
    status(408, everywhere(outOfTime)),
    status(413, everywhere(refused(413, 'request_too_large')), 'RequestEntityTooLargeException'),
    status(422, everywhere(refused(422, 'invalid_request')), 'UnprocessableException'),
    status(424, everywhere(badResponse)),
    status(429, everywhere(limited('1'))),
    status(500, everywhere(badGateway)),
    status(503, everywhere(unavailable)),
    status(504, everywhere(outOfTime), 'GatewayTimeoutException'),
    status(529, everywhere(badGateway), 'OverloadedException'),
    retryAfter('429, Retry-After in seconds', () => ({ 'retry-after': '2' }), everywhere(limited('2'))),
    retryAfter('429, Retry-After in parts of a second', () => ({ 'retry-after': '0.5' }), everywhere(limited('1'))),
    retryAfter(
      '429, Retry-After as a date',
      () => ({ 'retry-after': inAnHour() }),
      everywhere(limited(expect.stringMatching(/^(3600|35\d\d)$/))),
    ),
    retryAfter('429, retry-after-ms', () => ({ 'retry-after-ms': '1500' }), everywhere(limited('2'))),
    retryAfter('429, Retry-After that is no time', () => ({ 'retry-after': 'soon' }), everywhere(limited('1'))),
    retryAfter('429, Retry-After in the past', () => ({ 'retry-after': '-5' }), everywhere(limited('1'))),
    retryAfter(
      '429, Retry-After in 3,000 years',
      () => ({ 'retry-after': '99999999999' }),
      everywhere(limited('86400')),
    ),
    {
      name: '503, Retry-After in seconds',
      fault: { kind: 'status', status: 503, headers: { 'retry-after': '7' } },
      sees: everywhere(refused(503, 'upstream_unavailable', '7')),
    },
  ],
  delay: [
    { name: 'short', fault: { kind: 'delay', ms: 30 }, sees: everywhere(whole) },
    { name: 'endless', fault: { kind: 'delay', ms: 3_600_000 }, sees: everywhere(timedOut), hangs: true },
  ],
  'slow-head': [
    { name: 'short', fault: { kind: 'slow-head', ms: 30 }, sees: everywhere(whole) },
    { name: 'endless', fault: { kind: 'slow-head', ms: 3_600_000 }, sees: everywhere(timedOut), hangs: true },
  ],
  'slow-first-content': [
    { name: 'short', fault: { kind: 'slow-first-content', ms: 30 }, sees: everywhere(whole) },
    { name: 'endless', fault: { kind: 'slow-first-content', ms: 3_600_000 }, sees: everywhere(timedOut), hangs: true },
  ],
  stall: [
    { name: 'first frame', fault: { kind: 'stall', afterFrames: 0 }, sees: everywhere(timedOut), hangs: true },
    {
      name: 'midway',
      fault: { kind: 'stall', afterFrames: 3 },
      sees: modes(timedOut, brokenOff('timeout_total')),
      hangs: true,
    },
  ],
  cut: [
    { name: 'first frame', fault: { kind: 'cut', atByte: 0 }, sees: everywhere(interrupted) },
    { name: 'inside the first frame', fault: { kind: 'cut', atByte: 20 }, sees: everywhere(interrupted) },
    {
      name: 'midway, inside a frame',
      fault: ({ mode }) => ({ kind: 'cut', atByte: mode === 'stream' ? 2_000 : 300 }),
      sees: modes(interrupted, brokenOff('stream_interrupted')),
    },
  ],
  reset: [
    { name: 'first frame', fault: { kind: 'reset', afterFrames: 0 }, sees: everywhere(interrupted) },
    {
      name: 'midway',
      fault: { kind: 'reset', afterFrames: 3 },
      sees: modes(interrupted, brokenOff('stream_interrupted')),
    },
  ],
  'reset-before-head': [{ name: 'at once', fault: { kind: 'reset-before-head' }, sees: everywhere(unavailable) }],
  'close-before-head': [{ name: 'at once', fault: { kind: 'close-before-head' }, sees: everywhere(unavailable) }],
  'close-on-accept': [
    {
      name: 'at once',
      fault: { kind: 'close-on-accept' },
      sees: everywhere(unavailable),
      upstreamRequests: () => 0,
    },
  ],
  'end-without-terminal': [
    {
      name: 'midway',
      fault: { kind: 'end-without-terminal' },
      // A whole body says by its length that it is whole.
      sees: modes(whole, brokenOff('stream_interrupted')),
    },
  ],
  exception: [
    ...exception(
      { OpenAI: 'rate_limit_exceeded', Bedrock: 'throttlingException' },
      everywhere(limited('1')),
      modes(limited('1'), brokenOff('upstream_rate_limited')),
    ),
    ...exception(
      { OpenAI: 'invalid_request_error', Bedrock: 'validationException' },
      everywhere(refused(400, 'invalid_request')),
      modes(refused(400, 'invalid_request'), brokenOff('invalid_request')),
    ),
    ...exception(
      { OpenAI: 'server_error', Bedrock: 'internalServerException' },
      everywhere(badGateway),
      modes(badGateway, brokenOff('upstream_unavailable')),
    ),
    ...exception(
      { OpenAI: 'an_error_of_next_year', Bedrock: 'modelStreamErrorException' },
      lanes(badGateway, badResponse),
      lanes(both(badGateway, brokenOff('upstream_unavailable')), both(badResponse, brokenOff('upstream_bad_response'))),
    ),
  ],
  'bad-crc': [
    { name: 'first frame', fault: { kind: 'bad-crc', afterFrames: 0 }, sees: everywhere(badResponse) },
    {
      name: 'midway',
      fault: { kind: 'bad-crc', afterFrames: 3 },
      sees: modes(badResponse, brokenOff('upstream_bad_response')),
    },
  ],
  garbage: [
    {
      name: 'first frame',
      fault: { kind: 'garbage', afterFrames: 0 },
      sees: everywhere(badResponse),
    },
    {
      name: 'midway',
      fault: { kind: 'garbage', afterFrames: 3 },
      sees: modes(badResponse, brokenOff('upstream_bad_response')),
    },
  ],
  'absurd-length': [
    {
      name: 'first frame',
      fault: { kind: 'absurd-length', afterFrames: 0 },
      sees: everywhere(badResponse),
    },
    {
      name: 'midway',
      fault: { kind: 'absurd-length', afterFrames: 3 },
      sees: modes(badResponse, brokenOff('upstream_bad_response')),
    },
  ],
  'unknown-event': [
    { name: 'first frame', fault: { kind: 'unknown-event', afterFrames: 0 }, sees: everywhere(whole) },
    { name: 'midway', fault: { kind: 'unknown-event', afterFrames: 3 }, sees: everywhere(whole) },
  ],
  html: [
    { name: 'with 503', fault: { kind: 'html' }, sees: everywhere(unavailable) },
    { name: 'with 500', fault: { kind: 'html', status: 500 }, sees: everywhere(badGateway) },
    { name: 'with 200', fault: { kind: 'html', status: 200 }, sees: everywhere(badResponse) },
  ],
  'content-type': [
    { name: 'text/plain', fault: { kind: 'content-type', value: 'text/plain' }, sees: everywhere(whole) },
    {
      name: 'text/html',
      fault: { kind: 'content-type', value: 'text/html' },
      // What parses is right, whatever it is called. A stream is not parsed before it is passed on; Bedrock's is.
      sees: lanes(both(whole, badResponse), whole),
    },
    {
      name: 'the other mode’s',
      fault: ({ mode }) => ({
        kind: 'content-type',
        value: mode === 'stream' ? 'application/json' : 'text/event-stream',
      }),
      sees: lanes(both(whole, badResponse), whole),
    },
  ],
  // Relative, so that whoever follows it is seen as a second request.
  redirect: [307, 302, 308].map(code => ({
    name: String(code),
    fault: { kind: 'redirect' as const, location: '/v1/models', status: code },
    sees: everywhere(badResponse),
  })),
  'long-line': [
    {
      name: 'first frame',
      fault: { kind: 'long-line', afterFrames: 0, bytes: 17_000_000 },
      sees: everywhere(badResponse),
    },
    {
      name: 'midway',
      // In the middle of a JSON body it is one long string, which is too long only as a whole answer is.
      fault: ({ mode }) => ({ kind: 'long-line', afterFrames: 3, bytes: mode === 'stream' ? 17_000_000 : 68_000_000 }),
      sees: modes(badResponse, brokenOff('upstream_bad_response')),
    },
  ],
  'gzip-bomb': [{ name: 'small', fault: { kind: 'gzip-bomb', bytes: 5_000_000 }, sees: everywhere(badResponse) }],
  'byte-by-byte': [{ name: 'all along', fault: { kind: 'byte-by-byte' }, sees: everywhere(whole) }],
  'split-utf8': [{ name: 'all along', fault: { kind: 'split-utf8' }, sees: everywhere(whole) }],
  crlf: [{ name: 'all along', fault: { kind: 'crlf' }, sees: everywhere(whole) }],
  'multi-line': [{ name: 'all along', fault: { kind: 'multi-line' }, sees: everywhere(whole) }],
  'stream-options-refused': [
    {
      name: 'where the gateway asks for usage',
      fault: { kind: 'stream-options-refused' },
      sees: everywhere(whole),
      upstreamRequests: ({ lane, mode }) => (lane === 'OpenAI' && mode === 'stream' ? 2 : 1),
    },
  ],
}
