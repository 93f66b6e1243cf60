/**
 * Converse's answer, read with care: models leave members out, and new ones appear.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_ResponseSyntax
 */
export interface ConverseAnswer {
  readonly output?: { readonly message?: { readonly content?: readonly AnswerBlock[] | null } | null } | null
  readonly stopReason?: string | null
  readonly usage?: AnswerUsage | null
  readonly serviceTier?: { readonly type?: string | null } | null
  readonly performanceConfig?: { readonly latency?: string | null } | null
  /** What of the model's native answer the request asked for. */
  readonly additionalModelResponseFields?: unknown
  /** Of a guardrail and a prompt router, where the request asked for it. */
  readonly trace?: unknown
}

/** One block of an answer: one member is there. `type` is `server_tool_use` for tools that Bedrock ran itself. */
export interface AnswerBlock {
  readonly text?: string | null
  readonly toolUse?: {
    readonly toolUseId?: string
    readonly name?: string
    readonly input?: unknown
    readonly type?: string
  }
  readonly reasoningContent?: {
    readonly reasoningText?: { readonly text?: string; readonly signature?: string | null } | null
    readonly redactedContent?: string | null
  } | null
  readonly citationsContent?: {
    readonly content?: readonly { readonly text?: string }[] | null
    readonly citations?: readonly AnswerCitation[] | null
  } | null
}

/**
 * What a passage of the answer rests on.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Citation.html
 */
export interface AnswerCitation {
  readonly title?: string | null
  /** Of a search result: as the caller named it. */
  readonly source?: string | null
  readonly location?: { readonly web?: { readonly url?: string | null; readonly domain?: string | null } | null } | null
}

/** `inputTokens` leaves out what was read from and written to the prompt cache. */
export interface AnswerUsage {
  readonly inputTokens?: number | null
  readonly outputTokens?: number | null
  readonly totalTokens?: number | null
  readonly cacheReadInputTokens?: number | null
  readonly cacheWriteInputTokens?: number | null
  /** What was written, by how long it is kept: `5m` or `1h`. */
  readonly cacheDetails?: readonly { readonly ttl?: string | null; readonly inputTokens?: number | null }[] | null
}

/**
 * One event of a Converse stream: its `:event-type` and its payload, whose members depend on the type.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
export interface ConverseEvent {
  readonly type: string
  readonly payload: ConverseEventPayload
}

/** The members of all event types together, each there only in its own. */
export interface ConverseEventPayload {
  readonly contentBlockIndex?: number
  readonly start?: {
    readonly toolUse?: { readonly toolUseId?: string; readonly name?: string; readonly type?: string } | null
  }
  readonly delta?: AnswerDelta
  readonly stopReason?: string | null
  readonly additionalModelResponseFields?: unknown
  readonly usage?: AnswerUsage | null
  readonly serviceTier?: { readonly type?: string | null } | null
  readonly performanceConfig?: { readonly latency?: string | null } | null
  readonly trace?: unknown
  /** Of InvokeModel's `chunk`, which is the only event there: base64 text of JSON in the model's own words. */
  readonly bytes?: string
}

/** What a `contentBlockDelta` adds: one member is there. */
export interface AnswerDelta {
  readonly text?: string | null
  readonly toolUse?: { readonly input?: string | null } | null
  readonly reasoningContent?: {
    readonly text?: string | null
    readonly signature?: string | null
    readonly redactedContent?: string | null
  } | null
  readonly citation?: AnswerCitation | null
}
