import type { StoredResult } from '../batch-operations.ts'
import type { Call, ChatResult, FrameBatch, Operation, Operations, Payload, Result } from '../contract.ts'
import { GatewayError } from '../errors.ts'
import { completedOutcome, type Outcome, settledAs } from '../outcome.ts'
import type { ChatCompletionChunk } from '../wire/chat-chunk.ts'
import { batchOfBytes, parseEvents } from './sse.ts'
import { type KnownFacts, streamOf } from './stream-of.ts'

type StreamKind = Extract<ChatResult, { kind: 'stream' }>['kind']
/** Files and batches are kept where they are stored. */
type WholeResult = Exclude<Operations[Operation]['result'], StoredResult | { readonly kind: StreamKind }>

/** A whole answer, as it is kept: nothing of it is ever changed. */
export type KeptAnswer = WholeResult | { readonly kind: StreamKind; readonly batches: readonly FrameBatch[] }

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** What goes over the wire of an answer; of a stream, its events without the end. {@link answerOf} makes the answer of it again. */
export function bytesOfAnswer(answer: KeptAnswer): Uint8Array {
  if (answer.kind === 'stream') return Buffer.concat(answer.batches.map(({ bytes }) => bytes))
  const { bytes, value } = payloadOf(answer)
  return bytes ?? encoder.encode(JSON.stringify(value))
}

/** @throws {GatewayError} `internal` for bytes that are no such answer */
export function answerOf(kind: KeptAnswer['kind'], bytes: Uint8Array): KeptAnswer {
  if (kind === 'stream') return { kind, batches: [batchOfBytes(bytes, { parse: parseKept, hasContent: true })] }
  const payload = new KeptPayload(bytes)
  return (kind === 'completion' ? { kind, completion: payload } : { kind, [kind]: payload }) as KeptAnswer
}

/** A kept answer as the result of another call, byte for byte what the first one got; it has used and costs nothing. */
export function replay<O extends Operation>(call: Call<O>, answer: KeptAnswer, facts: KnownFacts): Result<O> {
  const free = (outcome: Outcome): Outcome => ({ ...outcome, usageSource: 'reported', costUsd: 0 })
  if (answer.kind !== 'stream') {
    return { ...answer, settled: settledAs(free(completedOutcome(facts))) } as Result<O>
  }
  const stream = streamOf(call, answer.batches, facts)
  return { ...stream, settled: stream.settled.then(free) } as Result<O>
}

/** Every operation's whole answer stands under the name of its kind. */
function payloadOf(answer: WholeResult): Payload<unknown> {
  const payload: unknown = Reflect.get(answer, answer.kind)
  if (typeof payload === 'object' && payload !== null && 'value' in payload) return payload as Payload<unknown>
  throw new GatewayError('internal', `An answer of the kind '${answer.kind}' does not stand under that name.`)
}

/** Parsed on first access: whoever sends it on as it is never does. */
class KeptPayload<T> implements Payload<T> {
  readonly bytes: Uint8Array
  #value: T | undefined

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  get value(): T {
    this.#value ??= JSON.parse(decoder.decode(this.bytes)) as T
    return this.#value
  }
}

/** Events without `choices`, such as a server's own news, are not chunks. */
function parseKept(bytes: Uint8Array): ChatCompletionChunk[] {
  return parseEvents(bytes).filter(({ choices }) => Array.isArray(choices))
}
