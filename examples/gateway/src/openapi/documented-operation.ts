import { headersOf } from './answer-headers.ts'
import type { DocumentedRoute } from './documented-route.ts'
import { commonErrors, type ErrorStatus, errorAnswerName, keyErrors } from './error-answers.ts'
import type { AnswerDoc, OperationDoc, ParameterDoc } from './operation.ts'

type Json = Readonly<Record<string, unknown>>

/** One of the path is always there. */
type ParameterInPlace = Omit<ParameterDoc, 'description'> & {
  readonly description?: string
  readonly required?: boolean
}

/** An operation as it stands in the document. */
export interface DocumentedOperation {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly parameters?: readonly ParameterInPlace[]
  readonly requestBody?: Json
  readonly security: readonly Json[]
  readonly responses: Readonly<Record<string, Json>>
}

const schemaRef = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })

export function documentedOperation(route: DocumentedRoute, doc: OperationDoc): DocumentedOperation {
  const { operationId, scope } = route
  const { summary, description, tag, request } = doc
  const parameters = parametersOf(route.path, doc.parameters ?? [])
  return {
    operationId,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    ...(parameters.length > 0 && { parameters }),
    ...(request && {
      requestBody: {
        required: true,
        content: {
          [request.type ?? 'application/json']: { schema: schemaRef(request.schema), examples: request.examples },
        },
      },
    }),
    security: securityOf(scope, doc),
    responses: responsesOf(route, doc),
  }
}

/** A requirement that is empty is met without a key. */
function securityOf(scope: DocumentedRoute['scope'], { keyIsOptional }: OperationDoc): readonly Json[] {
  const scopes = [scope === 'public' ? 'health' : scope]
  const byKey = [{ bearer: scopes }, { apiKey: scopes }, { authorization: scopes }]
  if (scope !== 'public') return byKey
  return keyIsOptional ? [{}, ...byKey] : []
}

/** Where nothing is said of a part of the path, it is a text. */
function parametersOf(path: string, told: readonly ParameterDoc[]): readonly ParameterInPlace[] {
  const names = new Set(told.filter(parameter => parameter.in === 'path').map(({ name }) => name))
  const untold = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1]!).filter(name => !names.has(name))
  const all = [...told, ...untold.map(name => ({ name, in: 'path' as const, schema: { type: 'string' } }))]
  return all.map(parameter => (parameter.in === 'path' ? { ...parameter, required: true } : parameter))
}

function responsesOf({ scope }: DocumentedRoute, doc: OperationDoc): Readonly<Record<string, Json>> {
  const statuses = new Set<ErrorStatus>([
    ...(scope === 'public' ? [] : keyErrors),
    ...(doc.errors ?? []),
    ...commonErrors,
  ])
  const errors = [...statuses].filter(status => !(status in doc.answers)).toSorted()
  const kind = doc.errorKind ?? 'Plain'
  return {
    ...Object.fromEntries(Object.entries(doc.answers).map(([status, answer]) => [status, answerOf(answer)])),
    ...Object.fromEntries(
      errors.map(status => [status, { $ref: `#/components/responses/${errorAnswerName(kind, status)}` }]),
    ),
  }
}

function answerOf({ description, content, headers = [] }: AnswerDoc): Json {
  const entries = Object.entries(content).map(([type, { schema, example }]) => [
    type,
    { schema: schemaRef(schema), ...(example !== undefined && { example }) },
  ])
  return { description, headers: headersOf(['x-request-id', ...headers]), content: Object.fromEntries(entries) }
}
