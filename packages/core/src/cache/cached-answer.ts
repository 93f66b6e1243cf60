import type { CallContext, Outcome, Target } from '../contract.ts'
import type { KeptAnswer } from '../stream/kept-answer.ts'
import { decodeKept, encodeKept, type ReadAnswer } from '../stream/kept-bytes.ts'

/** An answer that was given before. */
export interface CachedAnswer {
  /** Milliseconds since 1970. */
  readonly storedAt: number
  /** Who answered. */
  readonly target: Target | undefined
  /** Request parameters that it could not be told. */
  readonly droppedParams: readonly string[]
  /** How a call ends that gets it: it used nothing, and costs nothing. */
  readonly outcome: Outcome
  readonly answer: KeptAnswer
}

/** As the store keeps it, with who answered whom. */
interface Head {
  readonly storedAt: number
  readonly target?: Target | undefined
  readonly droppedParams?: readonly string[] | undefined
  readonly finishReason?: string | undefined
  readonly responseModel?: string | undefined
}

/** What is to be kept of an answer and its call, as bytes. */
export function encodeCached(
  answer: ReadAnswer,
  outcome: Outcome,
  { target, droppedParams }: Pick<CallContext, 'target' | 'droppedParams'>,
): Uint8Array {
  const { finishReason, responseModel, usage, usageSource } = outcome
  const head = { storedAt: Date.now(), target, droppedParams: [...droppedParams], finishReason, responseModel }
  return encodeKept(answer, head, usageSource === 'reported' ? usage : undefined)
}

/** @throws {Error} for bytes that {@link encodeCached} did not make */
export function decodeCached(bytes: Uint8Array): CachedAnswer {
  const { head, answer } = decodeKept(bytes)
  const {
    storedAt,
    target,
    droppedParams = [],
    finishReason,
    responseModel,
  } = head as Readonly<Record<string, unknown>> & Head
  const outcome: Outcome = { status: 'completed', usageSource: 'reported', finishReason, responseModel, costUsd: 0 }
  return { storedAt, target, droppedParams, outcome, answer }
}
