import { isGatewayError, toGatewayError } from './errors.ts'
import type { Usage } from './wire/usage.ts'

/** Tokens used, and whether the upstream said so. */
export interface SettledUsage {
  readonly usage?: Usage | undefined
  /** `estimated` where the upstream reported nothing: an abort, a cut, a provider without usage. */
  readonly usageSource: 'reported' | 'estimated'
}

/** How a result ended. */
export interface Outcome extends SettledUsage {
  readonly status: 'completed' | 'cancelled' | 'failed'
  readonly finishReason?: string | undefined
  readonly responseModel?: string | undefined
  /** From the call's start to its first content frame, in milliseconds; streams only. */
  readonly firstFrameMs?: number | undefined
  /** The service tier that answered, as it said. */
  readonly serviceTier?: string | undefined
  /** About how many tokens of the answer passed, where no usage was reported and the adapter can tell. */
  readonly completionTokensPassed?: number | undefined
  /** US dollars; `null` where the price is unknown, which is not zero. */
  readonly costUsd: number | null
  readonly error?: unknown
}

/** What an adapter learns of an answer while it passes. */
export interface AnswerFacts {
  usage?: Usage | undefined
  finishReason?: string | undefined
  responseModel?: string | undefined
  serviceTier?: string | undefined
  /** About how many tokens have passed. Asked once, at the end, and only where no usage was reported. */
  completionTokensPassed?: (() => number) | undefined
}

export function completedOutcome(facts: AnswerFacts, firstFrameMs?: number): Outcome {
  return outcome('completed', facts, firstFrameMs)
}

/** The outcome of a call that threw: `cancelled` when its caller left, else `failed` with the error as a {@link GatewayError}. */
export function failedOutcome(error: unknown, facts: AnswerFacts = {}, firstFrameMs?: number): Outcome {
  const cancelled = isGatewayError(error) && error.code === 'cancelled'
  return { ...outcome(cancelled ? 'cancelled' : 'failed', facts, firstFrameMs), error: toGatewayError(error) }
}

/** Whether usage says how many tokens. Servers report what they like, and a sum with what is no number is none: no limit would hold after it. */
export function isCounted(usage: Usage | undefined): usage is Usage {
  return isCount(usage?.prompt_tokens) && isCount(usage?.completion_tokens)
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY
}

function outcome(status: Outcome['status'], facts: AnswerFacts, firstFrameMs: number | undefined): Outcome {
  const usage = isCounted(facts.usage) ? facts.usage : undefined
  return {
    status,
    usage,
    usageSource: usage ? 'reported' : 'estimated',
    finishReason: facts.finishReason,
    responseModel: facts.responseModel,
    firstFrameMs,
    serviceTier: facts.serviceTier,
    completionTokensPassed: usage ? undefined : facts.completionTokensPassed?.(),
    costUsd: null,
  }
}
