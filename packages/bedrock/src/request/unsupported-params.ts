import { saidAsOne } from './inference-parameters.ts'
import { quoted, refused } from './invalid-request.ts'

/** What becomes of a request with a parameter that Bedrock or the model cannot be told. */
export type UnsupportedParams = 'drop' | 'reject'

/** What changes nothing of the answer: who the end user is, what may be cached or sampled sooner. */
const harmless: ReadonlySet<string> = new Set([
  'user',
  'safety_identifier',
  'prediction',
  'cache_control',
  'cache_control.ttl',
  'prompt_cache_breakpoint',
  'prompt_cache_breakpoint.ttl',
  'prompt_caching',
  'prompt_caching.tools',
  'prompt_caching.ttl',
])

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
  const clamped = saidAsOne.get(first)
  const why = clamped ? 'its scale ends at 1 on Bedrock' : 'this model on Bedrock cannot be told it'
  const remedy = clamped ? 'use 0 to 1' : 'leave it out, or name another target'
  throw refused(clamped ?? first, `${why}${alsoLost(others)}; ${remedy}`)
}

function alsoLost(names: readonly string[]): string {
  if (names.length === 0) return ''
  const more = names.length > named ? ` and ${names.length - named} more` : ''
  return ` (nor ${names.slice(0, named).map(quoted).join(', ')}${more})`
}
