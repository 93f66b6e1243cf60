import { mustBe, refused } from '../request/invalid-request.ts'
import type { InvokeSettings } from '../upstream/bedrock-runtime.ts'
import type { ConverseBody } from '../wire/converse-wire.ts'
import type { JsonObject } from '../wire/json.ts'

const traces = new Map([
  ['enabled', 'ENABLED'],
  ['disabled', 'DISABLED'],
  ['enabled_full', 'ENABLED_FULL'],
] as const)
const latencies = new Map([
  ['standard', 'standard'],
  ['optimized', 'optimized'],
] as const)

/**
 * What Converse is told in its body and InvokeModel in headers: the guardrail, above all, which must never be lost on the way.
 * @throws {GatewayError} `invalid_request` for a value that no header can hold.
 */
export function toInvokeSettings(body: ConverseBody): InvokeSettings | undefined {
  const { guardrailConfig: guardrail, performanceConfig, serviceTier, requestMetadata } = body
  if (!guardrail && !performanceConfig && !serviceTier && !requestMetadata) return undefined
  const latency = oneOf(latencies, performanceConfig?.latency, 'performance_config.latency')
  return {
    ...(guardrail && guardrailSettings(guardrail)),
    ...(latency && { performanceConfigLatency: latency }),
    ...(serviceTier && { serviceTier: serviceTier.type }),
    ...(requestMetadata && { requestMetadata: inHeader(JSON.stringify(requestMetadata), 'request_metadata') }),
  }
}

/** A guardrail as headers tell it. @throws {GatewayError} `invalid_request` for what they cannot. */
export function guardrailSettings(guardrail: JsonObject): InvokeSettings {
  const trace = oneOf(traces, guardrail.trace, 'guardrail_config.trace')
  return {
    guardrailIdentifier: inHeader(guardrail.guardrailIdentifier, 'guardrail_config.guardrailIdentifier'),
    guardrailVersion: inHeader(guardrail.guardrailVersion, 'guardrail_config.guardrailVersion'),
    ...(trace && { trace }),
  }
}

function oneOf<Word>(words: ReadonlyMap<unknown, Word>, value: unknown, param: string): Word | undefined {
  if (value === undefined || value === null) return undefined
  const word = words.get(value)
  if (word !== undefined) return word
  throw mustBe(param, [...words.keys()].map(known => `'${String(known)}'`).join(' or '), value)
}

function inHeader(value: unknown, param: string): string {
  if (typeof value !== 'string' || value === '') throw mustBe(param, "a string such as 'gr-1'", value)
  if (/^[\x20-\x7e]+$/.test(value)) return value
  throw refused(param, 'holds a character that no header takes; use printable ASCII')
}
