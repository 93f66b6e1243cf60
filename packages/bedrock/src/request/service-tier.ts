import type { ChatCompletion } from '@modelgate/core'
import type { BedrockChatRequest } from './request-extensions.ts'

/** What of an answer says at which terms it was served. */
interface ServedTerms {
  readonly serviceTier?: { readonly type?: string | null } | null | undefined
  readonly performanceConfig?: { readonly latency?: unknown } | null | undefined
}

/**
 * The terms that decide the price: the service tier, or `latency-optimized`, which costs more and is no tier of the wire.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/latency-optimized-inference.html
 */
export function pricedTierOf({ serviceTier, performanceConfig }: ServedTerms): string | undefined {
  return performanceConfig?.latency === 'optimized' ? 'latency-optimized' : (serviceTier?.type ?? undefined)
}

/**
 * What a request may be billed at beside its service tier. Bedrock serves it as usual where it has no room to be fast, and says so; what a
 * search of the web costs beside its tokens has no price here.
 */
export function dearerTiersOf(_model: string, request: BedrockTerms): readonly string[] {
  const asked = [request.performance_config, request.performanceConfig]
  const isFast = asked.some(config => config?.latency === 'optimized')
  return [...(isFast ? ['latency-optimized'] : []), ...(request.web_search_options ? ['web-search'] : [])]
}

/** As much of a request of any operation as decides it. */
type BedrockTerms = object & Pick<BedrockChatRequest, 'performance_config' | 'performanceConfig' | 'web_search_options'>

const tiers = new Set(['default', 'flex', 'priority'])

/** The tier that served, as the member of an answer; none for one that OpenAI has no word for. */
export function serviceTierOf(
  tier: { readonly type?: string | null } | null | undefined,
): Pick<ChatCompletion, 'service_tier'> {
  const type = tier?.type
  return type && tiers.has(type) ? { service_tier: type as 'default' | 'flex' | 'priority' } : {}
}
