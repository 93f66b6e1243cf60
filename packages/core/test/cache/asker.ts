import { CallController } from '../../src/call-controller.ts'
import type { Call, Operation, Outcome, Result } from '../../src/contract.ts'
import { GatewayError, toGatewayError } from '../../src/errors.ts'
import { testCall } from '../../src/testing/index.ts'
import type { Usage } from '../../src/wire/usage.ts'

/** How one asks. */
export interface Manner {
  readonly tenant: string
  readonly stream: boolean
  readonly includeUsage: boolean
}

/** One who asks, reads all he gets at once, and notes it. */
export class Asker {
  readonly controller = new CallController()
  readonly manner: Manner
  readonly call: Call<'chat'>
  text = ''
  usage: Usage | undefined
  ends = 0
  readonly errors: GatewayError[] = []
  outcome: Outcome | undefined
  hasLeft = false
  private batches: AsyncIterator<unknown> | undefined

  constructor(manner: Manner, ask: (call: Call<Operation>) => Promise<Result<Operation>>) {
    this.manner = manner
    const request = {
      model: 'fast',
      messages: [],
      stream: manner.stream,
      ...(manner.includeUsage && { stream_options: { include_usage: true } }),
    }
    const { controller } = this
    this.call = testCall('chat', request, { controller, principal: { tenant: manner.tenant } })
    ask(this.call as Call)
      .then(result => this.read(result))
      .catch((error: unknown) => this.errors.push(toGatewayError(error)))
  }

  leave(): void {
    this.hasLeft = true
    this.controller.abort(new GatewayError('cancelled', 'The client left.'))
  }

  async breakOff(): Promise<void> {
    this.hasLeft = true
    if (this.batches) await this.batches.return?.()
    else this.leave()
  }

  private async read(result: Result<Operation>): Promise<void> {
    void result.settled.then(outcome => {
      this.outcome = outcome
    })
    if (result.kind === 'completion') {
      const { choices, usage } = result.completion.value
      this.text = choices[0]?.message.content ?? ''
      this.usage = usage
    } else if (result.kind === 'stream') {
      const batches = result.batches[Symbol.asyncIterator]()
      this.batches = batches
      for (let step = await batches.next(); !step.done; step = await batches.next()) {
        for (const { choices, usage } of step.value.frames) {
          this.text += choices[0]?.delta.content ?? ''
          this.usage = usage ?? this.usage
        }
      }
    }
    this.ends += 1
  }
}
