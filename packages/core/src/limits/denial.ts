import type { LimitWindow, Refusal } from './limit-store.ts'
import { sameWindow } from './settlement-queue.ts'

/** A refusal that is remembered, so that whoever tries again too early costs no store call. */
export interface Denial {
  readonly refusal: Refusal
  /** Of the call that was refused. */
  readonly tokens: number
  readonly at: number
  readonly until: number
  /** Whether a token limit had a part in it: then a smaller call may pass, and tokens that are given back may end it. */
  readonly byTokens: boolean
}

/** What can never pass is asked about again after a minute: its limits may have been raised. */
const foreverMs = 60_000

/** What is remembered of a refusal; `now` is the limiter's clock. */
export function denialOf(refusal: Refusal, tokens: number, now: number): Denial {
  const byTokens = refusal.exceeded.some(({ meter }) => meter === 'tokens')
  const lastsMs = Number.isFinite(refusal.retryAfterMs) ? refusal.retryAfterMs : foreverMs
  return { refusal, tokens, at: now, until: now + lastsMs, byTokens }
}

/** The refusal as it stands by now; `undefined` where the call must be looked at anew. */
export function deniedNow(
  { refusal, tokens, at, until, byTokens }: Denial,
  call: { readonly tokens: number; readonly windows: readonly LimitWindow[] },
  now: number,
): Refusal | undefined {
  if (now >= until || (byTokens && call.tokens < tokens)) return undefined
  const hold = refusal.exceeded.every(window => call.windows.some(own => sameWindow(own, window)))
  if (!hold) return undefined
  const passedMs = now - at
  return {
    ...refusal,
    windows: refusal.windows.map(state => ({ ...state, resetMs: Math.max(0, state.resetMs - passedMs) })),
    retryAfterMs: refusal.retryAfterMs - passedMs,
  }
}
