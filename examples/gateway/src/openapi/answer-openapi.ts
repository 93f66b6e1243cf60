import type { Answer } from '../server/app-route.ts'
import type { DocumentedRoute } from './documented-route.ts'
import { openApiDocument } from './openapi-document.ts'

/** Answers with the document of a table of routes, which is made when it is asked for the first time. */
export function openApiAnswer(routes: () => readonly DocumentedRoute[]): () => Answer {
  let text: string | undefined
  return () => {
    text ??= JSON.stringify(openApiDocument(routes()))
    return { status: 200, body: text, contentType: 'application/json', headers: { 'cache-control': 'max-age=300' } }
  }
}
