import { BlockList, isIPv4, isIPv6 } from 'node:net'

type Range = readonly [network: string, prefix: number]

/** Made at its first use: few processes fetch images. */
function listOf(family: 'ipv4' | 'ipv6', ranges: readonly Range[]): (address: string) => boolean {
  let list: BlockList | undefined
  return address => {
    if (list === undefined) {
      list = new BlockList()
      for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family)
    }
    return list.check(address, family)
  }
}

// A list for each family: one that holds mapped addresses takes every IPv4 address for one.

/** Every IPv4 range that is not for the public internet, and the one public address behind which a cloud's host agent answers. */
const isSpecial4 = listOf('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
])

/** The only IPv6 addresses that are handed out for the public internet; what maps or translates IPv4 is not among them. */
const isGlobal6 = listOf('ipv6', [['2000::', 3]])
/** And those of them that are not, tunnels of IPv4 among them. */
const isSpecial6 = listOf('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
])

/** Where clouds keep credentials for who asks, and what no host can have. */
const isNever4 = listOf('ipv4', [
  ['0.0.0.0', 8],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
])
const isNever6 = listOf('ipv6', [
  ['::', 128],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['fd00:ec2::', 32],
  ['fd20:ce::', 32],
  ['fe80::', 10],
  ['ff00::', 8],
])

/**
 * Whether an address is one of the public internet's: not private, loopback, link-local, a cloud's metadata, multicast or reserved.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !isSpecial4(address)
  return isPlainIPv6(address) && isGlobal6(address) && !isSpecial6(address)
}

/** Whether a host that may be private can stand at an address: anywhere but at link-local, metadata and multicast ones. */
export function isHostAddress(address: string): boolean {
  if (isIPv4(address)) return !isNever4(address)
  return isPlainIPv6(address) && !isNever6(address)
}

/** Without a zone, which only link-local addresses have. */
function isPlainIPv6(address: string): boolean {
  return isIPv6(address) && !address.includes('%')
}
