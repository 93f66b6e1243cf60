import type { Attributes } from '@opentelemetry/api'
import { asksForStream } from '../../asks-for-stream.ts'
import type { Call, Outcome } from '../../contract.ts'
import { type Target, targetName } from '../../target.ts'
import { cachedTokensOf, countOf } from '../../usage/reported-usage.ts'
import type { ChatCompletion } from '../../wire/chat-completion.ts'
import { isEstimated, knownCost } from '../report.ts'
import { attributeNames as names } from '../semantic-conventions.ts'

/** Of a call's span. Tokens stand on its attempts' spans alone, so that who adds spans up counts them once. */
export function callAttributes(call: Call, outcome: Outcome): Attributes {
  const { context } = call
  const { principal } = context
  return {
    [names.operationName]: call.operation,
    [names.requestModel]: context.route,
    [names.route]: context.route,
    [names.requestStream]: isStream(call),
    [names.responseModel]: outcome.responseModel,
    [names.timeToFirstChunk]: outcome.firstFrameMs === undefined ? undefined : outcome.firstFrameMs / 1_000,
    [names.callId]: context.callId,
    [names.tenant]: principal?.tenant,
    [names.tier]: principal?.tier,
    [names.attempts]: context.attempts.length,
    [names.costUsd]: knownCost(call) ?? undefined,
    [names.usageSource]: isEstimated(call, outcome) ? 'estimated' : 'reported',
  }
}

/** Who an attempt asked. */
interface AskedTarget {
  readonly target: Target | undefined
  /** OpenTelemetry's word for its provider. */
  readonly providerName: string | undefined
}

/** Of an attempt's span, from its start, so that samplers see them: what its target was asked. */
export function requestAttributes(call: Call, { target, providerName }: AskedTarget): Attributes {
  const { request, operation } = call
  const choices = numberIn(request, 'n')
  return {
    [names.operationName]: operation,
    [names.providerName]: providerName,
    [names.provider]: target?.provider,
    [names.requestModel]: target?.model,
    [names.target]: target && targetName(target),
    [names.requestStream]: isStream(call),
    [names.requestMaxTokens]: numberIn(request, 'max_completion_tokens') ?? numberIn(request, 'max_tokens'),
    [names.requestTemperature]: numberIn(request, 'temperature'),
    [names.requestTopP]: numberIn(request, 'top_p'),
    [names.requestFrequencyPenalty]: numberIn(request, 'frequency_penalty'),
    [names.requestPresencePenalty]: numberIn(request, 'presence_penalty'),
    [names.requestSeed]: numberIn(request, 'seed'),
    [names.requestChoices]: choices === 1 ? undefined : choices,
    [names.requestTier]: tierIn(request),
    [names.outputType]: outputTypeOf(request),
    [names.dimensions]: numberIn(request, 'dimensions'),
  }
}

/** How an attempt was answered. */
export interface AttemptAnswer {
  readonly outcome: Outcome
  /** From the call's start to the attempt's. */
  readonly waitedMs: number
  /** Where it was a whole chat, which may be anything: of streams the outcome has what is told here. */
  readonly whole: ChatCompletion | undefined
}

/** Of an attempt's span: what it was answered with, and what that took. */
export function answerAttributes({ outcome, waitedMs, whole }: AttemptAnswer): Attributes {
  const { usage, usageSource, costUsd, responseModel, responseId = textIn(whole, 'id'), firstFrameMs } = outcome
  return {
    [names.responseModel]: responseModel,
    [names.responseId]: responseId,
    [names.responseTier]: outcome.serviceTier,
    [names.finishReasons]: finishReasonsOf(outcome, whole),
    [names.timeToFirstChunk]: firstFrameMs === undefined ? undefined : Math.max(0, firstFrameMs - waitedMs) / 1_000,
    [names.inputTokens]: usage?.prompt_tokens,
    [names.outputTokens]: usage?.completion_tokens,
    [names.cacheReadTokens]: cachedTokensOf(usage),
    [names.cacheWriteTokens]: countOf(usage?.prompt_tokens_details?.cache_write_tokens),
    [names.reasoningTokens]: countOf(usage?.completion_tokens_details?.reasoning_tokens),
    [names.usageSource]: usage && usageSource,
    [names.costUsd]: costUsd ?? undefined,
  }
}

/** One of each choice, in order. */
function finishReasonsOf(
  { finishReason, finishReasons }: Outcome,
  whole: ChatCompletion | undefined,
): string[] | undefined {
  const told = whole?.choices.map(choice => choice?.finish_reason) ?? finishReasons ?? [finishReason]
  const reasons = told.filter(reason => typeof reason === 'string')
  return reasons.length > 0 ? reasons : undefined
}

/** What leaves it to the account is none. */
function tierIn(request: object): string | undefined {
  const tier = textIn(request, 'service_tier')
  return tier === 'auto' ? undefined : tier
}

function isStream({ request }: Call): boolean {
  return asksForStream(request)
}

/** By its form alone: a schema is the caller's. */
function outputTypeOf(request: object): string | undefined {
  const format: unknown = Reflect.get(request, 'response_format')
  const type: unknown = typeof format === 'object' && format !== null ? Reflect.get(format, 'type') : undefined
  return type === 'text' ? type : type === 'json_object' || type === 'json_schema' ? 'json' : undefined
}

/** As long as an id is. */
const longestText = 2_048

function textIn(value: object | undefined, member: string): string | undefined {
  const text: unknown = value && Reflect.get(value, member)
  return typeof text === 'string' ? text.slice(0, longestText) : undefined
}

function numberIn(request: object, member: string): number | undefined {
  const value: unknown = Reflect.get(request, member)
  return typeof value === 'number' ? value : undefined
}
