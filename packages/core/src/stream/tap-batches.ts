import type { FrameBatch } from '../contract.ts'
import { Pullable, type Receiver } from './pull.ts'

type BatchIterator = AsyncIterator<FrameBatch, undefined, undefined>
type BatchStep = IteratorResult<FrameBatch, undefined>

/** The same batches, each shown to `see` before its reader gets it. What `see` throws is thrown to nobody: it is a listener. */
export function tapBatches(
  batches: AsyncIterable<FrameBatch>,
  see: (batch: FrameBatch) => void,
): AsyncIterable<FrameBatch> {
  return { [Symbol.asyncIterator]: () => new Tap(batches[Symbol.asyncIterator]() as BatchIterator, see) }
}

class Tap extends Pullable<FrameBatch> {
  private readonly source: BatchIterator
  private readonly see: (batch: FrameBatch) => void

  constructor(source: BatchIterator, see: (batch: FrameBatch) => void) {
    super()
    this.source = source
    this.see = see
  }

  throw(error: unknown): Promise<BatchStep> {
    return this.source.throw?.(error) ?? Promise.reject(error)
  }

  return(): Promise<BatchStep> {
    return this.source.return?.() ?? Promise.resolve({ done: true, value: undefined })
  }

  protected override pull(receiver: Receiver<FrameBatch>): void {
    Pullable.read(this.source, {
      receive: step => {
        if (!step.done) this.show(step.value)
        receiver.receive(step)
      },
      refuse: error => receiver.refuse(error),
    })
  }

  private show(batch: FrameBatch): void {
    try {
      this.see(batch)
    } catch {
      // Events that do not parse are for their reader to complain of, or to pass on as they came.
    }
  }
}
