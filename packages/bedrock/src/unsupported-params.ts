import { temperatureAboveOne } from './inference-parameters.ts'
import { quoted, refused } from './invalid-request.ts'

/** What becomes of a request with a parameter that Bedrock or the model cannot be told. */
export type UnsupportedParams = 'drop' | 'reject'

/** What changes nothing of the answer: who the end user is, what may be cached or sampled sooner. */
const harmless: ReadonlySet<string> = new Set(['user', 'safety_identifier', 'prediction', 'cache_control'])

const named = 5

/**
 * Refuses a request of which something was dropped that the answer may show, before it goes upstream. Nothing is dropped then.
 * @throws {GatewayError} `invalid_request` naming the first, and the others in its message.
 */
export function refuseDropped(dropped: Set<string>): void {
  const lost = [...dropped].filter(name => !harmless.has(name))
  const [first, ...others] = lost
  if (first === undefined) return
  dropped.clear()
  const more = others.slice(0, named).map(quoted).join(', ')
  const rest = others.length > named ? ` and ${others.length - named} more` : ''
  const also = more && `, nor ${more}${rest}`
  if (first === temperatureAboveOne) throw refused('temperature', `Bedrock's scale ends at 1${also}; use 0 to 1`)
  throw refused(first, `this model on Bedrock cannot be told it${also}; leave that out, or name another target`)
}
