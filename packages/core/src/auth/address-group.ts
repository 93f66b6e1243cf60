import { isIP } from 'node:net'

/**
 * Who is behind an IP address, for counting: the address itself of IPv4, also where it is written as IPv6; the /64 of IPv6, of which a
 * single customer has all. Absent for what is no address.
 * @see https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2
 */
export function addressGroup(address: string): string | undefined {
  const bare = address.split('%', 1)[0] ?? ''
  const version = isIP(bare)
  if (version === 4) return bare
  if (version !== 6) return undefined
  const groups = groupsOf(bare)
  if (groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff) {
    const [high = 0, low = 0] = groups.slice(6)
    return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  }
  return `${groups
    .slice(0, 4)
    .map(group => group.toString(16))
    .join(':')}::/64`
}

/** The eight 16-bit groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const hex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number)
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  })
  const [head = '', tail] = hex.split('::')
  const parse = (text: string): number[] => (text ? text.split(':').map(group => Number.parseInt(group, 16)) : [])
  const [before, after] = [parse(head), parse(tail ?? '')]
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}
