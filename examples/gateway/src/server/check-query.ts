import { GatewayError, spellingOf } from '@modelgate/core'
import type { OwnRoute } from './app-route.ts'

/**
 * A parameter misspelt would be none, and the answer one to another question.
 * @throws {GatewayError} `invalid_request` that names the first parameter that a route which looks at some does not know
 */
export function checkQuery(query: URLSearchParams, { query: known }: OwnRoute): void {
  const stranger = known && [...query.keys()].find(name => !known.includes(name))
  if (stranger === undefined) return
  const shown = stranger.slice(0, 60)
  const meant = spellingOf(shown, known!)
  const remedy = meant === undefined ? `send ${known!.join(', ')}, or none` : `did you mean '${meant}'?`
  throw new GatewayError('invalid_request', `${shown}: no such query parameter; ${remedy}`, { param: shown })
}
