import type { Call, CallContext, Handler, Middleware, Operation, Result } from '../contract.ts'
import { isChat } from '../is-chat.ts'
import { isPromise } from '../is-promise.ts'
import { sendAsRead } from '../send-as-read.ts'
import type { Permit } from './call-permit.ts'
import { goOnUntil } from './go-on-until.ts'
import { type LimitPlan, quotaOf } from './limit-plan.ts'
import type { Limiter } from './limiter.ts'
import { applyCap } from './output-cap.ts'
import { tokenBound } from './token-bound.ts'

/** What the layer of limits is made of. */
interface LimitCallsOptions {
  readonly limiter: Limiter
  /** The output cap of each route that has one, in tokens. */
  readonly routeTokens: Readonly<Record<string, number>>
  /** The output cap where tokens are limited and nothing else says one. */
  readonly defaultTokens: number
}

/**
 * Lets a call on within its caller's limits: one reservation a call, requests and tokens at once, of which what was not used is given
 * back when the call has settled. Chats are held to their caller's `maxTokens`, and get an output cap where they need one.
 * @throws {GatewayError} `rate_limited`, `limits_unavailable`; `invalid_request` for an output cap above `maxTokens`.
 */
export function limitCalls({ limiter, routeTokens, defaultTokens }: LimitCallsOptions): Middleware {
  const hasRouteTokens = Object.keys(routeTokens).length > 0

  function limited<O extends Operation>(
    call: Call<O>,
    next: Handler<O>,
    plan: LimitPlan | undefined,
  ): Promise<Result<O>> {
    if (plan?.countsTokens || call.context.principal?.maxTokens) sendAsRead(call)
    const { call: capped, cap } = applyCap(call, {
      maxTokens: quotaOf(call.context.principal?.maxTokens),
      routeTokens,
      defaultTokens: plan?.countsTokens ? defaultTokens : undefined,
    })
    if (!plan) return next(capped)
    const tokens = plan.countsTokens ? tokenBound(call, cap) : 0
    const contextTokens = isChat(call) ? (call.request.n ?? 1) * call.context.addableTokens : 0
    const admitted = limiter.admit({ plan, tokens, contextTokens, headers: call.context.answerHeaders })
    if (isPromise(admitted)) return admitted.then(permit => goOn(capped, next, permit))
    return goOn(capped, next, admitted)
  }

  /** What is kept or looked at uses no tokens, and stands in no model's way: it is a request and no more. */
  async function counted<O extends Operation>(call: Call<O>, next: Handler<O>): Promise<Result<O>> {
    await limiter.count(call.context.principal, call.context.answerHeaders)
    return next(call)
  }

  return (call, next) => {
    const { principal } = call.context
    if (isKept(call)) return counted(call, next)
    const plan = principal && limiter.planOf(principal)
    if (!plan && !hasRouteTokens && principal?.maxTokens === undefined) return next(call)
    try {
      return limited(call, next, plan)
    } catch (error) {
      return Promise.reject(error)
    }
  }
}

/** The call's end, however it comes, ends its permit. */
function goOn<O extends Operation>(call: Call<O>, next: Handler<O>, permit: Permit | undefined): Promise<Result<O>> {
  if (!permit) return next(call)
  const { context } = call
  return goOnUntil(call, next, () => permit.settle(usedTokens(context)))
}

/** `undefined` where an upstream may have worked, or still works, and nobody knows how much. Without an attempt nothing was used. */
function usedTokens({ attempt, spending }: CallContext): number | undefined {
  if (attempt === undefined) return 0
  const isUnknown = attempt.code === '' || (spending.usageSource === 'estimated' && spending.tokens === 0)
  return isUnknown ? undefined : spending.tokens
}

function isKept({ operation }: Call): boolean {
  return operation === 'files' || operation === 'batches'
}
