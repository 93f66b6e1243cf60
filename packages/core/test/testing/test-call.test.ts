import { describe, expect, it } from 'vitest'
import { testCall } from '../../src/testing/index.ts'

describe('testCall', () => {
  it('gives each call a context and a signal of its own', () => {
    const request = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] }
    const [one, other] = [testCall('chat', request), testCall('chat', request)]
    one.context.attempts.push({ target: 'a/b', code: '200', durationMs: 1 })
    one.context.droppedParams.add('seed')
    expect(other.context).toMatchObject({ attempts: [], droppedParams: new Set(), callId: 'call-1', origin: 'process' })
    expect(one.signal).not.toBe(other.signal)
  })

  it('takes what a test wants to be otherwise', () => {
    const signal = AbortSignal.abort()
    const call = testCall('embeddings', { model: 'm', input: 'x' }, { signal, callId: 'mine', origin: 'door' })
    expect(call.signal).toBe(signal)
    expect(call.context).toMatchObject({ callId: 'mine', origin: 'door' })
    expect(call.operation).toBe('embeddings')
  })
})
