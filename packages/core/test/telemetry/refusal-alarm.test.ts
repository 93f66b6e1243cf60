import { describe, expect, it, vi } from 'vitest'
import { type ErrorCode, GatewayError } from '../../src/errors.ts'
import { refusalAlarm } from '../../src/telemetry/refusal-alarm.ts'
import { chatCall } from '../support/calls.ts'

function alarm(code: ErrorCode) {
  const onError = vi.fn()
  const clock = { now: 0 }
  const cause = new Error('AccessDenied: arn:aws:iam::123456789012:role/x')
  const tell = refusalAlarm({ onError, isConfigured: route => route === 'fast', now: () => clock.now })
  const attempt = (provider: string, model = 'nova', route = 'fast') => {
    const call = chatCall({}, { callId: 'call-7' })
    call.context.target = { provider, model }
    call.context.route = route
    tell(call, new GatewayError(code, 'The credentials were refused.', { cause }))
  }
  return { onError, clock, attempt, cause }
}

describe('refusalAlarm', () => {
  it('tells of refused credentials by target, with the cause and the call', () => {
    const { onError, attempt, cause } = alarm('upstream_auth_failed')
    attempt('us')
    expect(onError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ message: 'us/nova: The credentials were refused.', cause }),
      'call-7',
    )
  })

  it('tells once a minute and provider, whatever models its callers name', () => {
    const { onError, clock, attempt } = alarm('upstream_auth_failed')
    attempt('us')
    attempt('us', 'other')
    clock.now = 59_999
    attempt('us')
    expect(onError).toHaveBeenCalledTimes(1)
    attempt('eu')
    expect(onError).toHaveBeenCalledTimes(2)
    clock.now = 60_000
    attempt('us')
    expect(onError).toHaveBeenCalledTimes(3)
  })

  it('tells of models that are not known, by target, where it is the configuration that names them', () => {
    const { onError, clock, attempt } = alarm('model_not_found')
    attempt('us', 'gone', 'us/gone')
    expect(onError).not.toHaveBeenCalled()
    attempt('us', 'gone')
    attempt('us', 'gone')
    expect(onError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ message: expect.stringMatching(/^us\/gone: /) }),
      'call-7',
    )
    attempt('us', 'gone-too')
    clock.now = 60_000
    attempt('us', 'gone')
    expect(onError).toHaveBeenCalledTimes(3)
  })

  it('says nothing of other failures', () => {
    const { onError, attempt } = alarm('upstream_unavailable')
    attempt('us')
    expect(onError).not.toHaveBeenCalled()
  })
})
