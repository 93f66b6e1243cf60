import { openApiDocument } from '../src/openapi/openapi-document.ts'
import { documentedRoutes } from '../src/server/app-routes.ts'
import { type BodyCheck, DocumentedAnswers } from './documented-answers.ts'

const answers = new DocumentedAnswers(openApiDocument(documentedRoutes))

/**
 * `fetch` for the gateway app: rejects, or lets the reading of the body fail, where an answer is not as the published document says.
 * @throws {UndocumentedAnswer}
 */
export async function documentedFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init)
  const { pathname, search } = new URL(input instanceof Request ? input.url : input)
  const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase()
  const { status, statusText, headers, body } = response
  const check = answers.check({ method, path: pathname + search, status, headers })
  if (body === null) return response
  return new Response(body.pipeThrough(checking(check)), { status, statusText, headers })
}

function checking(check: BodyCheck): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder()
  return new TransformStream({
    transform(bytes, controller) {
      check.take(decoder.decode(bytes, { stream: true }))
      controller.enqueue(bytes)
    },
    flush() {
      check.end()
    },
  })
}
