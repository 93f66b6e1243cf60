import type { Call, Outcome } from '../contract.ts'
import type { ChatCompletion } from '../wire/chat-completion.ts'

/** One call that is followed; it stands in `call.context.trace`. */
export interface CallTrace {
  /** 32 hexadecimal digits, as in `traceparent`. */
  readonly traceId: string | undefined
  /** Does what the call consists of, so that what it starts knows that it belongs to the call. */
  run<T>(work: () => T): T
  attemptBegins(call: Call): AttemptTrace
  /** Something that happened within the call. Never prompts, completions or keys. */
  event(name: string, attributes?: Readonly<Record<string, string | number | boolean>>): void
  /** `endedAt` is `performance.now()`. */
  ends(call: Call, outcome: Outcome, endedAt: number): void
}

/** One attempt of a call that is followed. */
export interface AttemptTrace {
  /** Headers by which the upstream knows what its request belongs to. */
  readonly headers: Readonly<Record<string, string>>
  run<T>(work: () => T): T
  /** `whole`: the answer, where it was a chat that did not stream. */
  ends(call: Call, outcome: Outcome, whole?: ChatCompletion): void
}
