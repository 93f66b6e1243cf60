import { type ErrorCode, GatewayError, type KeptReservation } from '@modelgate/core'
import { describe, expect, it, vi } from 'vitest'
import { releaseIfRefused } from '../src/batch/release-if-refused.ts'

const reserved: KeptReservation = { nanoUsd: 5, of: [] }

function releasing(error: unknown) {
  const gateway = { release: vi.fn(), onError: vi.fn() }
  releaseIfRefused(gateway, reserved, { id: 'openai', error })
  return gateway
}

describe('what was reserved for a batch', () => {
  it.each<ErrorCode>(['invalid_request', 'model_not_found', 'upstream_auth_failed', 'upstream_rate_limited'])(
    'is given back where the upstream refused it: %s',
    code => {
      const { release, onError } = releasing(new GatewayError(code, 'no'))
      expect(release).toHaveBeenCalledExactlyOnceWith(reserved)
      expect(onError).not.toHaveBeenCalled()
    },
  )

  it.each([
    new GatewayError('upstream_unavailable', 'lost'),
    new GatewayError('request_timeout', 'late'),
    new GatewayError('cancelled', 'left'),
    new TypeError('broken'),
  ])('stays where it may have begun, and the operator is told: %s', cause => {
    const { release, onError } = releasing(cause)
    expect(release).not.toHaveBeenCalled()
    expect(onError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ cause, message: expect.stringMatching(/^The upstream 'openai' did not say/) }),
    )
  })
})
