import type { FrameBatch, Result } from '../contract.ts'
import { GatewayError } from '../errors.ts'
import { Pullable, type Receiver } from './pull.ts'

type BatchIterator = AsyncIterator<FrameBatch, undefined, undefined>
type BatchStep = IteratorResult<FrameBatch, undefined>

/** Before the first content come a role and comments; an upstream that sends comments alone must not fill the memory. */
const maxHeldBytes = 1024 * 1024

/**
 * Reads a stream until its first content frame and gives the same stream back, nothing lost. What fails before that, an
 * exception inside a 200 event stream included, rejects here: it can still be retried, fail over or have its true status.
 */
export async function holdUntilContent(result: Result<'chat'>): Promise<Result<'chat'>> {
  if (result.kind !== 'stream') return result
  const source = result.batches[Symbol.asyncIterator]()
  const held: FrameBatch[] = []
  let heldBytes = 0
  for (;;) {
    const step = await source.next()
    if (step.done) break
    held.push(step.value)
    if (step.value.hasContent) break
    heldBytes += step.value.bytes.length
    if (heldBytes > maxHeldBytes) {
      await source.return?.()
      throw new GatewayError('upstream_bad_response', `The upstream sent ${heldBytes} bytes and no content yet.`)
    }
  }
  return { ...result, batches: { [Symbol.asyncIterator]: () => new Replay(held, source) } }
}

class Replay extends Pullable<FrameBatch> {
  private readonly held: FrameBatch[]
  private readonly source: BatchIterator

  constructor(held: FrameBatch[], source: BatchIterator) {
    super()
    this.held = held
    this.source = source
  }

  throw(error: unknown): Promise<BatchStep> {
    this.held.length = 0
    return this.source.throw?.(error) ?? Promise.reject(error)
  }

  return(): Promise<BatchStep> {
    this.held.length = 0
    return this.source.return?.() ?? Promise.resolve({ done: true, value: undefined })
  }

  protected override pull(receiver: Receiver<FrameBatch>): void {
    const batch = this.held.shift()
    if (batch) receiver.receive({ done: false, value: batch })
    else Pullable.read(this.source, receiver)
  }
}
