import { describe, expect, it } from 'vitest'
import { type ErrorCode, GatewayError } from '../../src/errors.ts'
import { type AttemptVerdict, attemptVerdict } from '../../src/resilience/attempt-verdict.ts'

/** The whole table: `satisfies` fails to compile when a new code is not thought about here. */
const verdicts = {
  upstream_unavailable: 'failure',
  upstream_bad_response: 'failure',
  stream_interrupted: 'failure',
  timeout_connect: 'failure',
  timeout_first_frame: 'failure',
  timeout_idle: 'failure',
  upstream_rate_limited: 'throttled',
  upstream_auth_failed: 'refused',
  model_not_found: 'refused',
  timeout_total: 'neutral',
  circuit_open: 'neutral',
  bulkhead_full: 'neutral',
  invalid_request: 'neutral',
  context_length_exceeded: 'neutral',
  content_filtered: 'neutral',
  unauthenticated: 'neutral',
  permission_denied: 'neutral',
  not_found: 'neutral',
  method_not_allowed: 'neutral',
  request_timeout: 'neutral',
  request_too_large: 'neutral',
  unsupported_media_type: 'neutral',
  answer_too_large: 'neutral',
  rate_limited: 'neutral',
  budget_exceeded: 'neutral',
  limits_unavailable: 'neutral',
  context_unavailable: 'neutral',
  cancelled: 'neutral',
  reader_stalled: 'neutral',
  internal: 'neutral',
  invalid_configuration: 'neutral',
  shutting_down: 'neutral',
  keys_unavailable: 'neutral',
} as const satisfies Record<ErrorCode, AttemptVerdict>

describe('attemptVerdict', () => {
  it.each(Object.entries(verdicts))('an attempt that ended with %s says of its target: %s', (code, verdict) => {
    expect(attemptVerdict(new GatewayError(code as ErrorCode, 'x'))).toBe(verdict)
  })

  it('takes an answer for a success', () => {
    expect(attemptVerdict(undefined)).toBe('success')
  })

  it.each(['EMFILE', 'EADDRNOTAVAIL', 'ERR_KEPT_CONNECTION_LOST'])(
    'takes %s for what it is: no failure of the target',
    code => {
      const cause = new Error('fetch failed', { cause: Object.assign(new Error(code), { code }) })
      expect(attemptVerdict(new GatewayError('upstream_unavailable', 'x', { cause }))).toBe('neutral')
      const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' })
      expect(attemptVerdict(new GatewayError('upstream_unavailable', 'x', { cause: refused }))).toBe('failure')
    },
  )

  it('takes a 429 that no waiting helps for a refusal', () => {
    expect(attemptVerdict(new GatewayError('upstream_rate_limited', 'x', { retryable: false }))).toBe('refused')
  })
})
