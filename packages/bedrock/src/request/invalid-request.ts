import { type Capability, GatewayError } from '@modelgate/core'

/** A 400 that blames one member: `` `n`: Bedrock answers once a call; send n calls. ``. `why` ends in its remedy, without a full stop. */
export function refused(param: string, why: string): GatewayError {
  return new GatewayError('invalid_request', `\`${param}\`: ${why}.`, { param })
}

/** A 400 for what the model lacks: a route's other targets may have it. */
export function lacking(lacks: Capability, param: string, why: string): GatewayError {
  return new GatewayError('invalid_request', `\`${param}\`: ${why}.`, { param, lacks })
}

/** A 400 for a part of a message, and the remedy: `` `messages[0].content[1]`: Bedrock cannot be sent a file by file_id; send … ``. */
export function unsendable(at: string, what: string, remedy: string): GatewayError {
  return refused(at, `Bedrock cannot be sent ${what}; ${remedy}`)
}

/**
 * A 400 for a value of the wrong kind: `` `thinking` must be an object, got a string. ``. The value itself is not quoted: members
 * of messages hold prompts.
 * @param wanted the remedy: `an object such as { name: 'f' }`.
 */
export function mustBe(param: string, wanted: string, value: unknown): GatewayError {
  const fault = value === undefined ? `is missing; it must be ${wanted}` : `must be ${wanted}, got ${kindOf(value)}`
  return new GatewayError('invalid_request', `\`${param}\` ${fault}.`, { param })
}

/** What a value is, for a sentence. Never what it says, and never by `String(value)`: `{"toString":1}` makes that throw. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'boolean') return String(value)
  if (value === '') return 'an empty string'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** A caller's word as a message may show it. */
export function quoted(word: string): string {
  return `'${word.length > 60 ? `${word.slice(0, 59)}…` : word}'`
}
