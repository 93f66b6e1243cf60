import type { CallContext } from '../call-context.ts'
import { type ErrorCode, GatewayError, toGatewayError } from '../errors.ts'
import { answerOf, bytesOfAnswer, type KeptAnswer } from '../stream/kept-answer.ts'
import type { SharedEnd } from '../stream/shared-result.ts'
import type { KnownFacts } from '../stream/stream-of.ts'
import type { Target } from '../target.ts'

/** Who answered the first call, for what is told of its repeats. */
export interface Answerer {
  readonly route: string | undefined
  readonly target: Target | undefined
  readonly droppedParams: readonly string[]
}

/** What stands under a key: a call under way, its answer, or why that cannot be had again. */
export type IdempotencyRecord = { readonly fingerprint: string } & (
  | { readonly state: 'claimed' }
  | {
      readonly state: 'answered'
      readonly answerer: Answerer
      readonly facts: KnownFacts
      readonly answer: KeptAnswer
    }
  | { readonly state: 'lost'; readonly code: ErrorCode | 'too_long' }
)

/** What an ended call leaves under its key; `undefined` where it leaves nothing, and a repeat is a call of its own. */
export function recordOf(
  fingerprint: string,
  { outcome, answer, hasBegun }: SharedEnd,
  { route, target, droppedParams }: CallContext,
): IdempotencyRecord | undefined {
  if (answer) {
    const { finishReason, responseModel, serviceTier } = outcome
    const answerer = { route, target, droppedParams: [...droppedParams] }
    return { fingerprint, state: 'answered', answerer, facts: { finishReason, responseModel, serviceTier }, answer }
  }
  if (!hasBegun) return undefined
  const code = outcome.status === 'failed' ? toGatewayError(outcome.error).code : 'too_long'
  return { fingerprint, state: 'lost', code }
}

/** What a repeat is told of an answer that was begun, and is paid for, and that nobody has. */
export function answerLost(code: ErrorCode | 'too_long'): GatewayError {
  const why = code === 'too_long' ? 'is too long to be kept' : `broke off after its first part (${code})`
  return new GatewayError(
    'idempotent_answer_lost',
    `The answer to the first call with this idempotency key ${why}, and cannot be given again. Send the request with another key to have it answered, and paid for, anew.`,
    { param: 'Idempotency-Key' },
  )
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const lineFeed = 0x0a
/** Of the form in which records are written: instances of two versions may share a store. */
const version = 1

type Head = {
  readonly version: number
  readonly kind?: KeptAnswer['kind']
  /** Of the answer, in bytes. */
  readonly length?: number
} & IdempotencyRecord

/** A line of JSON; behind it the answer, as it went out. */
export function packRecord(record: IdempotencyRecord): Uint8Array {
  if (record.state !== 'answered') return encoder.encode(`${JSON.stringify({ version, ...record })}\n`)
  const { answer, ...rest } = record
  const bytes = bytesOfAnswer(answer)
  const head = encoder.encode(`${JSON.stringify({ version, kind: answer.kind, length: bytes.length, ...rest })}\n`)
  return Buffer.concat([head, bytes])
}

/** `undefined` for what is no such record, or not all of it, or one of another version. */
export function unpackRecord(value: Uint8Array): IdempotencyRecord | undefined {
  const end = value.indexOf(lineFeed)
  if (end < 0) return undefined
  let head: Head | null
  try {
    head = JSON.parse(decoder.decode(value.subarray(0, end))) as Head | null
  } catch {
    return undefined
  }
  if (head?.version !== version) return undefined
  if (head.state !== 'answered') return head
  const bytes = value.subarray(end + 1)
  return bytes.length === head.length ? { ...head, answer: answerOf(head.kind ?? 'stream', bytes) } : undefined
}
