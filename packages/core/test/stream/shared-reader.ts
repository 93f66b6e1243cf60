import { CallController } from '../../src/call-controller.ts'
import type { Call, FrameBatch, Outcome, Result } from '../../src/contract.ts'
import { GatewayError, toGatewayError } from '../../src/errors.ts'
import { testCall } from '../../src/testing/test-call.ts'

const decoder = new TextDecoder()

/** One who reads a shared result, as slowly as the test says, and notes what he gets. */
export class SharedReader {
  readonly controller = new CallController()
  readonly call: Call<'chat'>
  text = ''
  ends = 0
  errors: GatewayError[] = []
  outcome: Outcome | undefined
  hasLeft = false
  private batches: AsyncIterator<FrameBatch> | undefined
  private isReading = false

  constructor(ask: (call: Call<'chat'>) => Promise<Result<'chat'>>, idempotencyKey?: string) {
    const { controller } = this
    this.call = testCall('chat', { model: 'm', messages: [], stream: true }, { controller, idempotencyKey })
    ask(this.call).then(
      result => {
        if (result.kind === 'stream') this.batches = result.batches[Symbol.asyncIterator]()
        void result.settled.then(outcome => {
          this.outcome = outcome
        })
      },
      (error: unknown) => this.errors.push(toGatewayError(error)),
    )
  }

  get hasBegun(): boolean {
    return this.batches !== undefined
  }

  get isOver(): boolean {
    return this.ends + this.errors.length > 0
  }

  /** Asks for one batch, unless it waits for one. */
  read(): void {
    if (!this.batches || this.isReading || this.isOver) return
    this.isReading = true
    this.batches.next().then(
      step => {
        this.isReading = false
        if (step.done) this.ends += 1
        else this.text += decoder.decode(step.value.bytes)
      },
      (error: unknown) => {
        this.isReading = false
        this.errors.push(toGatewayError(error))
      },
    )
  }

  leave(): void {
    this.hasLeft = true
    this.controller.abort(new GatewayError('cancelled', 'The client left.'))
  }

  async breakOff(): Promise<void> {
    this.hasLeft = true
    await this.batches?.return?.()
  }
}
