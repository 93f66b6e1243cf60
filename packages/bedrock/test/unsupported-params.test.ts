import { describe, expect, it } from 'vitest'
import { refuseDropped } from '../src/request/unsupported-params.ts'

describe('a request of which something would be dropped', () => {
  it('has lost nothing once it is refused', () => {
    const dropped = new Set(['seed', 'user'])
    expect(() => refuseDropped(dropped)).toThrow(
      '`seed`: this model on Bedrock cannot be told it; leave it out, or name another target',
    )
    expect([...dropped]).toEqual([])
  })

  it('passes with what changes no answer, which is still named', () => {
    const dropped = new Set(['user', 'safety_identifier', 'prediction', 'cache_control'])
    expect(() => refuseDropped(dropped)).not.toThrow()
    expect(dropped.size).toBe(4)
  })
})
