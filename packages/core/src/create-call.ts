import { randomUUID } from 'node:crypto'
import type { CallContext } from './call-context.ts'
import { CallController } from './call-controller.ts'
import type { Call, Operation } from './contract.ts'

/** What a front knows of a call; the rest of its context starts empty. */
export type NewCall<O extends Operation> = { readonly [K in keyof CallContext]?: CallContext[K] | undefined } & {
  readonly operation: O
  /** May hold anything: it comes from outside, and the onion checks it. */
  readonly request: object
  readonly origin: CallContext['origin']
  readonly deadlineMs?: number | undefined
  /** The caller's own. Without one, `controller` aborts the call; without that, too, the call gets one. */
  readonly signal?: AbortSignal | undefined
}

/** Of all calls that have none. */
const noTags: CallContext['tags'] = Object.freeze({})
const nobody: CallContext['listeners'] = Object.freeze([])

/** A call with a fresh context, which every layer and attempt of it shares. */
export function createCall<O extends Operation>(input: NewCall<O>): Call<O> {
  const controller = input.signal ? undefined : (input.controller ?? new CallController())
  return {
    operation: input.operation,
    request: input.request,
    signal: controller?.signal ?? input.signal,
    context: {
      callId: input.callId ?? randomUUID(),
      principal: input.principal,
      tags: input.tags ?? noTags,
      origin: input.origin,
      idempotencyKey: input.idempotencyKey,
      askedAs: input.askedAs,
      isIdempotentReplay: false,
      startedAt: performance.now(),
      pinnedProvider: input.pinnedProvider,
      callerCredentials: input.callerCredentials,
      cacheWish: input.cacheWish,
      deadlineMs: input.deadlineMs,
      deadlineAt: Number.POSITIVE_INFINITY,
      connectMs: input.connectMs,
      listeners: input.listeners ?? nobody,
      controller,
      source: input.source,
      route: undefined,
      target: undefined,
      attempt: undefined,
      attempts: [],
      failedAttempt: undefined,
      goesOn: undefined,
      budget: undefined,
      spending: { tokens: 0, costUsd: 0, usageSource: 'reported' },
      traceParent: input.traceParent,
      trace: undefined,
      upstreamHeaders: undefined,
      wantsContext: input.wantsContext ?? true,
      addableTokens: 0,
      smallestWindow: undefined,
      addedContext: undefined,
      content: undefined,
      cache: undefined,
      answerHeaders: input.answerHeaders ?? {},
      droppedParams: new Set(),
    },
  } as Call<O>
}
