import { GatewayError } from '../errors.ts'
import type { LimitWindow, Refusal } from './limit-store.ts'

/** What a refused call is told: which limits had no room, their quotas, and when to come back. */
export function limitError(refusal: Refusal, tokens: number, contextTokens = 0): GatewayError {
  const { exceeded } = refusal
  const tooSmall = exceeded.find(({ meter, quota }) => quota < (meter === 'tokens' ? tokens : 1))
  if (tooSmall && !Number.isFinite(refusal.retryAfterMs)) return neverFits(tooSmall, tokens, contextTokens)
  // A store that names no time is asked again after a second.
  const retryAfterMs = Number.isFinite(refusal.retryAfterMs) ? Math.max(1, refusal.retryAfterMs) : 1_000
  const limits = exceeded.map(limitName).join(' and of ')
  const needs = exceeded.some(({ meter }) => meter === 'tokens')
    ? `, and this call may need ${grouped(tokens)}${ofContext(contextTokens)}`
    : ''
  return new GatewayError(
    'rate_limited',
    `The limit of ${limits} is reached${needs}; try again in ${secondsText(retryAfterMs)}.`,
    { retryAfterMs },
  )
}

/** It would be refused for ever, so no client should try again by itself. */
function neverFits(window: LimitWindow, tokens: number, contextTokens: number): GatewayError {
  const limit = `the limit of ${limitName(window)}`
  const message =
    window.meter === 'requests'
      ? `No call can pass ${limit}; a higher limit is needed.`
      : `This call may need ${grouped(tokens)} tokens, an upper bound${ofContext(contextTokens)}, and can never pass ${limit}: ` +
        'lower `max_completion_tokens` or `n`, shorten the prompt, or send fewer images, sounds and files.'
  return new GatewayError('rate_limited', message, { retryable: false, retryAfterMs: window.windowMs })
}

/** Nobody who looks at a request sees what else is reserved with it. */
function ofContext(tokens: number): string {
  return tokens > 0 ? `, ${grouped(tokens)} of them for context, which \`x-modelgate-context: off\` leaves out` : ''
}

/** So many calls are under way that another must wait for one of them to end. */
export function tooManyAtOnce(maxConcurrentCalls: number): GatewayError {
  return new GatewayError(
    'rate_limited',
    `The limit of ${grouped(maxConcurrentCalls)} calls at once is reached; try again when one of them has ended.`,
    { retryAfterMs: 1_000 },
  )
}

/** With `onStoreError: 'closed'`. */
export function limitsUnavailable(): GatewayError {
  return new GatewayError(
    'limits_unavailable',
    'The store that counts limits cannot be asked, and this gateway lets no call in uncounted; try again in 1 s.',
    { retryAfterMs: 1_000 },
  )
}

/** `100 requests a minute` */
function limitName({ meter, windowMs, quota }: LimitWindow): string {
  const length = windowMs === 60_000 ? 'a minute' : windowMs === 3_600_000 ? 'an hour' : `in ${windowMs / 1_000} s`
  return `${grouped(quota)} ${meter} ${length}`
}

function secondsText(durationMs: number): string {
  return `${grouped(Math.ceil(durationMs / 1_000))} s`
}

/** `9,000` */
function grouped(count: number): string {
  return count.toLocaleString('en-US')
}
