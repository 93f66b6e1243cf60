import { appRoutes } from '../../../src/server/app-routes.ts'

/** How API Gateway learns who calls: not at all, or by the authorizer that reads this header. */
export type Gate = 'none' | 'x-api-key' | 'authorization'

/** A method of the API. */
export interface ApiMethod {
  readonly method: string
  /** As API Gateway writes it: `/v1/models/{id+}`. */
  readonly path: string
  readonly gate: Gate
}

/** OpenAI's own paths begin so; OpenAI's clients send their key as `Authorization: Bearer`, those of the gateway's own paths as `X-API-Key`. */
const openAi = '/v1/'

/**
 * The API's methods: those of the app's own table of routes, and a rest that the app says 404 to. API Gateway keeps what an authorizer said
 * by the value of one header, and answers 401 by itself where that is missing; so OpenAI's paths go by one header and all others by the other.
 * OpenAI's stand without their `/v1`, too: behind a stage of that name the stage's address is then a base URL for OpenAI's clients.
 */
export function apiMethods(): ApiMethod[] {
  const methods = appRoutes.flatMap(({ method, path, scope }): ApiMethod[] => {
    const isOpenAi = path.startsWith(openAi)
    const gate = scope === 'public' ? 'none' : isOpenAi ? 'authorization' : 'x-api-key'
    const paths = isOpenAi ? [path, path.slice(openAi.length - 1)] : [path]
    // A proxy resource has nothing beneath it, and API Gateway refuses a second name beside it.
    const isLast = !appRoutes.some(other => other.path.startsWith(`${path}/`))
    return paths.map(each => ({ method, path: isLast ? greedy(each) : each, gate }))
  })
  return [...methods, { method: 'ANY', path: '/{proxy+}', gate: 'x-api-key' }]
}

/** A model's id has slashes in it; API Gateway takes them for a name at the end of a path alone. */
function greedy(path: string): string {
  return path.replace(/\{(\w+)\}$/, '{$1+}')
}
