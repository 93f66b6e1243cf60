import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Gateway, GatewayError } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { type AppPath, appPaths } from './app-paths.ts'
import { refuse } from './send-json.ts'
import type { ServingState } from './serving-state.ts'

/** An API Gateway's stage is the first segment of its default URL; the documents' stage is called like OpenAI's version. */
const stage = '/v1'

/** Answers everything that comes in: the app's own paths, the gateway's, both behind the stage, and 404 for the rest. */
export function createAppHandler(
  gateway: Gateway,
  state: ServingState,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { door } = gateway
  const toDoor = toNodeHandler(gateway)

  function find(path: string): AppPath | undefined {
    return appPaths.find(row => row.path === path) ?? (door.serves(path) ? { path, door: path } : undefined)
  }

  return (request, response) => {
    const { method = 'GET', url = '/' } = request
    const { path, query } = split(url)
    const found = find(path) ?? (path.startsWith(`${stage}/`) ? find(path.slice(stage.length)) : undefined)
    if (!found) return refuse(response, notFound(method, path))
    if ('door' in found) {
      request.url = found.door + query
      return toDoor(request, response)
    }
    if (found.methods.includes(method)) return found.answer(response, state)
    const message = `${method} ${found.path} is not served; use ${found.methods.join(' or ')}.`
    refuse(response, new GatewayError('method_not_allowed', message), { allow: found.methods.join(', ') })
  }
}

function split(url: string): { readonly path: string; readonly query: string } {
  const at = url.indexOf('?')
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at) }
}

function notFound(method: string, path: string): GatewayError {
  const own = appPaths.map(row => row.path).join(', ')
  return new GatewayError(
    'not_found',
    `There is nothing at ${method} ${path.slice(0, 200)}; this gateway serves /v1/chat/completions, /v1/embeddings, /v1/models, ${own}.`,
  )
}
