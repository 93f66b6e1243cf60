import type { Attributes } from '@opentelemetry/api'
import { asksForStream } from '../../asks-for-stream.ts'
import type { Call, Outcome } from '../../contract.ts'
import { type Target, targetName } from '../../target.ts'
import { cachedTokensOf, countOf } from '../../usage/reported-usage.ts'
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
export interface AskedTarget {
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
    [names.outputType]: outputTypeOf(request),
    [names.dimensions]: numberIn(request, 'dimensions'),
  }
}

/** Of an attempt's span: what it was answered with, and what that took. `waitedMs`: from the call's start to the attempt's. */
export function answerAttributes(outcome: Outcome, waitedMs: number): Attributes {
  const { usage, usageSource, costUsd, finishReason, responseModel, firstFrameMs } = outcome
  return {
    [names.responseModel]: responseModel,
    [names.finishReasons]: finishReason === undefined ? undefined : [finishReason],
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

function isStream({ request }: Call): boolean {
  return asksForStream(request)
}

/** By its form alone: a schema is the caller's. */
function outputTypeOf(request: object): string | undefined {
  const format: unknown = Reflect.get(request, 'response_format')
  const type: unknown = typeof format === 'object' && format !== null ? Reflect.get(format, 'type') : undefined
  return type === 'text' ? type : type === 'json_object' || type === 'json_schema' ? 'json' : undefined
}

function numberIn(request: object, member: string): number | undefined {
  const value: unknown = Reflect.get(request, member)
  return typeof value === 'number' ? value : undefined
}
