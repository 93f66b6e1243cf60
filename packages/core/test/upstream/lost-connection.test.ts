import { describe, expect, it } from 'vitest'
import { isStale, lostConnection, mayResend } from '../../src/upstream/lost-connection.ts'

const fault = (code: string, syscall?: string): Error => Object.assign(new Error(code), { code, syscall })

describe('a request that a kept connection lost', () => {
  it.each([
    ['POST', fault('EPIPE', 'write'), true],
    ['POST', fault('ECONNRESET', 'write'), true],
    ['POST', fault('ECONNRESET', 'read'), false],
    ['POST', fault('ECONNRESET'), false],
    ['POST', fault('UND_ERR_SOCKET'), false],
    ['GET', fault('ECONNRESET', 'read'), true],
    ['DELETE', fault('ECONNRESET'), true],
  ] as const)('%s after %o may go out again: %s', (method, cause, may) => {
    expect(isStale(cause)).toBe(true)
    expect(mayResend({ method }, cause)).toBe(may)
  })

  it('is told as an upstream that is not there, which may be asked again', () => {
    const error = lostConnection('example.test', fault('ECONNRESET', 'read'))
    expect(error).toMatchObject({ code: 'upstream_unavailable', status: 503, retryable: true })
    expect(error.message).toContain('example.test closed a kept connection')
  })
})
