import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientAddress } from '../../src/http/client-address.ts'

const peer = '10.0.0.1'

describe('clientAddress', () => {
  it.each<[forwardedFor: string | undefined, hops: number, address: string]>([
    ['203.0.113.9', 0, peer],
    [undefined, 1, peer],
    ['203.0.113.9', 1, '203.0.113.9'],
    ['1.1.1.1, 203.0.113.9', 1, '203.0.113.9'],
    ['1.1.1.1, 203.0.113.9, 198.51.100.2', 2, '203.0.113.9'],
    ['1.1.1.1,203.0.113.9 ,  198.51.100.2', 2, '203.0.113.9'],
    ['203.0.113.9', 2, peer],
    ['203.0.113.9:4711', 1, '203.0.113.9'],
    ['2001:db8::1', 1, '2001:db8::1'],
    ['[2001:db8::1]:4711', 1, '2001:db8::1'],
    ['[2001:db8::1]', 1, '2001:db8::1'],
    ['203.0.113.9, unknown', 1, peer],
    ['203.0.113.9, ', 1, peer],
    ['203.0.113.9, _hidden', 1, peer],
    ['203.0.113.9, 1.2.3.4.5', 1, peer],
    ['', 1, peer],
  ])('of %j behind %d proxies is %s', (forwardedFor, hops, address) => {
    expect(clientAddress(peer, forwardedFor, hops)).toBe(address)
  })

  it('is never what the caller said of itself, whatever that is', () => {
    fc.assert(
      fc.property(fc.string(), fc.ipV4(), (said, real) => {
        expect(clientAddress(peer, `${said}, ${real}`, 1)).toBe(real)
      }),
    )
  })

  it('is not known where the front knows none and no proxy says it', () => {
    expect(clientAddress(undefined, undefined, 1)).toBeUndefined()
  })
})
