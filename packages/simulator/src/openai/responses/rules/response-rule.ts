import type { JsonObject } from '../../../json.ts'
import type { Failure } from '../../../script.ts'
import type { OpenaiModel } from '../../models.ts'

/** What is said against a request; its status is 400 unless it has another. */
export type Offence = Omit<Failure, 'status'> & { readonly status?: number }

/** What a request is judged by. */
export interface Judged {
  readonly body: JsonObject
  readonly model: OpenaiModel
  /** Ids of the items that were stored. */
  readonly stored: ReadonlySet<string>
}

/** One thing OpenAI's responses endpoint refuses. */
export interface ResponseRule {
  readonly id: string
  /** What it says; undefined for a request that is right. */
  readonly check: (judged: Judged) => Offence | undefined
}

/** Something is not there. */
export function missing(param: string): Offence {
  return { message: `Missing required parameter: '${param}'.`, param, code: 'missing_required_parameter' }
}

/** Something is there that it does not know. */
export function unknown(param: string): Offence {
  return { message: `Unknown parameter: '${param}'.`, param, code: 'unknown_parameter' }
}

/** A value is none of those that it knows. */
export function unknownValue(value: unknown, known: readonly string[], param: string): Offence {
  const names = known.map(name => `'${name}'`)
  const last = names.pop() ?? ''
  const list = names.length > 1 ? `${names.join(', ')}, and ${last}` : [...names, last].join(' and ')
  return { message: `Invalid value: '${String(value)}'. Supported values are: ${list}.`, param, code: 'invalid_value' }
}
