import type { Call, Operation } from '../contract.ts'
import { GatewayError } from '../errors.ts'
import { isChat } from '../is-chat.ts'

/** What decides how long a chat's answer may be, in tokens. */
export interface CapRules {
  /** The most its caller may ask for, which is also what one that asks for nothing gets. */
  readonly maxTokens?: number | undefined
  /** What each route that says so gives to a caller that asks for nothing. */
  readonly routeTokens?: Readonly<Record<string, number>> | undefined
  /** What everybody else gets; `undefined` where nothing needs a cap. */
  readonly defaultTokens?: number | undefined
}

/** A call with its output cap. */
interface CappedCall<O extends Operation> {
  /** The call, or a copy that asks for the cap. */
  readonly call: Call<O>
  /** The longest answer, in tokens; 0 where none was asked for and none was needed, and for what is no chat. */
  readonly cap: number
}

/**
 * Gives a chat that asks for no output cap the one it is to have, and names it in the answer header `x-modelgate-applied-max-tokens`.
 * @throws {GatewayError} `invalid_request` where it asks for more than its caller may.
 */
export function applyCap<O extends Operation>(call: Call<O>, rules: CapRules): CappedCall<O> {
  return isChat(call) ? (capChat(call, rules) as CappedCall<O>) : { call, cap: 0 }
}

function capChat(call: Call<'chat'>, { maxTokens, routeTokens = {}, defaultTokens }: CapRules): CappedCall<'chat'> {
  const { request, context } = call
  const asked = Math.max(request.max_completion_tokens ?? 0, request.max_tokens ?? 0)
  if (maxTokens !== undefined && asked > maxTokens) throw tooMuch(call, maxTokens)
  if (asked > 0) return { call, cap: asked }
  const routes = Object.hasOwn(routeTokens, request.model) ? routeTokens[request.model] : undefined
  const cap = maxTokens ?? routes ?? defaultTokens
  if (cap === undefined) return { call, cap: 0 }
  context.answerHeaders['x-modelgate-applied-max-tokens'] = String(cap)
  // In the member's own place where it stands there as null; what is sent twice is refused by some.
  return { call: { ...call, request: { ...request, max_completion_tokens: cap } }, cap }
}

function tooMuch({ request }: Call<'chat'>, maxTokens: number): GatewayError {
  const param = (request.max_completion_tokens ?? 0) > maxTokens ? 'max_completion_tokens' : 'max_tokens'
  return new GatewayError(
    'invalid_request',
    `\`${param}\` is ${request[param]}, and this key may ask for at most ${maxTokens}; lower it, or leave it out.`,
    { param },
  )
}
