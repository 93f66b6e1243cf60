import { GatewayError } from '@modelgate/core'
import { credentialFault } from './credential-fault.ts'
import { kindOf } from './invalid-request.ts'
import { isJsonObject } from './json.ts'

/** The options that are checked here, as JavaScript may give them. */
export interface UncheckedOptions {
  readonly id?: unknown
  readonly credentials?: unknown
  readonly bearerToken?: unknown
  readonly baseModels?: unknown
}

/**
 * Finds what is wrong with a provider's options before its first call does. Credentials are never quoted.
 * @throws {GatewayError} `invalid_configuration`, one line for each fault.
 */
export function checkOptions(options: UncheckedOptions): void {
  const faults = [...idFaults(options), ...credentialFaults(options), ...baseModelFaults(options)]
  if (faults.length > 0) throw new GatewayError('invalid_configuration', faults.join('\n'))
}

function* idFaults({ id }: UncheckedOptions): Generator<string> {
  if (id === undefined || (typeof id === 'string' && /^[A-Za-z0-9._-]+$/.test(id))) return
  const value = typeof id === 'string' ? `'${id}'` : kindOf(id)
  yield `bedrock({ id }): ${value} is no id; use letters, digits, '.', '_' and '-', since it stands before the '/' of a target.`
}

function* credentialFaults({ credentials, bearerToken }: UncheckedOptions): Generator<string> {
  if (credentials !== undefined && typeof credentials !== 'function') {
    const fault = credentialFault(credentials)
    if (fault) yield `bedrock({ credentials }): ${fault}, or give a function that fetches them.`
  }
  // An unset environment variable may be an empty string, too.
  if (bearerToken === undefined || bearerToken === '') return
  if (typeof bearerToken !== 'string') yield `bedrock({ bearerToken }): must be a string, got ${kindOf(bearerToken)}.`
  else if (!/^[\x21-\x7e]+$/.test(bearerToken)) {
    yield 'bedrock({ bearerToken }): holds a character that no header takes, such as a line break; trim it.'
  }
}

function* baseModelFaults({ baseModels }: UncheckedOptions): Generator<string> {
  if (baseModels === undefined) return
  if (isJsonObject(baseModels) && Object.values(baseModels).every(model => typeof model === 'string')) return
  yield "bedrock({ baseModels }): must be an object of model ids by ARN, such as { 'arn:aws:…': 'anthropic.claude-…' }."
}
