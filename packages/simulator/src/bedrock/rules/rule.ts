import type { ConverseRequest } from '../converse-request.ts'

/** One thing Converse refuses. */
export interface Rule {
  readonly id: string
  /** Which models or requests it concerns; absent: all. */
  readonly applies?: (request: ConverseRequest) => boolean
  /** The first offence: a place, id or value that the message quotes as `{}`; undefined when there is none. */
  readonly check: (request: ConverseRequest) => string | undefined
  /** AWS's words where they are known, else words like them. */
  readonly message: string
}

/** A check that only says yes: the message has nothing to quote. */
export function when(test: (request: ConverseRequest) => boolean): Rule['check'] {
  return request => (test(request) ? '' : undefined)
}
