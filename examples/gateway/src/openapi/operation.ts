import type { AnswerHeaderName } from './answer-headers.ts'
import type { ErrorKind, ErrorStatus } from './error-answers.ts'

/** The name of a component's schema. */
type SchemaName = string

/** A named example of a body. */
export interface Example {
  readonly summary: string
  readonly value: unknown
}

/** What an answer that is no error looks like. */
export interface AnswerDoc {
  readonly description: string
  /** Schemas by media type. Of `text/event-stream` it is that of what each event's `data` holds. */
  readonly content: Readonly<Record<string, { readonly schema: SchemaName; readonly example?: unknown }>>
  readonly headers?: readonly AnswerHeaderName[] | undefined
}

export interface ParameterDoc {
  readonly name: string
  readonly in: 'query' | 'header' | 'path'
  readonly description: string
  readonly schema: Readonly<Record<string, unknown>>
  readonly example?: unknown
}

interface RequestDoc {
  readonly schema: SchemaName
  /** Default `application/json`. */
  readonly type?: string | undefined
  readonly examples: Readonly<Record<string, Example>>
}

/** What the document says of one route, beside its path, method and scope. */
export interface OperationDoc {
  readonly summary: string
  readonly description?: string | undefined
  readonly tag: 'Completions' | 'Models' | 'Health' | 'Administration' | 'Metrics' | 'Documents' | 'Batches'
  /** Those of the path are made from it where they are not told here. */
  readonly parameters?: readonly ParameterDoc[] | undefined
  readonly request?: RequestDoc | undefined
  readonly answers: Readonly<Record<number, AnswerDoc>>
  /** Statuses of errors beside those that every route of its scope has. */
  readonly errors?: readonly ErrorStatus[] | undefined
  /** Whether a public route tells more to a key with the permission `health`. */
  readonly keyIsOptional?: true | undefined
  /** Default `Plain`. */
  readonly errorKind?: ErrorKind | undefined
}
