import type OpenAI from 'openai'
import type * as Chat from 'openai/resources/chat/completions'
import type * as Shared from 'openai/resources/shared'
import { describe, expect, it } from 'vitest'
import type { ChatCompletionChunk, ChunkDelta, ToolCallDelta } from '../../src/wire/chat-chunk.ts'
import type {
  ChatCompletion,
  ChatCompletionChoice,
  ChatCompletionMessage,
  TokenLogprob,
} from '../../src/wire/chat-completion.ts'
import type { AssistantMessage, ChatMessage, UserMessage } from '../../src/wire/chat-message.ts'
import type { ChatCompletionRequest } from '../../src/wire/chat-request.ts'
import type { Tool, ToolCall, ToolChoice } from '../../src/wire/chat-tool.ts'
import type { ContentPart } from '../../src/wire/content-part.ts'
import type { Base64EmbeddingsResponse, EmbeddingsRequest, EmbeddingsResponse } from '../../src/wire/embeddings.ts'
import type { ErrorDetail } from '../../src/wire/error-body.ts'
import type { Model } from '../../src/wire/model.ts'
import type { ResponseFormat } from '../../src/wire/response-format.ts'
import type { Usage } from '../../src/wire/usage.ts'

type AssignableTo<From, To> = [From] extends [To] ? true : false
type KnownKeys<T> = T extends unknown ? keyof T : never

/** `true` when values pass in both directions; otherwise names the direction that fails, so that tsc prints it. */
type Mutual<Ours, Theirs> =
  AssignableTo<Ours, Theirs> extends true
    ? AssignableTo<Theirs, Ours> extends true
      ? true
      : 'theirs does not fit ours'
    : 'ours does not fit theirs'

/** Optional fields do not break assignability when one side forgets them: so the names are compared as well. */
type NoFieldForgotten<Ours, Theirs> =
  Exclude<KnownKeys<Theirs>, KnownKeys<Ours>> extends never ? true : Exclude<KnownKeys<Theirs>, KnownKeys<Ours>>

/** Fields of ours that `openai` does not have: exactly the documented extensions. */
type Extensions<Ours, Theirs> = Exclude<KnownKeys<Ours>, KnownKeys<Theirs>>

type Same<Ours, Theirs> = Mutual<Ours, Theirs> extends true ? NoFieldForgotten<Ours, Theirs> : Mutual<Ours, Theirs>

const holds = <Claim extends true>(claim: Claim): void => expect(claim).toBe(true)

describe('wire types and the pinned openai package', () => {
  it('agree on chat requests', () => {
    holds<Same<ChatCompletionRequest, Chat.ChatCompletionCreateParams>>(true)
    holds<Same<ChatCompletionRequest & { stream?: false | null }, Chat.ChatCompletionCreateParamsNonStreaming>>(true)
    holds<Same<ChatCompletionRequest & { readonly stream: true }, Chat.ChatCompletionCreateParamsStreaming>>(true)
  })

  it('agree on the members of chat requests', () => {
    holds<Same<ChatMessage, Chat.ChatCompletionMessageParam>>(true)
    holds<Same<AssistantMessage, Chat.ChatCompletionAssistantMessageParam>>(true)
    holds<Same<ContentPart, Chat.ChatCompletionContentPart>>(true)
    holds<Same<Tool, Chat.ChatCompletionTool>>(true)
    holds<Same<ToolChoice, Chat.ChatCompletionToolChoiceOption>>(true)
    holds<Same<ResponseFormat, NonNullable<Chat.ChatCompletionCreateParams['response_format']>>>(true)
    holds<
      Same<
        NonNullable<ChatCompletionRequest['stream_options']>,
        NonNullable<Chat.ChatCompletionCreateParams['stream_options']>
      >
    >(true)
    holds<
      Same<
        NonNullable<ChatCompletionRequest['prompt_cache_options']>,
        NonNullable<Chat.ChatCompletionCreateParams['prompt_cache_options']>
      >
    >(true)
    holds<
      Same<
        NonNullable<ChatCompletionRequest['web_search_options']>,
        NonNullable<Chat.ChatCompletionCreateParams['web_search_options']>
      >
    >(true)
  })

  it('agree on completions', () => {
    holds<Same<ChatCompletion, Chat.ChatCompletion>>(true)
    holds<Same<ChatCompletionChoice, Chat.ChatCompletion.Choice>>(true)
    holds<Same<ChatCompletionMessage, Chat.ChatCompletionMessage>>(true)
    holds<Same<ToolCall, Chat.ChatCompletionMessageToolCall>>(true)
    holds<Same<TokenLogprob, Chat.ChatCompletionTokenLogprob>>(true)
  })

  it('agree on chunks', () => {
    holds<Same<ChatCompletionChunk, Chat.ChatCompletionChunk>>(true)
    holds<Same<ChunkDelta, Chat.ChatCompletionChunk.Choice.Delta>>(true)
    holds<Same<ToolCallDelta, Chat.ChatCompletionChunk.Choice.Delta.ToolCall>>(true)
  })

  it('agree on usage', () => {
    holds<Same<Usage, OpenAI.CompletionUsage>>(true)
    holds<
      Same<NonNullable<Usage['prompt_tokens_details']>, NonNullable<OpenAI.CompletionUsage['prompt_tokens_details']>>
    >(true)
    holds<
      Same<
        NonNullable<Usage['completion_tokens_details']>,
        NonNullable<OpenAI.CompletionUsage['completion_tokens_details']>
      >
    >(true)
  })

  it('agree on embeddings, models and errors', () => {
    holds<Same<EmbeddingsRequest, OpenAI.EmbeddingCreateParams>>(true)
    holds<Same<EmbeddingsResponse, OpenAI.CreateEmbeddingResponse>>(true)
    holds<AssignableTo<Base64EmbeddingsResponse['usage'], OpenAI.CreateEmbeddingResponse['usage']>>(true)
    holds<Same<Model, OpenAI.Model>>(true)
    holds<Mutual<ErrorDetail, Shared.ErrorObject>>(true)
  })

  it('differ by the documented extension fields and nothing else', () => {
    type Reasoning = 'reasoning_content' | 'thinking_blocks'
    type AnswerExtras = 'trace' | 'additional_model_response_fields'
    holds<Mutual<Extensions<ChatCompletionRequest, Chat.ChatCompletionCreateParams>, never>>(true)
    holds<Mutual<Extensions<AssistantMessage, Chat.ChatCompletionAssistantMessageParam>, Reasoning | 'cache_control'>>(
      true,
    )
    holds<Mutual<Extensions<UserMessage, Chat.ChatCompletionUserMessageParam>, 'cache_control'>>(true)
    holds<Mutual<Extensions<ContentPart, Chat.ChatCompletionContentPart>, 'cache_control'>>(true)
    holds<Mutual<Extensions<Tool, Chat.ChatCompletionTool>, 'cache_control'>>(true)
    holds<Mutual<Extensions<ChatCompletionMessage, Chat.ChatCompletionMessage>, Reasoning>>(true)
    holds<Mutual<Extensions<ChunkDelta, Chat.ChatCompletionChunk.Choice.Delta>, Reasoning | 'annotations'>>(true)
    holds<Mutual<Extensions<ChatCompletion, Chat.ChatCompletion>, AnswerExtras>>(true)
    holds<Mutual<Extensions<ChatCompletionChunk, Chat.ChatCompletionChunk>, AnswerExtras>>(true)
    holds<Mutual<Extensions<Usage, OpenAI.CompletionUsage>, never>>(true)
  })

  it('have no index signature, so that a misspelt field does not compile', () => {
    holds<string extends keyof ChatCompletionRequest ? false : true>(true)
    holds<string extends keyof ChatCompletion ? false : true>(true)
    holds<string extends keyof ChatCompletionChunk ? false : true>(true)
    // @ts-expect-error: `temprature` is not a field
    const misspelt: ChatCompletionRequest = { model: 'm', messages: [], temprature: 1 }
    expect(misspelt.messages).toEqual([])
  })
})
