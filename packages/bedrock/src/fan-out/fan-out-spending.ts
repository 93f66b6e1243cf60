import { attemptUsage, type Call, estimateBasis, isGatewayError, type Outcome } from '@modelgate/core'
import { sumUsage } from '../answer/sum-usage.ts'
import { changedError } from '../errors/changed-error.ts'

type AttemptUsage = ReturnType<typeof attemptUsage>

/** What the calls used that one call became, and that failed as a whole: as reported, else estimated where Bedrock may have worked. */
export class FanOutSpending {
  readonly #ends: Promise<AttemptUsage>[] = []
  /** Once one used what tokens do not count. */
  #unpriced: true | undefined

  /** One that was answered. A stream ends with the others, whenever that is. */
  ended(call: Call, outcome: Outcome | Promise<Outcome>, startedAt: number): void {
    const used = (end: Outcome): AttemptUsage => {
      if (end.unpriced) this.#unpriced = true
      return usageOf(call, end, startedAt)
    }
    this.#ends.push(Promise.resolve(outcome).then(used))
  }

  failed(call: Call, error: unknown, startedAt: number): void {
    const { usage, usageSource = 'reported' } = isGatewayError(error) ? error : {}
    this.#ends.push(Promise.resolve(usageOf(call, { status: 'failed', usage, usageSource, error }, startedAt)))
  }

  /** The failure, with what was used all the same: that is paid for. */
  async in(error: unknown): Promise<unknown> {
    const ends = (await Promise.all(this.#ends)).filter(({ usage }) => usage !== undefined)
    const usage = sumUsage(ends.map(end => end.usage))
    if (!usage || !isGatewayError(error)) return error
    const isEstimated = ends.some(({ usageSource }) => usageSource === 'estimated')
    const usageSource = isEstimated ? 'estimated' : 'reported'
    const unpriced = this.#unpriced ?? error.unpriced
    return changedError(error, { usage, usageSource, unpriced, promptsSent: ends.length })
  }
}

function usageOf(call: Call, outcome: Parameters<typeof attemptUsage>[0]['outcome'], startedAt: number): AttemptUsage {
  return attemptUsage({ outcome, elapsedMs: performance.now() - startedAt }, () => estimateBasis(call))
}
