import {
  atFault,
  authFailed,
  beforeContent,
  noConnection,
  notNow,
  outOfOrder,
  throttled,
  unavailable,
  unknownModel,
} from './failures.ts'
import type { Failure, FaultTable, Strike, StruckForm } from './fault-row.ts'

const status = (
  code: number,
  failure: Failure,
  more: { readonly errorType?: string; readonly message?: string } = {},
) => ({
  name: String(code),
  strike: { fault: { kind: 'status', status: code, ...more } } satisfies Strike,
  expects: beforeContent(failure),
})

const throttle = (name: string, retryAfter: () => Readonly<Record<string, string>>, failure: Failure): StruckForm => ({
  name,
  strike: () => ({ fault: { kind: 'status', status: 429, headers: retryAfter() } }),
  expects: beforeContent(failure),
})
const inAnHour = () => new Date(Date.now() + 3_600_000).toUTCString()

const address = (name: Extract<Strike, { address: unknown }>['address'], failure: Failure): StruckForm => ({
  name,
  strike: { address: name },
  expects: beforeContent(failure),
  asks: 0,
})

/** An attempt that was lost after its request had gone out is paid for: nobody knows that the upstream did not work. */
const lost: Failure = { ...unavailable(503, /closed the connection/), isPaid: true }
const ownWord = 'That is not what I take.'

/** What an upstream says, or does, before any content. */
export const upstreamRows = {
  'a target throttles': {
    forms: [
      throttle('for seconds', () => ({ 'retry-after': '7' }), throttled(7_000, /^7$/)),
      throttle('until a date', () => ({ 'retry-after': inAnHour() }), throttled(60_000, /^60$/)),
      throttle('for milliseconds', () => ({ 'retry-after-ms': '1500' }), throttled(1_500, /^2$/)),
      throttle('for no time that can be read', () => ({ 'retry-after': 'soon' }), throttled(1_000, /^1$/)),
      throttle('without a word', () => ({}), throttled(1_000, /^1$/)),
    ],
  },
  'a target is out of order': {
    forms: [
      status(500, outOfOrder),
      status(502, outOfOrder, { errorType: 'BadGatewayException' }),
      status(503, notNow),
      status(529, outOfOrder, { errorType: 'OverloadedException' }),
      status(408, unavailable(504, /408|timed out|ModelTimeout|./)),
      status(504, unavailable(504, /failed \(/), { errorType: 'GatewayTimeoutException' }),
    ],
  },
  'a target refuses the request': {
    forms: [
      status(400, atFault(400, 'invalid_request', /That is not what I take/), { message: ownWord }),
      status(413, atFault(413, 'request_too_large', /That is not what I take/), {
        errorType: 'RequestEntityTooLargeException',
        message: ownWord,
      }),
      status(422, atFault(422, 'invalid_request', /That is not what I take/), {
        errorType: 'UnprocessableException',
        message: ownWord,
      }),
    ],
  },
  'a target refuses the gateway': {
    forms: [
      status(401, authFailed, { errorType: 'UnauthorizedException' }),
      status(403, authFailed),
      status(404, unknownModel, { message: 'The model does not exist.' }),
    ],
  },
  'no connection comes about': {
    forms: [
      address('closed port', unavailable(503, /refuses connections/)),
      address('no such name', unavailable(503, /name (does not resolve|could not be resolved)/)),
      address('no TLS', unavailable(503, /TLS with it failed; check/)),
      address('silent TLS', noConnection),
      {
        name: 'closed as it is accepted',
        strike: { fault: { kind: 'close-on-accept' } },
        expects: beforeContent({ ...lost }),
        asks: 0,
      },
    ],
  },
  'the connection is lost before an answer': {
    forms: [
      { name: 'reset', strike: { fault: { kind: 'reset-before-head' } }, expects: beforeContent(lost) },
      { name: 'closed', strike: { fault: { kind: 'close-before-head' } }, expects: beforeContent(lost) },
    ],
  },
} satisfies FaultTable
