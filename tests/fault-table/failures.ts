import type { Failure, Lacking, StruckForm } from './fault-row.ts'

/** What most failures of an upstream are. */
const usual = {
  type: 'upstream_error',
  retryable: true,
  tries: 3,
  failsOver: true,
  health: 'a failure',
  isPaid: false,
} as const

const again = /try again|again later/i

/** The upstream answered that it cannot, or no answer came about. */
export const unavailable = (status: 502 | 503 | 504, says: RegExp): Failure => ({
  ...usual,
  code: 'upstream_unavailable',
  status,
  says: all(says, again),
})
export const outOfOrder: Failure = unavailable(502, /failed \(/)
export const notNow: Failure = unavailable(503, /failed \(|\(ServiceUnavailable/)

export const badResponse: Failure = {
  ...usual,
  code: 'upstream_bad_response',
  status: 502,
  says: again,
  isPaid: true,
}
export const interrupted: Failure = {
  ...usual,
  code: 'stream_interrupted',
  status: 502,
  says: all(/before (the answer|it) was complete|inside a frame|in the middle of/, again),
  isPaid: true,
}

/** A clock of the gateway's. The same target would be slow again. */
const timedOut = { ...usual, type: 'timeout_error', status: 504, says: again, isPaid: true, tries: 1 } as const
export const noFirstFrame: Failure = { ...timedOut, code: 'timeout_first_frame' }
export const silent: Failure = { ...timedOut, code: 'timeout_idle' }
/** The caller's own clock: there is no time left for another target, and this one is not to blame. */
export const outOfTime: Failure = { ...timedOut, code: 'timeout_total', failsOver: false, health: 'nothing' }
export const noConnection: Failure = { ...timedOut, code: 'timeout_connect', isPaid: false, tries: 3 }

export const throttled = (coolingForMs: number, retryAfter: RegExp): Failure => ({
  ...usual,
  code: 'upstream_rate_limited',
  type: 'rate_limit_error',
  status: 429,
  says: /(rate limit|too many|slow).*(try again|again later|wait)/i,
  retryAfter,
  tries: 1,
  health: { coolingForMs },
})

/** The gateway's own key or model is at fault, which another target may not share. */
const refused = { ...usual, retryable: false, tries: 1, health: { coolingForMs: 60_000 } } as const
export const authFailed: Failure = {
  ...refused,
  code: 'upstream_auth_failed',
  status: 502,
  says: /refused the gateway's credentials.*(check|may lack)/,
}
export const unknownModel: Failure = {
  ...refused,
  code: 'model_not_found',
  type: 'invalid_request_error',
  status: 404,
  says: /model/i,
}

/** The request is at fault: it would fail the same elsewhere, and its target is well. */
export const atFault = (status: number, code: string, says: RegExp): Failure => ({
  ...usual,
  type: 'invalid_request_error',
  code,
  status,
  says,
  retryable: false,
  tries: 1,
  failsOver: false,
  health: 'nothing',
})

/** Both must be said, in this order. */
function all(first: RegExp, then: RegExp): RegExp {
  return new RegExp(`(?:${first.source}).*(?:${then.source})`, 'is')
}

export const failed = (failure: Failure) => ({ ends: 'failed', failure }) as const
export const broken = (failure: Failure) => ({ ends: 'broken', failure }) as const
export const answered = { ends: 'answered' } as const

export const noHeadYet: Lacking = { lacks: 'it strikes before the head of an answer, so that there is no content yet' }

/** The same before content, streamed or not; there is nothing after it. */
export const beforeContent = (failure: Failure): StruckForm['expects'] => ({
  'whole answer': failed(failure),
  'before content': failed(failure),
  'after content': noHeadYet,
})
/** The same in the middle of an answer, streamed or not. */
export const anywhere = (failure: Failure): StruckForm['expects'] => ({
  'whole answer': failed(failure),
  'before content': failed(failure),
  'after content': broken({ ...failure, isPaid: true }),
})
/** What a good client of an upstream does not mind. */
export const unharmed: StruckForm['expects'] = {
  'whole answer': answered,
  'before content': answered,
  'after content': answered,
}
