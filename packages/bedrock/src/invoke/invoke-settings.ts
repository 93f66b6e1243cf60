import type { InvokeSettings } from '../bedrock-runtime.ts'
import type { ConverseBody } from '../converse-wire.ts'
import { mustBe, refused } from '../invalid-request.ts'
import type { JsonObject } from '../json.ts'

const traces: ReadonlyMap<unknown, 'ENABLED' | 'DISABLED' | 'ENABLED_FULL'> = new Map([
  ['enabled', 'ENABLED'],
  ['disabled', 'DISABLED'],
  ['enabled_full', 'ENABLED_FULL'],
] as const)

const latencies: ReadonlySet<unknown> = new Set(['standard', 'optimized'])

/**
 * What Converse is told in its body and InvokeModel in headers: the guardrail, above all, which must never be lost on the way.
 * @throws {GatewayError} `invalid_request` for a value that no header can hold.
 */
export function toInvokeSettings(body: ConverseBody): InvokeSettings | undefined {
  const { guardrailConfig: guardrail, performanceConfig, serviceTier, requestMetadata } = body
  if (!guardrail && !performanceConfig && !serviceTier && !requestMetadata) return undefined
  const latency = performanceConfig?.latency
  return {
    ...(guardrail && guardrailSettings(guardrail)),
    ...(isLatency(latency) && { performanceConfigLatency: latency }),
    ...(serviceTier && { serviceTier: serviceTier.type }),
    ...(requestMetadata && { requestMetadata: inHeader(JSON.stringify(requestMetadata), 'request_metadata') }),
  }
}

/** A guardrail as headers tell it. @throws {GatewayError} `invalid_request` for what they cannot. */
export function guardrailSettings(guardrail: JsonObject): InvokeSettings {
  const trace = traces.get(guardrail.trace)
  return {
    guardrailIdentifier: inHeader(guardrail.guardrailIdentifier, 'guardrail_config.guardrailIdentifier'),
    guardrailVersion: inHeader(guardrail.guardrailVersion, 'guardrail_config.guardrailVersion'),
    ...(trace && { trace }),
  }
}

function isLatency(value: unknown): value is 'standard' | 'optimized' {
  return latencies.has(value)
}

function inHeader(value: unknown, param: string): string {
  if (typeof value !== 'string' || value === '') throw mustBe(param, "a string such as 'gr-1'", value)
  if (/^[\x20-\x7e]+$/.test(value)) return value
  throw refused(param, 'holds a character that no header takes; use printable ASCII')
}
