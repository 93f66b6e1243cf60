import type { ChatCompletion } from '@modelgate/core'

const tiers = new Set(['default', 'flex', 'priority'])

/** The tier that served, as the member of an answer; none for one that OpenAI has no word for. */
export function serviceTierOf(
  tier: { readonly type?: string | null } | null | undefined,
): Pick<ChatCompletion, 'service_tier'> {
  const type = tier?.type
  return type && tiers.has(type) ? { service_tier: type as 'default' | 'flex' | 'priority' } : {}
}
