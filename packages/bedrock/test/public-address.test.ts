import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isHostAddress, isPublicAddress } from '../src/media/public-address.ts'

describe('an address of the public internet', () => {
  it.each(['8.8.8.8', '1.1.1.1', '52.216.0.1', '172.15.255.255', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
    'is %s',
    address => {
      expect(isPublicAddress(address)).toBe(true)
      expect(isHostAddress(address)).toBe(true)
    },
  )

  it.each([
    ['this host', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['shared by a carrier', '100.64.0.1'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['protocol assignments', '192.0.0.192'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.9'],
    ['benchmarks', '198.18.0.1'],
    ['loopback', '::1'],
    ['unique local', 'fc00::1'],
    ['unique local', 'fd12:3456::1'],
    ['documentation', '2001:db8::1'],
    ['Teredo', '2001:0:1::1'],
    ['6to4', '2002:7f00:1::'],
    ['documentation', '3fff::1'],
    ['site-local', 'fec0::1'],
  ])('is not %s: %s', (_kind, address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  it.each([
    ['link-local metadata', '169.254.169.254'],
    ['link-local credentials', '169.254.170.2'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['mapped IPv4', '::ffff:8.8.8.8'],
    ['mapped loopback', '::ffff:127.0.0.1'],
    ['translated IPv4', '64:ff9b::a9fe:a9fe'],
    ['metadata by IPv6', 'fd00:ec2::254'],
    ['the metadata of a second cloud by IPv6', 'fd20:ce::254'],
    ['the metadata of a third cloud', '100.100.100.200'],
    ['the host agent of a fourth cloud, for all its public look', '168.63.129.16'],
    ['IPv4 translated locally', '64:ff9b:1::a9fe:a9fe'],
    ['link-local', 'fe80::1'],
    ['link-local with its zone', 'fe80::1%eth0'],
    ['a zone', '2606:4700::1111%1'],
    ['multicast', 'ff02::1'],
    ['no address', 'localhost'],
    ['nothing', ''],
  ])('is not %s: %s, which no private host has either', (_kind, address) => {
    expect(isPublicAddress(address)).toBe(false)
    expect(isHostAddress(address)).toBe(false)
  })

  it('never has an IPv4 form by which a private one passes', () => {
    const first = fc.constantFrom(0, 10, 127, 169, 172, 192, 224, 255)
    const octet = fc.nat(255)
    fc.assert(
      fc.property(first, octet, octet, octet, (a, b, c, d) => {
        const plain = `${a}.${b}.${c}.${d}`
        const isPrivate =
          [0, 10, 127, 224, 255].includes(a) ||
          (a === 169 && b === 254) ||
          (a === 172 && b >= 16 && b < 32) ||
          (a === 192 && b === 168)
        if (isPrivate) expect(isPublicAddress(plain)).toBe(false)
        expect(isPublicAddress(`::ffff:${plain}`)).toBe(false)
        expect(isPublicAddress(`::${plain}`)).toBe(false)
      }),
    )
  })
})
