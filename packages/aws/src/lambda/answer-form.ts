import { isAlbEvent } from './events/alb-event.ts'

/** How the sender of an event takes an answer that comes whole. */
export interface AnswerForm {
  /** Whether it wants a list of values for each header. */
  readonly isMultiValue: boolean
  /** Most bytes of the answer's JSON, in which the body is a string with its escapes. */
  readonly maxBytes: number
  /** Who takes no more, as the start of a sentence, and what to use in its place. */
  readonly taker: string
  readonly remedy: string
}

/**
 * Lambda's own limit, below API Gateway's 10 MB, to the byte.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const lambdaMaxBytes = 6_291_556
/** AWS says 1 MB and not of how many bytes: what is under a million passes either way. */
const albMaxBytes = 1_000_000

const functionForm: AnswerForm = {
  isMultiValue: false,
  maxBytes: lambdaMaxBytes,
  taker: 'A Lambda function',
  remedy: 'stream it from a function URL or a streaming REST API',
}

/** The form of the answer to an event, whether or not it can be read. */
export function answerFormOf(event: unknown): AnswerForm {
  if (!isAlbEvent(event)) return functionForm
  return {
    // Where it is switched on an answer with single headers loses them all, and where it is off one with lists does.
    isMultiValue: Boolean(event.multiValueHeaders),
    maxBytes: albMaxBytes,
    taker: 'A Lambda function behind an Application Load Balancer',
    remedy: 'use a front without that limit',
  }
}
