import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressGroup } from '../../src/auth/address-group.ts'

describe('addressGroup', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:0207', '192.0.2.7'],
    ['0:0:0:0:0:FFFF:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('takes %s for %s', (address, group) => {
    expect(addressGroup(address)).toBe(group)
  })

  it.each(['', 'unknown', '192.0.2', '192.0.2.256', '1.2.3.4:80', '[::1]', 'localhost'])(
    'takes %j for nobody',
    text => {
      expect(addressGroup(text)).toBeUndefined()
    },
  )

  it('counts all of a /64 as one, and another /64 as another, however they are written', () => {
    fc.assert(
      fc.property(fc.ipV6(), address => {
        const group = addressGroup(address)
        expect(group).toBeDefined()
        // The platform's own reading of the same address.
        const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
        expect(addressGroup(canonical)).toBe(group)
      }),
    )
  })
})
