import { describe, expect, it, vi } from 'vitest'
import { compose } from '../../src/compose.ts'
import { type ErrorCode, GatewayError } from '../../src/errors.ts'
import { authAlarm } from '../../src/telemetry/auth-alarm.ts'
import { chatCall, rejection } from '../support/calls.ts'

function alarm(code: ErrorCode) {
  const onError = vi.fn()
  const clock = { now: 0 }
  const cause = new Error('AccessDenied: arn:aws:iam::123456789012:role/x')
  const handle = compose([authAlarm(onError, () => clock.now)], () =>
    Promise.reject(new GatewayError(code, 'The credentials were refused.', { cause })),
  )
  const attempt = (provider: string, model = 'nova') => {
    const call = chatCall({}, { callId: 'call-7' })
    call.context.target = { provider, model }
    return rejection(handle(call))
  }
  return { onError, clock, attempt, cause }
}

describe('authAlarm', () => {
  it('tells of refused credentials by target, with the cause and the call, and lets the error go on', async () => {
    const { onError, attempt, cause } = alarm('upstream_auth_failed')
    expect(await attempt('us')).toMatchObject({ code: 'upstream_auth_failed' })
    expect(onError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ message: 'us/nova: The credentials were refused.', cause }),
      'call-7',
    )
  })

  it('tells once a minute and provider, whatever models its callers name', async () => {
    const { onError, clock, attempt } = alarm('upstream_auth_failed')
    await attempt('us')
    await attempt('us', 'other')
    clock.now = 59_999
    await attempt('us')
    expect(onError).toHaveBeenCalledTimes(1)
    await attempt('eu')
    expect(onError).toHaveBeenCalledTimes(2)
    clock.now = 60_000
    await attempt('us')
    expect(onError).toHaveBeenCalledTimes(3)
  })

  it('says nothing of other failures', async () => {
    const { onError, attempt } = alarm('upstream_unavailable')
    await attempt('us')
    expect(onError).not.toHaveBeenCalled()
  })
})
