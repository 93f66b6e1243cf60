import { GatewayError, spellingOf } from '@modelgate/core'
import type { OwnRoute } from './app-route.ts'

/**
 * A parameter misspelt would be none, and of one that came twice the second: the answer would be one to another question.
 * @throws {GatewayError} `invalid_request` that names the first parameter that a route which looks at some does not know, or has twice
 */
export function checkQuery(query: URLSearchParams, { query: known }: OwnRoute): void {
  if (!known) return
  const names = [...query.keys()]
  const stranger = names.find(name => !known.includes(name))
  if (stranger !== undefined) throw unknown(stranger.slice(0, 60), known)
  const doubled = names.find((name, at) => names.indexOf(name) !== at)
  if (doubled === undefined) return
  throw new GatewayError('invalid_request', `${doubled}: came more than once; send it once.`, { param: doubled })
}

function unknown(shown: string, known: readonly string[]): GatewayError {
  const meant = spellingOf(shown, known)
  const remedy = meant === undefined ? `send ${known.join(', ')}, or none` : `did you mean '${meant}'?`
  return new GatewayError('invalid_request', `${shown}: no such query parameter; ${remedy}`, { param: shown })
}
