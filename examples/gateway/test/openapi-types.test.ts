import type {
  Base64EmbeddingsResponse,
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionRequest,
  EmbeddingsRequest,
  EmbeddingsResponse,
  ErrorBody,
  Model,
  ModelList,
} from '@modelgate/core'
import { expectTypeOf, it } from 'vitest'
import type * as z from 'zod'
import type { chatChunkSchema } from '../src/openapi/schemas/chat-chunk-schema.ts'
import type { chatCompletionSchema } from '../src/openapi/schemas/chat-completion-schema.ts'
import type { chatRequestSchema } from '../src/openapi/schemas/chat-request-schema.ts'
import type {
  base64EmbeddingsResponseSchema,
  embeddingsRequestSchema,
  embeddingsResponseSchema,
} from '../src/openapi/schemas/embeddings-schema.ts'
import type { errorSchema } from '../src/openapi/schemas/error-schema.ts'
import type { modelListSchema, modelSchema } from '../src/openapi/schemas/model-schema.ts'

/** Without `readonly`, which JSON does not know, and without interfaces, so that all members are compared. */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T

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
  expectTypeOf<Wire<typeof errorSchema>>().toEqualTypeOf<Plain<ErrorBody>>()
})
