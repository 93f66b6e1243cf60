import { type GatewayError, Pullable, type Receiver, type UpstreamBody } from '@modelgate/core'
import { failureOfFrame, toBedrockError } from '../errors/errors.ts'
import type { ConverseEvent } from '../wire/converse-answer-wire.ts'
import { parsePayload } from '../wire/event-payload.ts'
import { corrupt, createEventStreamDecoder } from '../wire/event-stream.ts'
import type { StreamFrame } from '../wire/stream-frame.ts'
import type { Take } from './bedrock-runtime.ts'

/** Reads the body of a Converse stream, the same however the network cut its bytes. */
export function readEvents<Taken>(body: UpstreamBody, take: Take<Taken>): AsyncIterator<Taken, undefined, undefined> {
  return new EventReader(body, take)
}

const over = { done: true, value: undefined } as const

/**
 * By receiver, and not by promises: one that has waited long for its read is old, and keeps what came of it until the next major
 * collection.
 */
class EventReader<Taken> extends Pullable<Taken> implements Receiver<Uint8Array> {
  private readonly body: UpstreamBody
  private readonly take: Take<Taken>
  private readonly decoder = createEventStreamDecoder()
  private fault: GatewayError | undefined
  private receiver: Receiver<Taken> | undefined

  constructor(body: UpstreamBody, take: Take<Taken>) {
    super()
    this.body = body
    this.take = take
  }

  protected override pull(receiver: Receiver<Taken>): void {
    this.receiver = receiver
    if (this.fault) this.refuse(this.fault)
    else Pullable.read(this.body, this)
  }

  receive(step: IteratorResult<Uint8Array, undefined>): void {
    if (step.done) {
      this.fault = this.decoder.end()
      if (this.fault) this.refuse(this.fault)
      else this.taken()?.receive(over)
      return
    }
    const read = this.decoder.push(step.value)
    this.fault = read.fault
    let value: Taken | undefined
    try {
      value = this.take(this.eventsOf(read.frames))
    } catch (error) {
      this.refuse(error)
      return
    }
    if (value !== undefined) this.taken()?.receive({ done: false, value })
    else if (this.fault) this.refuse(this.fault)
    else Pullable.read(this.body, this)
  }

  refuse(error: unknown): void {
    this.taken()?.refuse(error)
  }

  async return(): Promise<IteratorResult<Taken, undefined>> {
    await this.body.return?.()
    return over
  }

  private taken(): Receiver<Taken> | undefined {
    const { receiver } = this
    this.receiver = undefined
    return receiver
  }

  private eventsOf(frames: readonly StreamFrame[]): ConverseEvent[] {
    const events: ConverseEvent[] = []
    for (const frame of frames) {
      const event = toEvent(frame)
      if ('fault' in event) {
        this.fault = event.fault
        break
      }
      events.push(event)
    }
    return events
  }
}

function toEvent(frame: StreamFrame): ConverseEvent | { readonly fault: GatewayError } {
  if (frame.kind !== 'event') return { fault: toBedrockError(failureOfFrame(frame)) }
  const payload = parsePayload(frame.type, frame.body)
  if (!payload) return { fault: corrupt(`the payload of ${frame.type} is no JSON object`, undefined) }
  return { type: frame.type, payload }
}
