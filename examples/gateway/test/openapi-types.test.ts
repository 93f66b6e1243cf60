import type {
  Base64EmbeddingsResponse,
  BatchObject,
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionRequest,
  EmbeddingsRequest,
  EmbeddingsResponse,
  ErrorBody,
  FileDeleted,
  FileObject,
  Model,
  ModelList,
  RequestRecord,
} from '@modelgate/core'
import { expectTypeOf, it } from 'vitest'
import type * as z from 'zod'
import type { ResponseObject } from '../../../packages/core/src/wire/response-object.ts'
import type { ResponsesRequest } from '../../../packages/core/src/wire/responses-request.ts'
import type { batchSchema, fileDeletedSchema, fileSchema } from '../src/openapi/schemas/batch-schema.ts'
import type { chatChunkSchema } from '../src/openapi/schemas/chat-chunk-schema.ts'
import type { chatCompletionSchema } from '../src/openapi/schemas/chat-completion-schema.ts'
import type { chatRequestSchema } from '../src/openapi/schemas/chat-request-schema.ts'
import type {
  base64EmbeddingsResponseSchema,
  embeddingsRequestSchema,
  embeddingsResponseSchema,
} from '../src/openapi/schemas/embeddings-schema.ts'
import type { errorSchema } from '../src/openapi/schemas/error-schema.ts'
import type { checkSchema } from '../src/openapi/schemas/health-schema.ts'
import type { keySchema } from '../src/openapi/schemas/key-schema.ts'
import type { callSummarySchema } from '../src/openapi/schemas/metrics-schema.ts'
import type { modelListSchema, modelSchema } from '../src/openapi/schemas/model-schema.ts'
import type { requestRecordSchema } from '../src/openapi/schemas/request-record-schema.ts'
import type { responseObjectSchema } from '../src/openapi/schemas/response-object-schema.ts'
import type { responsesRequestSchema } from '../src/openapi/schemas/responses-request-schema.ts'
import type { targetSchema } from '../src/openapi/schemas/target-schema.ts'
import type { KeyView } from '../src/server/admin/key-view.ts'
import type { CallSummary } from '../src/server/admin/summarise-calls.ts'
import type { CheckResult } from '../src/server/health/health-board.ts'
import type { TargetView } from '../src/server/health/target-view.ts'

/** Without `readonly`, which JSON does not know, and without interfaces, so that all members are compared. */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T

/** Of a type with members by name and any others, those by name. */
type Named<T> = { [K in keyof T as string extends K ? never : K]: T[K] }

type Wire<S extends z.ZodType> = Plain<z.input<S>>

/** Held by the type check: a member that core's wire types have and the document lacks, or has otherwise, is an error here. */
it("documents core's wire types, neither more nor less", () => {
  expectTypeOf<Wire<typeof chatRequestSchema>>().toEqualTypeOf<Plain<ChatCompletionRequest>>()
  expectTypeOf<Wire<typeof chatCompletionSchema>>().toEqualTypeOf<Plain<ChatCompletion>>()
  expectTypeOf<Wire<typeof chatChunkSchema>>().toEqualTypeOf<Plain<ChatCompletionChunk>>()
  expectTypeOf<Wire<typeof embeddingsRequestSchema>>().toEqualTypeOf<Plain<EmbeddingsRequest>>()
  expectTypeOf<Wire<typeof embeddingsResponseSchema>>().toEqualTypeOf<Plain<EmbeddingsResponse>>()
  expectTypeOf<Wire<typeof base64EmbeddingsResponseSchema>>().toEqualTypeOf<Plain<Base64EmbeddingsResponse>>()
  expectTypeOf<Wire<typeof modelSchema>>().toEqualTypeOf<Plain<Model>>()
  expectTypeOf<Wire<typeof modelListSchema>>().toEqualTypeOf<Plain<ModelList>>()
  expectTypeOf<Wire<typeof fileSchema>>().toEqualTypeOf<Plain<FileObject>>()
  expectTypeOf<Wire<typeof fileDeletedSchema>>().toEqualTypeOf<Plain<FileDeleted>>()
  expectTypeOf<Wire<typeof batchSchema>>().toEqualTypeOf<Plain<BatchObject>>()
  expectTypeOf<Wire<typeof errorSchema>>().toEqualTypeOf<Plain<ErrorBody>>()
})

it('documents requests for a response and their answers, with what of them core passes on, refuses or repeats without a type of it', () => {
  type Request = Wire<typeof responsesRequestSchema>
  expectTypeOf<Pick<Request, keyof ResponsesRequest>>().toEqualTypeOf<Plain<ResponsesRequest>>()
  type Answer = Wire<typeof responseObjectSchema>
  expectTypeOf<Pick<Answer, keyof Named<ResponseObject>>>().toEqualTypeOf<Plain<Named<ResponseObject>>>()
})

it("documents the app's own answers as they are made", () => {
  expectTypeOf<Wire<typeof targetSchema>>().toEqualTypeOf<Plain<TargetView>>()
  expectTypeOf<Wire<typeof checkSchema>>().toEqualTypeOf<Plain<CheckResult>>()
  expectTypeOf<Wire<typeof callSummarySchema>>().toEqualTypeOf<Plain<CallSummary>>()
  expectTypeOf<Wire<typeof keySchema>>().toEqualTypeOf<Plain<KeyView>>()
  expectTypeOf<Wire<typeof requestRecordSchema>>().toEqualTypeOf<Plain<Omit<RequestRecord, 'prompt' | 'completion'>>>()
})
