import { GatewayError, pathHint } from '@modelgate/core'
import type { AppRoute } from './app-route.ts'

/** A path that the app knows: what is served there, by method, and what its `{name}`s stood for. */
export interface FoundPath {
  readonly routes: readonly AppRoute[]
  readonly params: Readonly<Record<string, string>>
}

/** An API Gateway's stage is the first segment of its default URL; that of the deployed gateway is called like OpenAI's version. */
const stage = '/v1'
const noParams = {}

/** Finds paths, with and without the stage before them. A path that is written out goes before one with a `{name}`. */
export function pathFinder(table: readonly AppRoute[]): (path: string) => FoundPath | undefined {
  const byPath = Map.groupBy(table, route => route.path)
  const exact = new Map<string, FoundPath>()
  const patterns: { readonly form: RegExp; readonly routes: readonly AppRoute[] }[] = []
  for (const [path, routes] of byPath) {
    if (path.includes('{')) patterns.push({ form: formOf(path), routes })
    else exact.set(path, { routes, params: noParams })
  }

  function find(path: string): FoundPath | undefined {
    const found = exact.get(path)
    if (found) return found
    for (const { form, routes } of patterns) {
      const match = form.exec(path)
      if (match) return { routes, params: decoded(match.groups ?? {}) }
    }
    return undefined
  }

  return path => find(path) ?? (path.startsWith(`${stage}/`) ? find(path.slice(stage.length)) : undefined)
}

function formOf(path: string): RegExp {
  const escaped = path.replace(/[.+*?^$()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/\{(\w+)\}/g, '(?<$1>.+)')}$`)
}

function decoded(groups: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decode(text)]))
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The methods of a path, as `Allow` lists them; of one that is not known, none. */
export function methodsOf(found: FoundPath | undefined): readonly string[] {
  return (found?.routes ?? []).flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
}

/** HEAD is GET without a body. */
export function routeOf(found: FoundPath, method: string): AppRoute | undefined {
  const wanted = method === 'HEAD' ? 'GET' : method
  return found.routes.find(route => route.method === wanted)
}

export function notFound(method: string, path: string, table: readonly AppRoute[]): GatewayError {
  const paths = [...new Set(table.map(route => route.path))]
  // An operator's paths are many, and of no use to who looks for another.
  const near = paths.filter(each => path.includes('/admin') || !each.startsWith('/api/v1/admin/'))
  const all = paths.includes('/openapi.json') ? '; GET /openapi.json tells all of it' : ''
  const hint = `${pathHint(path, paths)} This gateway serves ${near.join(', ')}${all}.`
  return new GatewayError('not_found', `There is nothing at ${method} ${path.slice(0, 200)}.${hint}`)
}

export function methodNotAllowed(method: string, found: FoundPath): GatewayError {
  const path = found.routes[0]?.path ?? ''
  return new GatewayError(
    'method_not_allowed',
    `${method} ${path} is not served; use ${methodsOf(found).join(' or ')}.`,
  )
}
