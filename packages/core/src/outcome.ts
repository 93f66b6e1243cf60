import { isCancelled, toGatewayError } from './errors.ts'
import { reportedUsage } from './usage/reported-usage.ts'
import type { Usage } from './wire/usage.ts'

/** Tokens used, and whether the upstream said so. */
export interface SettledUsage {
  readonly usage?: Usage | undefined
  /** `estimated` where the upstream reported nothing: an abort, a cut, a provider without usage. */
  readonly usageSource: 'reported' | 'estimated'
}

/** How a result ended. */
export interface Outcome extends SettledUsage {
  readonly status: 'completed' | 'cancelled' | 'failed'
  readonly finishReason?: string | undefined
  /** Of each choice that has finished, in their order, where a stream had several. */
  readonly finishReasons?: readonly string[] | undefined
  readonly responseModel?: string | undefined
  /** What a streamed answer calls itself. */
  readonly responseId?: string | undefined
  /** From the call's start to its first content frame, in milliseconds; streams only. */
  readonly firstFrameMs?: number | undefined
  /** The service tier that answered, as it said. */
  readonly serviceTier?: string | undefined
  /** About how many tokens of the answer passed, where no usage was reported and the adapter can tell. */
  readonly completionTokensPassed?: number | undefined
  /** How often the prompt was sent, where one call became several: usage has the prompt as often. */
  readonly promptsSent?: number | undefined
  /** Whether it used what tokens do not count, as images that are billed by the piece: what it cost is unknown then. */
  readonly unpriced?: boolean | undefined
  /** US dollars; `null` where the price is unknown, which is not zero. */
  readonly costUsd: number | null
  readonly error?: unknown
}

/** What an adapter learns of an answer while it passes. */
export interface AnswerFacts {
  usage?: Usage | undefined
  /** `estimated` where some of `usage` is the adapter's own estimate. */
  usageSource?: SettledUsage['usageSource'] | undefined
  unpriced?: Outcome['unpriced']
  finishReason?: string | undefined
  /** By the choices' indexes. */
  finishReasons?: string[] | undefined
  responseModel?: string | undefined
  responseId?: string | undefined
  serviceTier?: string | undefined
  /** About how many tokens have passed. Asked once, at the end, and only where no usage was reported. */
  completionTokensPassed?: (() => number) | undefined
  /** How often the prompt was sent, where it was not once. Asked when that is. */
  promptsSent?: (() => number | undefined) | undefined
}

/** The outcome of an answer that came to its end. */
export function completedOutcome(facts: AnswerFacts, firstFrameMs?: number): Outcome {
  return outcome('completed', facts, firstFrameMs)
}

/** On a promise: the outcome it is already resolved with. Registered, because a program may hold this module twice. */
const known = Symbol.for('modelgate.outcome')

interface KnownOutcome extends Promise<Outcome> {
  [known]?: Outcome
}

/** The `settled` of a result whose outcome is known with it, as of a whole answer: nobody has to wait for it. */
export function settledAs(outcome: Outcome): Promise<Outcome> {
  const settled: KnownOutcome = Promise.resolve(outcome)
  settled[known] = outcome
  return settled
}

/** The outcome of a result that has settled already, where {@link settledAs} has said so. */
export function knownOutcome({ settled }: { readonly settled: Promise<Outcome> }): Outcome | undefined {
  return (settled as KnownOutcome)[known]
}

/** Tells how a result ended: at once where that is known. */
export function onceSettled(result: { readonly settled: Promise<Outcome> }, tell: (outcome: Outcome) => void): void {
  const outcome = knownOutcome(result)
  if (outcome) tell(outcome)
  else void result.settled.then(tell)
}

/** The outcome of a call that threw: `cancelled` when its caller left or took nothing, else `failed` with the error as a {@link GatewayError}. */
export function failedOutcome(error: unknown, facts: AnswerFacts = {}, firstFrameMs?: number): Outcome {
  const shown = toGatewayError(error)
  return { ...outcome(isCancelled(shown) ? 'cancelled' : 'failed', facts, firstFrameMs), error: shown }
}

function outcome(status: Outcome['status'], facts: AnswerFacts, firstFrameMs: number | undefined): Outcome {
  const usage = reportedUsage(facts.usage)
  return {
    status,
    usage,
    usageSource: usage ? (facts.usageSource ?? 'reported') : 'estimated',
    finishReason: reportedName(facts.finishReason),
    finishReasons: facts.finishReasons?.filter(Boolean),
    responseModel: reportedName(facts.responseModel),
    responseId: reportedName(facts.responseId),
    firstFrameMs,
    serviceTier: reportedName(facts.serviceTier),
    completionTokensPassed: usage ? undefined : facts.completionTokensPassed?.(),
    promptsSent: facts.promptsSent?.(),
    unpriced: facts.unpriced,
    costUsd: null,
  }
}

/** As long as the name of a model is, an ARN's among them. */
const longestName = 2_048

/** Servers report what they like: what is no text would be none to logs and spans either, and a megabyte of it would fill them. */
function reportedName(name: unknown): string | undefined {
  return typeof name === 'string' ? name.slice(0, longestName) : undefined
}
