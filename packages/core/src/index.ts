// The gateway: how it is made, called and closed.

export { CallController } from './call-controller.ts'
export type { CallReport } from './call-report.ts'
export type { CallerCredentials, CallerCredentialsMode } from './caller-credentials.ts'
export type { ChatStream } from './chat-stream.ts'
export { createGateway } from './create-gateway.ts'
export type { Flushable, FlushOptions } from './flush.ts'
export type { CallOptions, CloseOptions, FetchOptions, Gateway } from './gateway.ts'
export type { GatewayOptions, Routes, TargetName } from './gateway-options.ts'
export type { StreamsOptions } from './http/streams-options.ts'
export type { Timeouts } from './timeouts.ts'

// Routes: which target a call goes to, and what may be asked of it.

export type { Capability } from './capability.ts'
export type { RouteCache } from './route-cache.ts'
export { type DetailedRoute, type RouteConfig, type RouteTable, routeTargets } from './router/resolve.ts'
export type { Bounds, Condition, OneOf, RouteRule } from './router/route-rule.ts'
export type { PlacedTarget, RouteTarget } from './router/route-target.ts'
export type { TargetCost } from './router/strategies/least-cost.ts'
export type { StickyBy } from './router/strategies/sticky.ts'
export type { StrategyName } from './router/strategies/strategy-of.ts'
export type { TargetCapabilities } from './target-capabilities.ts'

// Retries, circuit breakers, bulkheads, time limits.

export type { AttemptGuard, AttemptPermit, AttemptRefusal, GuardDecision } from './attempt-guard.ts'
export { BudgetedRetries, type RetryOptions } from './resilience/budgeted-retries.ts'
export type { BulkheadOptions } from './resilience/bulkheads.ts'
export type { BreakerChange, BreakerStateName, CircuitBreakerOptions } from './resilience/circuit-breaker-options.ts'
export type { CoolDownOptions } from './resilience/cool-downs.ts'
export {
  createResilience,
  type Resilience,
  type ResilienceOptions,
  type TargetHealth,
} from './resilience/resilience.ts'
export { type StreamTimeouts, timeouts } from './resilience/timeouts.ts'
export type { RetryPolicy } from './retry-policy.ts'

// Keys: who calls, and what they may.

export { type ApiKeysOptions, apiKeys } from './auth/api-keys.ts'
export { type Authenticate, type AuthRequest, apiKeyOf } from './auth/authenticate.ts'
export { createApiKey, isMalformedKey } from './auth/create-api-key.ts'
export { hashKey } from './auth/hash-key.ts'
export { type KeyAdmin, type KeyPage, takenIdMessage } from './auth/key-admin.ts'
export type { ConfiguredKey, KeyRecord, KeyStore } from './auth/key-store.ts'
export { type MemoryKeyStore, memoryKeyStore } from './auth/memory-key-store.ts'
export { requireScope } from './auth/permissions.ts'

// Limits and budgets, and the stores they are kept in.

export type { Budget } from './budget.ts'
export type { BudgetSpending, SpendingDesk } from './limits/budgets/budget-desk.ts'
export type { BudgetHolder } from './limits/budgets/budget-plan.ts'
export {
  budgetDay,
  budgetMonth,
  exceededBy,
  newStanding,
  periodEndMs,
  rolledTo,
  settledWith,
} from './limits/budgets/budget-standing.ts'
export type {
  BudgetDecision,
  BudgetLimit,
  BudgetPeriod,
  BudgetReservation,
  BudgetSettlement,
  BudgetSlot,
  BudgetStanding,
  BudgetStore,
} from './limits/budgets/budget-store.ts'
export type { BudgetsOptions, SoftLimitEvent } from './limits/budgets/budgets-options.ts'
export type { KnownBudget } from './limits/budgets/known-budgets.ts'
export {
  type MemoryBudgetStore,
  type MemoryBudgetStoreOptions,
  memoryBudgetStore,
} from './limits/budgets/memory-budget-store.ts'
export type {
  Admission,
  LimitDecision,
  LimitStore,
  LimitWindow,
  Refusal,
  Reservation,
  Settlement,
  WindowState,
} from './limits/limit-store.ts'
export type { LimitsOptions } from './limits/limits-options.ts'
export { type MemoryLimitStore, type MemoryLimitStoreOptions, memoryLimitStore } from './limits/memory-limit-store.ts'
export { defaultTiers, type RateLimit } from './rate-limit.ts'
export type { KeptReservation } from './reserved-money.ts'

// What a call costs.

export { type CostMeterOptions, costMeter } from './cost/cost-meter.ts'
export { costOf, type PriceFigures } from './cost/cost-of.ts'
export type { ModelPrice, PriceTerms, TokenPrices } from './cost/model-price.ts'
export {
  type ConfiguredPrice,
  type ConfiguredPrices,
  type PriceBook,
  type PriceQuestion,
  priceBook,
} from './cost/price-book.ts'
export { scaledPrice } from './cost/scaled-price.ts'

// Answers that are kept: the cache, idempotency, and their stores.

export type { CacheOptions } from './cache/cache-options.ts'
export {
  type CacheClaim,
  type CacheEntry,
  type CacheStore,
  type ClaimUpdate,
  checkValue,
  type MaybeLater,
} from './cache/cache-store.ts'
export type { CacheMode, CacheWish } from './cache/cache-wish.ts'
export { type MemoryCacheStore, type MemoryCacheStoreOptions, memoryCacheStore } from './cache/memory-cache-store.ts'
export { packValue, unpackValue } from './cache/packed-value.ts'
export type { IdempotencyOptions } from './idempotency/idempotency-options.ts'

// Files and batches.

export {
  type FileContent,
  type ListPage,
  type ListQuery,
  type NewBatch,
  pageOf,
  type UploadSettings,
} from './batch-operations.ts'
export type {
  BatchCaller,
  BatchCallOptions,
  BatchGateway,
  BatchLine,
  BatchProvider,
  BatchSize,
  BatchUpload,
  EndedBatch,
  FileLines,
  LineBound,
} from './batch-provider.ts'
export { badLine } from './batches/bad-line.ts'
export type { BatchesOptions } from './batches/batches-options.ts'
export { splitLines, type TextLine } from './batches/line-splitter.ts'
export { noSuch } from './batches/no-such.ts'

// Context: facts that are added to prompts.

export type { AddedContext } from './added-context.ts'
export {
  type ContextHealth,
  type ContextLayer,
  type ContextLayerParts,
  contextLayer,
} from './context/context-layer.ts'
export { noteContext } from './context/note-context.ts'

// Telemetry: the request log, logs, metrics, traces.

export type { CallFollower, Followed, Telemetry } from './telemetry/call-follower.ts'
export type { AttemptTrace, CallTrace } from './telemetry/call-trace.ts'
export type { LogContentOptions } from './telemetry/content/keep-content.ts'
export { redactKeys, redactSecrets } from './telemetry/content/redact-secrets.ts'
export { type JsonLoggerOptions, jsonLogger } from './telemetry/logs/json-logger.ts'
export type { LogFields, Logger, LogLevel } from './telemetry/logs/logger.ts'
export {
  type MemoryRequestLog,
  type MemoryRequestLogOptions,
  memoryRequestLog,
} from './telemetry/memory-request-log.ts'
export { type FleetCounters, type FleetCountersOptions, fleetCounters } from './telemetry/metrics/fleet-counters.ts'
export type { FleetMinute, FleetRange, FleetStore } from './telemetry/metrics/fleet-store.ts'
export { type Histogram, quantileOf } from './telemetry/metrics/histogram.ts'
export type { MetricsExporter } from './telemetry/metrics/metrics-exporter.ts'
export type { MetricsOptions } from './telemetry/metrics/metrics-options.ts'
export { metricsSince } from './telemetry/metrics/metrics-since.ts'
export type {
  AttemptMetrics,
  CallLabels,
  CallMetrics,
  ContextMetrics,
  MetricsSnapshot,
} from './telemetry/metrics/metrics-snapshot.ts'
export { prometheusContentType, prometheusText } from './telemetry/metrics/prometheus-text.ts'
export { sumCalls } from './telemetry/metrics/sum-calls.ts'
export { type LostRecords, type QueuedLog, type QueuedLogOptions, queuedLog } from './telemetry/queued-log.ts'
export {
  type LoggedAttempt,
  type LoggedContext,
  type RequestLog,
  type RequestRecord,
  toRequestRecord,
} from './telemetry/request-log.ts'
export type { TraceParent } from './telemetry/trace-parent.ts'

// Errors.

export { errorText } from './error-text.ts'
export {
  abortError,
  bodyTooLarge,
  type ErrorCode,
  GatewayError,
  type GatewayErrorOptions,
  isGatewayError,
  statusOfCode,
  toGatewayError,
} from './errors.ts'
export { longestTimerMs } from './longest-timer.ts'
export { unlessAborted } from './unless-aborted.ts'

// The door over HTTP, for fronts and hosts of your own.

export { sendError } from './http/answer.ts'
export { callIdOf } from './http/call-id.ts'
export { checkMount } from './http/check-mount.ts'
export { clientAddress } from './http/client-address.ts'
export type { Door, GatewayDoor } from './http/door.ts'
export { doorOf } from './http/door-of.ts'
export type { AnswerHeaders, DoorRequest, Sink } from './http/front.ts'
export { pathHint } from './http/path-hint.ts'

// Calls, their results, and layers around them.

export { type AnyHandler, compose, forChat } from './compose.ts'
export type {
  Attempt,
  Call,
  CallContext,
  ChatMiddleware,
  ChatResult,
  EmbeddingsResult,
  FrameBatch,
  Handler,
  Middleware,
  Operation,
  Operations,
  Outcome,
  Payload,
  Principal,
  Result,
  Target,
} from './contract.ts'
export { type AnswerFacts, completedOutcome, failedOutcome, settledAs } from './outcome.ts'
export { callProvider, createRouter } from './router/router.ts'
export type { RouterOptions } from './router/router-options.ts'

// What providers are made with: streams, transports, bodies, checks of options.

export type { Provider } from './provider.ts'
export { createAccumulator } from './stream/accumulate.ts'
export { closeSource } from './stream/close-source.ts'
export { holdUntilContent } from './stream/first-content.ts'
export { hasContent } from './stream/has-content.ts'
export { Pullable, type Receiver } from './stream/pull.ts'
export { type BytesBatchOptions, batchOfBytes, batchOfChunks } from './stream/sse.ts'
export { type StreamFacts, type StreamSource, streamResult } from './stream/stream-result.ts'
export { TimedReads } from './stream/timed-reads.ts'
export { fromFetchResponse } from './upstream/fetch-response.ts'
export { type FetchTransportOptions, fetchTransport, toFetchError } from './upstream/fetch-transport.ts'
export { readBody } from './upstream/read-body.ts'
export { readErrorBody } from './upstream/read-error-body.ts'
export { retryAfterMs } from './upstream/retry-after.ts'
export type { Transport, UpstreamBody, UpstreamRequest, UpstreamResponse } from './upstream/transport.ts'
export { transportFault } from './upstream/transport-fault.ts'
export { unavailableStatus } from './upstream/unavailable-status.ts'
export { attemptUsage, estimateBasis } from './usage/attempt-usage.ts'
export { bytesPerToken } from './usage/estimate-prompt.ts'
export { mayHaveWorked } from './usage/may-have-worked.ts'
export { checkMembers, type MembersOf, memberFaults } from './wire/check-members.ts'
export { type ChecksOf, checkValues } from './wire/check-values.ts'
export { encodeBody, type SourceBody } from './wire/source-body.ts'
export { spellingOf } from './wire/spelling-of.ts'
export {
  callable as callableCheck,
  listOf as listCheck,
  number as numberCheck,
  oneOf as oneOfCheck,
  tableOf as tableCheck,
  text as textCheck,
  type ValueCheck,
} from './wire/value-check.ts'

// The wire: OpenAI's shapes, and what is added to them.

export type { BatchCounts, BatchErrors, BatchObject, BatchStatus, BatchUsage } from './wire/batch-object.ts'
export type { ChatCompletionChunk, ChunkChoice, ChunkDelta, ToolCallDelta } from './wire/chat-chunk.ts'
export type {
  Annotation,
  AnswerTrace,
  ChatCompletion,
  ChatCompletionChoice,
  ChatCompletionMessage,
  FinishReason,
  NativeFields,
} from './wire/chat-completion.ts'
export type { AssistantMessage, ChatMessage, ToolMessage, UserMessage } from './wire/chat-message.ts'
export type { ChatCompletionRequest } from './wire/chat-request.ts'
export type { FunctionCall, FunctionTool, JsonSchema, Tool, ToolCall, ToolChoice } from './wire/chat-tool.ts'
export type { ContentPart } from './wire/content-part.ts'
export type { Base64EmbeddingsResponse, EmbeddingsRequest, EmbeddingsResponse } from './wire/embeddings.ts'
export type { ErrorBody } from './wire/error-body.ts'
export type { FileDeleted, FileObject } from './wire/file-object.ts'
export type { ListedCapabilities, Model, ModelList } from './wire/model.ts'
export type { ThinkingBlock } from './wire/thinking-block.ts'
export type { Usage } from './wire/usage.ts'
