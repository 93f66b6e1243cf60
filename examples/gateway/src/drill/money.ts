import { costOf, type PriceFigures } from '@modelgate/core'
import { kindOf, type Sight } from './sight.ts'
import type { Asked } from './truth.ts'

/** What is charged at a target; `undefined` where nobody knows. */
export type DrillPrices = (target: string, serviceTier: string | undefined) => PriceFigures | undefined

/** What an answer cost, and what is wrong with what the gateway says of it. */
interface Money {
  /** US dollars: what the usage that reached the client comes to, or the gateway's estimate; null where a price is not known. */
  readonly usd: number | null | undefined
  readonly isEstimate: boolean
  readonly faults: readonly string[]
}

/** The header has six significant digits. */
const tolerance = 1e-4

/** The claim against usage from the client's bytes at the price of the target that answered, by the simulators' log. */
export function moneyOf({ sight, calls, struck, left }: Asked, prices: DrillPrices): Money {
  if (left) return { usd: undefined, isEstimate: true, faults: [] }
  const kind = kindOf(sight)
  const claimed = claimedUsd(sight)
  if (kind === 'in-band error' && sight.hasContent) return estimateOf({ sight, claimed, calls }, prices)
  const good = calls.filter(({ record }) => record.status === 200)
  const answered = good.findLast(({ target }) => target !== struck) ?? good.at(-1)
  if (kind !== 'whole' || !answered) return { usd: claimed, isEstimate: claimed !== undefined, faults: [] }
  const price = prices(answered.target, sight.serviceTier)
  const usd = price && sight.usage ? costOf(sight.usage, price) : null
  // What another attempt may have used is paid for on top, by estimate.
  const lost = calls.filter(call => call !== answered && (call.record.status ?? 200) < 400)
  const due: Due = {
    usd,
    mayBeMore: lost.length > 0,
    mayBeUnknown: lost.some(({ target }) => prices(target, undefined) === undefined),
  }
  return { usd, isEstimate: false, faults: sight.usage ? [...claimFaults(claimed, due)] : [noUsage] }
}

const noUsage = 'a whole answer without usage'

interface Due {
  /** What the answer's usage comes to; null where no price is known. */
  readonly usd: number | null
  readonly mayBeMore: boolean
  readonly mayBeUnknown: boolean
}

function* claimFaults(claimed: number | null | undefined, { usd, mayBeMore, mayBeUnknown }: Due): Generator<string> {
  if (usd === null) {
    if (typeof claimed === 'number') yield `it says $${claimed}, and no price is known`
    return
  }
  if (typeof claimed !== 'number') {
    if (!mayBeUnknown) yield `its cost is missing; its usage comes to $${usd}`
  } else if (claimed < usd * (1 - tolerance) || (!mayBeMore && claimed > usd * (1 + tolerance))) {
    yield `it says $${claimed}; its usage comes to $${usd}`
  }
}

function estimateOf({ sight, claimed, calls }: Pick<Asked, 'sight' | 'calls'> & Claimed, prices: DrillPrices): Money {
  const target = calls.at(-1)?.target ?? ''
  const faults = [...estimateFaults(claimed, sight.report?.usageSource, prices(target, undefined))]
  return { usd: claimed, isEstimate: true, faults }
}

interface Claimed {
  readonly claimed: number | null | undefined
}

/** What is wrong with the cost of an answer that broke after content: it is estimated, and it is not nothing. */
export function* estimateFaults(
  claimed: number | null | undefined,
  usageSource: string | undefined,
  price: PriceFigures | undefined,
): Generator<string> {
  const isPriced = price !== undefined && price.input > 0
  if (isPriced && !(typeof claimed === 'number' && claimed > 0))
    yield `what was read of the answer cost ${typeof claimed === 'number' ? `$${claimed}` : 'nothing that is told'}`
  if (usageSource !== 'estimated') yield `usage of a broken answer is called ${usageSource ?? 'nothing'}, not estimated`
}

function claimedUsd({ headers, report }: Sight): number | null | undefined {
  if (report) return report.costUsd
  const header = headers.get('x-modelgate-cost-usd')
  return header === null ? undefined : Number(header)
}
