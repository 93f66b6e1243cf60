import { type AbortListener, listenToAbort, unlistenToAbort } from '../call-controller.ts'
import type { FrameBatch, Outcome } from '../contract.ts'
import { isCancelled, toGatewayError } from '../errors.ts'
import { Pullable, type Receiver } from './pull.ts'
import type { StreamedChat } from './stream-result.ts'

type BatchIterator = AsyncIterator<FrameBatch, undefined, undefined>
type BatchStep = IteratorResult<FrameBatch, undefined>

/**
 * A stream that a layer of the host's has batches of its own for, and that settles as its reader saw it end. What such a layer throws,
 * or leaves out, closes the stream beneath, which only sees that its reader left.
 */
export function layeredStream(stream: StreamedChat, signal: AbortSignal): StreamedChat {
  const { promise, resolve } = Promise.withResolvers<End>()
  let iterator: BatchIterator | undefined
  return {
    ...stream,
    batches: {
      [Symbol.asyncIterator]() {
        iterator ??= new LayeredIterator(stream.batches[Symbol.asyncIterator]() as BatchIterator, signal, resolve)
        return iterator
      },
    },
    settled: Promise.all([stream.settled, promise]).then(([beneath, end]) => seenAs(beneath, end)),
  }
}

/** How its reader saw it end: it was `left`, or the call was given up; it came to its `end`; or it failed. */
type End = 'left' | 'end' | { readonly error: unknown }

/** An error beneath that the layer kept to itself is told all the same: the answer was none. */
function seenAs(beneath: Outcome, end: End): Outcome {
  if (end === 'left' || beneath.status === 'failed') return beneath
  if (end === 'end') return { ...beneath, status: 'completed', error: undefined }
  const error = toGatewayError(end.error)
  return { ...beneath, status: isCancelled(error) ? 'cancelled' : 'failed', error }
}

class LayeredIterator extends Pullable<FrameBatch> implements AbortListener {
  /** Only where the layer's iterator has one: a reader closes what it cannot close itself in another way. */
  readonly return?: () => Promise<BatchStep>
  private readonly source: BatchIterator
  private readonly signal: AbortSignal
  private readonly tell: (end: End) => void

  constructor(source: BatchIterator, signal: AbortSignal, tell: (end: End) => void) {
    super()
    this.source = source
    this.signal = signal
    this.tell = tell
    if (source.return)
      this.return = () => {
        this.end('left')
        return source.return!()
      }
    if (signal.aborted) this.end('left')
    else listenToAbort(signal, this)
  }

  throw(error: unknown): Promise<BatchStep> {
    this.end({ error })
    return this.source.throw?.(error) ?? Promise.reject(error)
  }

  /** Of the signal: the call is given up, and how is told beneath. */
  handleEvent(): void {
    this.end('left')
  }

  protected override pull(receiver: Receiver<FrameBatch>): void {
    Pullable.read(this.source, {
      receive: step => {
        if (step.done) this.end('end')
        receiver.receive(step)
      },
      refuse: error => {
        this.end({ error })
        receiver.refuse(error)
      },
    })
  }

  /** The first end counts. */
  private end(end: End): void {
    unlistenToAbort(this.signal, this)
    this.tell(end)
  }
}
