import { answerHeaderDocs } from './answer-headers.ts'
import { type DocumentedOperation, documentedOperation } from './documented-operation.ts'
import type { DocumentedRoute } from './documented-route.ts'
import { errorAnswers } from './error-answers.ts'
import { operationDocs } from './operations/operation-docs.ts'
import { allSchemas } from './schemas/all-schemas.ts'

/** An OpenAPI document. https://spec.openapis.org/oas/v3.1.1.html */
export interface OpenApiDocument {
  readonly openapi: string
  readonly info: Readonly<Record<string, unknown>>
  readonly servers: readonly Readonly<Record<string, unknown>>[]
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>
  readonly components: Readonly<
    Record<'schemas' | 'headers' | 'responses' | 'securitySchemes', Readonly<Record<string, unknown>>>
  >
}

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: "As OpenAI's clients send keys." },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
  authorization: { type: 'apiKey', in: 'header', name: 'Authorization', description: '`ApiKey <key>`.' },
}

/**
 * The document of a table of routes.
 * @throws {TypeError} naming a route of which nothing is said.
 */
export function openApiDocument(routes: readonly DocumentedRoute[]): OpenApiDocument {
  const paths: Record<string, Record<string, DocumentedOperation>> = {}
  const tags = new Set<string>()
  for (const route of routes) {
    const doc = operationDocs.get(route.operationId)
    if (!doc) throw new TypeError(`The document says nothing of ${route.method} ${route.path} (${route.operationId}).`)
    tags.add(doc.tag)
    paths[route.path] ??= {}
    paths[route.path]![route.method.toLowerCase()] = documentedOperation(route, doc)
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Modelgate gateway',
      version: '0.1.0',
      description: "One OpenAI-compatible door to Bedrock, OpenAI and everything that speaks OpenAI's API.",
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      { url: '/' },
      { url: '/v1', description: 'Everything also stands behind `/v1`, as behind an API Gateway stage of that name.' },
    ],
    tags: [...tags].map(name => ({ name })),
    paths,
    components: { schemas: allSchemas(), headers: answerHeaderDocs, responses: responsesUsed(paths), securitySchemes },
  }
}

function responsesUsed(paths: OpenApiDocument['paths']): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(paths)
  return Object.fromEntries(Object.entries(errorAnswers()).filter(([name]) => text.includes(`/responses/${name}"`)))
}
