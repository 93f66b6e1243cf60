import type { LimitWindow, WindowState } from './limit-store.ts'

/** Puts how a caller stands into the headers of its answer. */
type AddLimitHeaders = (headers: Record<string, string>, states: readonly WindowState[]) => void

/**
 * Says how a caller stands: `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` as OpenAI does, of the tightest window of each
 * kind, and the draft's `RateLimit-Policy` and `RateLimit` of all of them. What it says of a window at every call is kept with it.
 * @see https://developers.openai.com/api/docs/guides/rate-limits
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export function limitHeaders(): AddLimitHeaders {
  const kept = new WeakMap<LimitWindow, WindowTexts>()

  function textsOf(window: LimitWindow): WindowTexts {
    const before = kept.get(window)
    if (before) return before
    const made = toTexts(window)
    kept.set(window, made)
    return made
  }

  function add(headers: Record<string, string>, meter: LimitWindow['meter'], state: WindowState): void {
    const { limit, remaining, reset } = names[meter]
    headers[limit] = textsOf(state.window).quota
    headers[remaining] = leftText(state)
    headers[reset] = formatDuration(state.resetMs)
  }

  return (headers, states) => {
    if (states.length === 0) return
    let policy = ''
    let standing = ''
    for (const state of states) {
      const { said, name } = textsOf(state.window)
      const comma = policy && ', '
      policy += comma + said
      standing += `${comma}${name};r=${leftText(state)};t=${Math.ceil(state.resetMs / 1_000)}`
    }
    headers['ratelimit-policy'] = policy
    headers.ratelimit = standing
    const ofRequests = tightestOf(states, 'requests')
    if (ofRequests) add(headers, 'requests', ofRequests)
    const ofTokens = tightestOf(states, 'tokens')
    if (ofTokens) add(headers, 'tokens', ofTokens)
  }
}

/**
 * Not by a template: V8 keeps the texts of numbers until the next major collection, and of what is left of a quota each is another. At 18,000
 * calls a second that made one such collection a second.
 */
function leftText({ remaining }: WindowState): string {
  return Math.floor(remaining).toFixed(0)
}

interface WindowTexts {
  /** In quotes. */
  readonly name: string
  /** All that the policy says of it. */
  readonly said: string
  readonly quota: string
}

function toTexts(window: LimitWindow): WindowTexts {
  const name = `"${policyName(window)}"`
  const quota = String(window.quota)
  return { name, said: `${name};q=${quota};w=${window.windowMs / 1_000}`, quota }
}

/** Written out: names that are put together for each answer cost more than all that stands in them. */
const names = {
  requests: {
    limit: 'x-ratelimit-limit-requests',
    remaining: 'x-ratelimit-remaining-requests',
    reset: 'x-ratelimit-reset-requests',
  },
  tokens: {
    limit: 'x-ratelimit-limit-tokens',
    remaining: 'x-ratelimit-remaining-tokens',
    reset: 'x-ratelimit-reset-tokens',
  },
} as const

function tightestOf(states: readonly WindowState[], meter: LimitWindow['meter']): WindowState | undefined {
  let tightest: WindowState | undefined
  for (const state of states) {
    if (state.window.meter === meter && (tightest === undefined || isTighter(state, tightest))) tightest = state
  }
  return tightest
}

function isTighter(one: WindowState, other: WindowState): boolean {
  return one.remaining === other.remaining ? one.resetMs > other.resetMs : one.remaining < other.remaining
}

/** `rpm`, `rph`, `tpm`; of any other length `r` or `t` and the seconds. */
function policyName({ meter, windowMs }: LimitWindow): string {
  const what = meter === 'requests' ? 'r' : 't'
  if (windowMs === 60_000) return `${what}pm`
  return windowMs === 3_600_000 ? `${what}ph` : `${what}p${windowMs / 1_000}s`
}

/** Milliseconds in OpenAI's form: `12ms`, `1s`, `1.5s`, `6m0s`, `1h0m0s`. */
export function formatDuration(durationMs: number): string {
  const whole = Math.max(0, Math.ceil(durationMs))
  if (whole > 0 && whole < 1_000) return `${whole}ms`
  const seconds = Math.floor(whole / 1_000) % 60
  const minutes = Math.floor(whole / 60_000)
  const rest = `${seconds}${fractionOf(whole % 1_000)}s`
  if (minutes === 0) return rest
  return minutes < 60 ? `${minutes}m${rest}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${rest}`
}

/** Of a second, from milliseconds. Of whole numbers, of which there are few, as {@link leftText} has it. */
function fractionOf(milliseconds: number): string {
  if (milliseconds === 0) return ''
  if (milliseconds % 100 === 0) return `.${milliseconds / 100}`
  if (milliseconds % 10 === 0) return `.${milliseconds < 100 ? '0' : ''}${milliseconds / 10}`
  return `.${milliseconds < 10 ? '00' : milliseconds < 100 ? '0' : ''}${milliseconds}`
}
