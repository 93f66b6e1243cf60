import { GatewayError } from '../errors.ts'
import { answerCall } from './answer-call.ts'
import { answerModel, answerModels } from './answer-models.ts'
import type { DoorRoute } from './door-route.ts'
import { lateAnswer } from './late-answer.ts'
import { pathHint } from './path-hint.ts'

/** What every door serves; files and batches come on top where they are switched on. */
export const doorRoutes: readonly DoorRoute[] = [
  { method: 'POST', path: '/v1/chat/completions', answer: exchange => answerCall('chat', exchange) },
  { method: 'POST', path: '/v1/responses', answer: lateAnswer(late => late.answerResponse) },
  { method: 'POST', path: '/v1/embeddings', answer: exchange => answerCall('embeddings', exchange) },
  { method: 'GET', path: '/v1/models', answer: answerModels },
  { method: 'GET', path: '/v1/models/{id}', answer: answerModel },
]

/** Whether a path, its query apart, is one of the routes', whatever the method. */
export function servesPath(path: string, routes: readonly DoorRoute[]): boolean {
  return routes.some(route => matchPath(route, path) !== undefined)
}

/** The value of `Allow`, which every 405 must have. https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6 */
export function allowedMethods(path: string, routes: readonly DoorRoute[]): string {
  const methods = routes
    .filter(route => matchPath(route, path) !== undefined)
    .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  return [...new Set(methods)].join(', ')
}

/**
 * The route of a request, and what stands in the place of its `{id}`: an empty text where it has none.
 * @throws {GatewayError} `not_found` naming the paths there are, `method_not_allowed` naming the method to use.
 */
export function findRoute(
  method: string,
  path: string,
  routes: readonly DoorRoute[],
): { readonly route: DoorRoute; readonly id: string } {
  let allowed: string | undefined
  for (const route of routes) {
    const id = matchPath(route, path)
    if (id === undefined) continue
    if (route.method === method || (method === 'HEAD' && route.method === 'GET')) return { route, id }
    allowed = route.method
  }
  const bare = pathOnly(path)
  if (allowed) throw new GatewayError('method_not_allowed', `${method} ${bare} is not served; use ${allowed}.`)
  const known = routes.map(route => `${route.method} ${route.path}`).join(', ')
  const hint = pathHint(
    bare,
    routes.map(route => route.path),
  )
  throw new GatewayError(
    'not_found',
    `There is nothing at ${method} ${bare.startsWith('/') ? '' : '/'}${bare.slice(0, 200)}.${hint} This door serves ${known}.`,
  )
}

function matchPath(route: DoorRoute, path: string): string | undefined {
  const bare = pathOnly(path)
  if (bare === route.path) return ''
  if (route.path.includes('{id}/')) return stepBetween(route.path, bare)
  const prefix = route.path.endsWith('{id}') ? route.path.slice(0, -'{id}'.length) : undefined
  return prefix && bare.length > prefix.length && bare.startsWith(prefix) ? bare.slice(prefix.length) : undefined
}

function stepBetween(pattern: string, path: string): string | undefined {
  const [before = '', after = ''] = pattern.split('{id}')
  if (!path.startsWith(before) || !path.endsWith(after) || path.length <= before.length + after.length) return undefined
  const step = path.slice(before.length, -after.length)
  return step.includes('/') ? undefined : step
}

function pathOnly(path: string): string {
  const query = path.indexOf('?')
  return query < 0 ? path : path.slice(0, query)
}
