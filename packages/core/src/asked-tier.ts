/** Longer than any tier: callers may say anything, and it is told in errors. */
const longestTier = 64

/** The service tier that a request asks for; `undefined` where it leaves that to the upstream, which then says what it was. */
export function askedTier(request: object): string | undefined {
  const tier = (request as { readonly service_tier?: unknown }).service_tier
  return typeof tier === 'string' && tier !== 'auto' ? tier.slice(0, longestTier) : undefined
}
