import { isIP } from 'node:net'

/**
 * The caller's address behind `hops` proxies, each of which appends the address it was called from to `X-Forwarded-For`: the one that
 * many places from the right end. What stands further left was said by the caller and is not believed. The peer's own where there is
 * no proxy, where too few addresses were appended, or where that one is none.
 * @param forwardedFor of several headers of that name, joined with commas as they came
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  hops: number,
): string | undefined {
  if (hops === 0 || forwardedFor === undefined) return peer
  return withoutPort(forwardedFor.split(',').at(-hops)?.trim() ?? '') ?? peer
}

/** Some load balancers append the port as well. */
function withoutPort(text: string): string | undefined {
  if (isIP(text) !== 0) return text
  const address = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? ''
  return isIP(address) === 0 ? undefined : address
}
