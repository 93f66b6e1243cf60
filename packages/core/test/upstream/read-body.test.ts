import { describe, expect, it } from 'vitest'
import { readBody } from '../../src/upstream/read-body.ts'
import type { UpstreamBody } from '../../src/upstream/transport.ts'
import { rejection } from '../support/calls.ts'

function bodyOf(...reads: readonly string[]): UpstreamBody & { closed: number } {
  const rest = reads.map(read => new TextEncoder().encode(read))
  return {
    closed: 0,
    next() {
      const value = rest.shift()
      return Promise.resolve(value ? { done: false, value } : { done: true, value: undefined })
    },
    return() {
      this.closed += 1
      return Promise.resolve({ done: true, value: undefined })
    },
  }
}
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

describe('readBody', () => {
  it.each([[[]], [['whole']], [['in ', 'several ', 'reads']]])('puts %j together', async reads => {
    const body = bodyOf(...reads)
    expect(decode(await readBody(body))).toBe(reads.join(''))
    expect(body.closed).toBe(0)
  })

  it('takes exactly the limit, and gives up one byte past it, closing the connection', async () => {
    expect(await readBody(bodyOf('ab', 'cd'), 4)).toHaveLength(4)
    const body = bodyOf('ab', 'cde', 'never read')
    expect(await rejection(Promise.resolve(readBody(body, 4)))).toMatchObject({
      code: 'upstream_bad_response',
      message: "The upstream's answer is larger than 4 bytes.",
    })
    expect(body.closed).toBe(1)
  })

  it('throws what the body throws', async () => {
    const fault = new Error('cut')
    expect(await rejection(Promise.resolve(readBody({ next: () => Promise.reject(fault) })))).toBe(fault)
  })
})
