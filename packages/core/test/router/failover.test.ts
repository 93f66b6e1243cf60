import { describe, expect, it } from 'vitest'
import { type ErrorCode, GatewayError } from '../../src/errors.ts'
import { type Failover, failoverOf } from '../../src/router/failover.ts'

/** The whole table: `satisfies` fails to compile when a new code is not thought about here. */
const verdicts = {
  timeout_connect: 'next',
  timeout_first_frame: 'next',
  timeout_idle: 'next',
  upstream_unavailable: 'next',
  upstream_rate_limited: 'next',
  upstream_bad_response: 'next',
  upstream_auth_failed: 'next',
  stream_interrupted: 'next',
  model_not_found: 'next',
  circuit_open: 'next',
  bulkhead_full: 'next',
  invalid_request: 'stop',
  context_length_exceeded: 'larger',
  content_filtered: 'stop',
  unauthenticated: 'stop',
  permission_denied: 'stop',
  not_found: 'stop',
  method_not_allowed: 'stop',
  request_timeout: 'stop',
  request_too_large: 'stop',
  unsupported_media_type: 'stop',
  answer_too_large: 'stop',
  rate_limited: 'stop',
  budget_exceeded: 'stop',
  limits_unavailable: 'stop',
  context_unavailable: 'stop',
  cancelled: 'stop',
  reader_stalled: 'stop',
  internal: 'stop',
  invalid_configuration: 'stop',
  shutting_down: 'stop',
  keys_unavailable: 'stop',
  timeout_total: 'stop',
} as const satisfies Record<ErrorCode, Failover>

describe('failoverOf', () => {
  it.each(Object.entries(verdicts))('an attempt that ended with %s means: %s', (code, verdict) => {
    expect(failoverOf(new GatewayError(code as ErrorCode, 'x'))).toBe(verdict)
  })

  it('asks for a target that is able where the request was refused for what the target lacks', () => {
    expect(failoverOf(new GatewayError('invalid_request', 'x', { lacks: 'images' }))).toBe('able')
  })

  it('goes else by the code alone: an upstream that says 529 is still unavailable, a retryable 400 is still the request', () => {
    expect(failoverOf(new GatewayError('upstream_unavailable', 'x', { status: 529, retryable: false }))).toBe('next')
    expect(failoverOf(new GatewayError('invalid_request', 'x', { retryable: true }))).toBe('stop')
  })
})
