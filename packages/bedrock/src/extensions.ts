import type { ConverseBody } from './converse-wire.ts'
import type { JsonObject } from './json.ts'
import { openObject } from './open-object.ts'
import type { BedrockChatRequest } from './request-extensions.ts'

const serviceTiers: ReadonlyMap<unknown, 'default' | 'flex' | 'priority'> = new Map([
  ['default', 'default'],
  ['flex', 'flex'],
  ['priority', 'priority'],
  ['fast', 'priority'],
] as const)

/**
 * The service tier, and Bedrock's own members of a request, which go to Converse as they are.
 * @throws {GatewayError} `invalid_request` naming one that is no object.
 */
export function toExtensions(request: BedrockChatRequest, dropped: Set<string>): Partial<ConverseBody> {
  const { service_tier: tier } = request
  const serviceTier = serviceTiers.get(tier)
  if (!serviceTier && tier !== undefined && tier !== null && tier !== 'auto') dropped.add('service_tier')
  const guardrail = "an object such as { guardrailIdentifier: 'gr-1', guardrailVersion: '1' }"
  const guardrailConfig =
    openObject(request.guardrail_config, 'guardrail_config', guardrail) ??
    openObject(request.guardrailConfig, 'guardrailConfig', guardrail)
  const latency = "an object such as { latency: 'optimized' }"
  const performanceConfig = openObject(request.performance_config, 'performance_config', latency)
  const requestMetadata = openObject(request.request_metadata, 'request_metadata', "an object such as { team: 'a' }")
  return {
    ...(serviceTier && { serviceTier: { type: serviceTier } }),
    ...(guardrailConfig && { guardrailConfig }),
    ...(performanceConfig && { performanceConfig }),
    ...(requestMetadata && { requestMetadata: requestMetadata as Record<string, string> }),
  }
}

/** The caller's own parameters of the model. */
export function nativeFieldsOf(request: BedrockChatRequest): JsonObject | undefined {
  const param = 'additional_model_request_fields'
  return openObject(request[param], param, "an object of the model's own parameters")
}
