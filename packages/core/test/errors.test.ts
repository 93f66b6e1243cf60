import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { abortError, type ErrorCode, GatewayError, isGatewayError, toGatewayError } from '../src/errors.ts'

/** Written out a second time on purpose: clients rely on every cell. */
const table = [
  ['invalid_request', 400, 'invalid_request_error', false],
  ['context_length_exceeded', 400, 'invalid_request_error', false],
  ['content_filtered', 400, 'invalid_request_error', false],
  ['unauthenticated', 401, 'authentication_error', false],
  ['permission_denied', 403, 'permission_error', false],
  ['model_not_found', 404, 'invalid_request_error', false],
  ['not_found', 404, 'invalid_request_error', false],
  ['method_not_allowed', 405, 'invalid_request_error', false],
  ['request_timeout', 408, 'timeout_error', true],
  ['request_too_large', 413, 'invalid_request_error', false],
  ['unsupported_media_type', 415, 'invalid_request_error', false],
  ['answer_too_large', 502, 'server_error', false],
  ['rate_limited', 429, 'rate_limit_error', true],
  ['budget_exceeded', 429, 'insufficient_quota', false],
  ['limits_unavailable', 503, 'server_error', true],
  ['context_unavailable', 503, 'server_error', true],
  ['upstream_rate_limited', 429, 'rate_limit_error', true],
  ['cancelled', 499, 'cancelled', false],
  ['reader_stalled', 499, 'cancelled', false],
  ['internal', 500, 'server_error', false],
  ['invalid_configuration', 500, 'server_error', false],
  ['upstream_auth_failed', 502, 'upstream_error', false],
  ['upstream_bad_response', 502, 'upstream_error', true],
  ['stream_interrupted', 502, 'upstream_error', true],
  ['upstream_unavailable', 503, 'upstream_error', true],
  ['circuit_open', 503, 'server_error', true],
  ['bulkhead_full', 503, 'server_error', true],
  ['shutting_down', 503, 'server_error', true],
  ['keys_unavailable', 503, 'server_error', true],
  ['timeout_connect', 504, 'timeout_error', true],
  ['timeout_first_frame', 504, 'timeout_error', true],
  ['timeout_idle', 504, 'timeout_error', true],
  ['timeout_total', 504, 'timeout_error', true],
] as const

describe('GatewayError', () => {
  it.each(table)('%s is a %i of type %s, retryable: %s', (code, status, type, retryable) => {
    const error = new GatewayError(code, 'What was wrong; then try again.')
    expect(error).toMatchObject({ name: 'GatewayError', code, status, type, retryable })
    expect(error.toBody()).toEqual({ error: { message: 'What was wrong; then try again.', type, param: null, code } })
  })

  it('has no code that this table forgets', () => {
    expectTypeOf<ErrorCode>().toEqualTypeOf<(typeof table)[number][0]>()
  })

  it('carries a truer status and advice where an upstream gave one', () => {
    const attempts = [{ target: 'us/nova', code: 'upstream_unavailable', durationMs: 3 }]
    const error = new GatewayError('upstream_unavailable', 'It is on fire.', {
      status: 529,
      retryable: false,
      retryAfterMs: 1500,
      param: 'model',
      attempts,
    })
    expect(error).toMatchObject({ status: 529, retryable: false, retryAfterMs: 1500, attempts })
    expect(error.toBody().error).toEqual({
      message: 'It is on fire.',
      type: 'upstream_error',
      param: 'model',
      code: 'upstream_unavailable',
    })
  })

  it.each([
    ['upstream_unavailable', 'It failed (500).', {}, 'It failed (500). Try again later.'],
    ['upstream_rate_limited', 'Slow down', {}, 'Slow down. Try again later.'],
    ['upstream_rate_limited', 'Please wait before trying again.', {}, 'Please wait before trying again.'],
    ['upstream_rate_limited', 'Your account is empty.', { retryable: false }, 'Your account is empty.'],
    ['invalid_request', 'n: must be 1.', {}, 'n: must be 1.'],
  ] as const)('tells a caller what to do about %s: %s', (code, message, options, told) => {
    expect(new GatewayError(code, message, options).toBody().error.message).toBe(told)
  })

  it('leaks neither its cause nor its stack into the body', () => {
    const cause = new Error('password=hunter2')
    const error = new GatewayError('internal', 'Something failed.', { cause })
    expect(error.cause).toBe(cause)
    expect(JSON.stringify(error.toBody())).not.toMatch(/hunter2|errors\.test/)
    expect(Object.keys(error.toBody().error).sort()).toEqual(['code', 'message', 'param', 'type'])
  })

  it('has no cause at all where none was given', () => {
    expect('cause' in new GatewayError('internal', 'x')).toBe(false)
  })
})

describe('isGatewayError', () => {
  it('knows an error of another copy of the package, which instanceof does not', async () => {
    vi.resetModules()
    const copy = await import('../src/errors.ts')
    const theirs = new copy.GatewayError('rate_limited', 'Slow down.')
    expect(theirs).not.toBeInstanceOf(GatewayError)
    expect(isGatewayError(theirs)).toBe(true)
    expect(copy.isGatewayError(new GatewayError('internal', 'x'))).toBe(true)
    expect(toGatewayError(theirs)).toBe(theirs)
  })

  it.each([
    [null],
    [undefined],
    ['unauthenticated'],
    [401],
    [{}],
    [new Error('x')],
    [{ code: 'internal', status: 500 }],
  ])('does not take %j for one', value => {
    expect(isGatewayError(value)).toBe(false)
  })

  it('does not take a copy of the fields for one: what was serialised on the way is no error of ours', () => {
    expect(isGatewayError(structuredClone(new GatewayError('internal', 'x')))).toBe(false)
  })
})

describe('toGatewayError', () => {
  it.each([[new TypeError('x is not a function')], ['thrown text'], [undefined], [{ secret: 1 }]])(
    'says of %j only that the gateway failed, and keeps it as the cause',
    thrown => {
      const error = toGatewayError(thrown)
      expect(error).toMatchObject({ code: 'internal', status: 500, retryable: false })
      expect(error.message).toBe(
        "The gateway failed to handle this call; its log, or in process this error's `cause`, says why.",
      )
      expect(error.cause).toBe(thrown)
    },
  )
})

describe('abortError', () => {
  it('is the reason itself where that is ours', () => {
    const reason = new GatewayError('timeout_total', 'Too late.')
    expect(abortError(AbortSignal.abort(reason))).toBe(reason)
  })

  it.each([[undefined], ['bored'], [new Error('x')]])('is `cancelled` for a plain abort(%j)', reason => {
    const signal = AbortSignal.abort(reason)
    const error = abortError(signal)
    expect(error).toMatchObject({ code: 'cancelled', status: 499 })
    expect(error.cause).toBe(signal.reason)
  })
})
