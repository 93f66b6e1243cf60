import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ErrorCode, GatewayError } from '@modelgate/core'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { answerHeaderDocs } from '../src/openapi/answer-headers.ts'
import type { DocumentedRoute } from '../src/openapi/documented-route.ts'
import { openApiDocument } from '../src/openapi/openapi-document.ts'
import { operationDocs } from '../src/openapi/operations/operation-docs.ts'
import { documentedRoutes } from '../src/server/app-routes.ts'

const document = openApiDocument(documentedRoutes)

/** What each event of a stream that stands as an example holds. */
function dataOf(stream: unknown): unknown[] {
  const lines = typeof stream === 'string' ? stream.matchAll(/^data: (.*)$/gm) : []
  return [...lines].map(([, data = '']): unknown => (data === '[DONE]' ? data : JSON.parse(data)))
}

describe('the document of the API', () => {
  it('is OpenAPI 3.1, as a validator of the specification has it, and every reference in it leads somewhere', async () => {
    const validator = new Validator()
    expect(await validator.validate({ ...structuredClone(document) })).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)]
    expect(references.length).toBeGreaterThan(50)
    for (const [whole, kind, name] of references) {
      expect(Object.keys(Reflect.get(document.components, kind!) as object), whole).toContain(name)
    }
  })

  it('is caught by the validator where it is wrong', async () => {
    const broken = { ...structuredClone(document), paths: { '/x': { get: { responses: [] } } } }
    expect(await new Validator().validate(broken)).toMatchObject({ valid: false })
  })

  it('has every route that the app serves, and says nothing of others', () => {
    const told = Object.values(document.paths).flatMap(operations =>
      Object.values(operations).map(({ operationId }) => operationId),
    )
    expect(told.toSorted()).toEqual(documentedRoutes.map(({ operationId }) => operationId).toSorted())
    expect([...operationDocs.keys()].toSorted()).toEqual(told.toSorted())
  })

  it('cannot be made of a route of which nothing is said', () => {
    const route: DocumentedRoute = { method: 'GET', path: '/api/v1/new', scope: 'admin', operationId: 'getNew' }
    expect(() => openApiDocument([...documentedRoutes, route])).toThrow('GET /api/v1/new (getNew)')
  })

  it('asks for a key with its scope wherever the app does, and nowhere else', () => {
    for (const { method, path, scope, operationId } of documentedRoutes) {
      const { security, responses } = document.paths[path]![method.toLowerCase()]!
      const byKey = (name: string): string[][][] => [[[name]], [[name]], [[name]]]
      const isOptional = operationDocs.get(operationId)?.keyIsOptional ?? false
      const expected = scope === 'public' ? (isOptional ? [[], ...byKey('health')] : []) : byKey(scope)
      expect(security.map(scheme => Object.values(scheme))).toEqual(expected)
      expect('401' in responses, path).toBe(scope !== 'public' || isOptional)
    }
  })

  it('tells of every error that callers are sent, at its status', () => {
    const source = readFileSync(join(import.meta.dirname, '../../../packages/core/src/errors.ts'), 'utf8')
    const [, union = ''] = /^export type ErrorCode =\n((?: {2}\| '\w+'\n)+)/m.exec(source) ?? []
    // The caller of the first has left, that of the second takes nothing, the third is thrown at who starts a gateway, and the last is of what
    // the document does not have.
    const unsent = ['cancelled', 'reader_stalled', 'invalid_configuration', 'method_not_allowed']
    const codes = [...union.matchAll(/'(\w+)'/g)]
      .map(([, code]) => code as ErrorCode)
      .filter(code => !unsent.includes(code))
    expect(codes.length).toBeGreaterThan(30)
    const answers = document.components.responses as Record<string, { description: string }>
    const untold = codes.filter(code => {
      const { status } = new GatewayError(code, 'no')
      const told = Object.entries(answers).filter(([name]) => name.endsWith(`Error${status}`))
      return !told.some(([, { description }]) => description.includes(`\`${code}\``))
    })
    expect(untold).toEqual([])
  })

  it('tells of every header of its own that calls come with, or are answered with', () => {
    const packages = join(import.meta.dirname, '../../../packages')
    const sources = globSync('{core,bedrock}/src/**/*.ts', { cwd: packages, exclude: ['core/src/testing/**'] })
    const read = sources.flatMap(
      file => readFileSync(join(packages, file), 'utf8').match(/'x-(?:aws|modelgate)-[a-z-]+'/g) ?? [],
    )
    const names = new Set(read.map(name => name.slice(1, -1)))
    expect(names.size).toBeGreaterThan(15)
    const { parameters = [] } = operationDocs.get('createChatCompletion') ?? {}
    const told = [...Object.keys(answerHeaderDocs), ...parameters.map(({ name }) => name)]
    expect([...names].filter(name => !told.includes(name))).toEqual([])
  })

  it('tells of the parameters that the app takes, and no others', () => {
    const looking = documentedRoutes.filter(route => 'query' in route)
    expect(looking.length).toBeGreaterThan(3)
    for (const route of documentedRoutes.filter(({ scope }) => scope === 'admin')) {
      const told = operationDocs.get(route.operationId)?.parameters?.filter(parameter => parameter.in === 'query')
      const taken = 'query' in route ? route.query : undefined
      expect(told?.map(({ name }) => name) ?? [], route.operationId).toEqual(taken ?? [])
    }
  })

  it('gives examples that follow its own schemas', () => {
    const ajv = new Ajv2020({ strict: false }).addSchema({ ...document, $id: 'document' })
    const follows = (schema: string, value: unknown): void => {
      const validate = ajv.compile({ $ref: `document#/components/schemas/${schema}` })
      expect(validate(value), `${schema}: ${ajv.errorsText(validate.errors)}`).toBe(true)
    }
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      for (const example of (schema as { examples?: unknown[] }).examples ?? []) follows(name, example)
    }
    for (const { request, answers } of operationDocs.values()) {
      for (const { value } of Object.values(request?.examples ?? {})) follows(request!.schema, value)
      for (const { content } of Object.values(answers)) {
        const { schema, example } = content['application/json'] ?? {}
        if (schema && example !== undefined) follows(schema, example)
        const stream = content['text/event-stream']
        for (const data of dataOf(stream?.example)) follows(stream!.schema, data)
      }
    }
  })

  it('stands in the repository as it is served: run `pnpm --filter @modelgate/example-gateway run openapi` to write it anew', () => {
    const shipped: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../openapi.json'), 'utf8'))
    expect(shipped).toEqual(JSON.parse(JSON.stringify(document)))
  })
})
