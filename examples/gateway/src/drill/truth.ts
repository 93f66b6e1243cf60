import { costOf, type PriceFigures } from '@modelgate/core'
import type { UpstreamCall } from './drill-upstreams.ts'
import { kindOf, type Sight } from './sight.ts'

/** One call of the drill's client: what it got, and what the simulators' log says came of it upstream. */
export interface Asked {
  readonly sight: Sight
  readonly ms: number
  readonly calls: readonly UpstreamCall[]
  /** The target that was made to fail, if one was: what it sent was no answer. */
  readonly struck: string | undefined
  /** The client went away before the end: what it got is not the whole of it. */
  readonly left: boolean
}

/** What is charged at a target; `undefined` where nobody knows. */
export type DrillPrices = (target: string, serviceTier: string | undefined) => PriceFigures | undefined

/** What no gateway may do, whatever its configuration says: one sentence for each thing that it did. */
export function brokenPromises(asked: Asked, maxAttempts: number): readonly string[] {
  const lies = asked.left ? [] : liesOf(asked.sight)
  return [...lies, ...boundFaults(asked, maxAttempts), ...attemptFaults(asked)]
}

function* liesOf(sight: Sight): Generator<string> {
  const { status, errors, isDone, finishReason, hasContent, isStream } = sight
  if (sight.brokeOff) yield 'the connection broke under the client'
  if (sight.holdsHtml) yield "an upstream's HTML page reached the client"
  if (sight.isStream && sight.unreadable > 0) yield 'an event that no client can parse'
  const kind = kindOf(sight)
  if (kind === 'error status') {
    if (errors.length === 0) yield `${status} without an error in OpenAI's form`
    if (sight.headers.get('x-should-retry') === null) yield `${status} without x-should-retry`
    if (status === 429 && !(Number(sight.headers.get('retry-after')) > 0)) yield '429 without Retry-After'
  }
  if (kind === 'in-band error') {
    if (isDone) yield '[DONE] after an error'
    if (finishReason !== undefined) yield `finish_reason '${finishReason}' beside an error`
    if (errors.length > 1) yield `${errors.length} errors in one answer`
  }
  if (kind !== 'unfinished' || sight.brokeOff) return
  if (!hasContent) yield `${status} with nothing in it`
  else yield isStream ? 'a stream that ends with neither an error nor finish_reason and [DONE]' : 'an unfinished answer'
}

function* boundFaults({ calls }: Asked, maxAttempts: number): Generator<string> {
  if (calls.length > maxAttempts) yield `${calls.length} upstream calls, maxAttempts is ${maxAttempts}`
}

/** Refused by the gateway itself: they cost no upstream call. */
const unasked: ReadonlySet<string> = new Set(['circuit_open', 'bulkhead_full', 'cooling_down'])

/** Whether the attempts that an answer tells of are those that the upstreams saw. */
function* attemptFaults({ sight, calls }: Asked): Generator<string> {
  const claimed = claimedAttempts(sight)
  if (claimed === undefined) {
    if (calls.length > 0 && kindOf(sight) !== 'in-band error') yield 'the answer tells of no attempts'
    return
  }
  const told = claimed.filter(({ code }) => !unasked.has(code)).map(({ target }) => target)
  const seen = calls.map(({ target }) => target)
  if (told.toSorted().join() === seen.toSorted().join()) return
  yield `it tells of ${listed(told)}, the upstreams saw ${listed(seen)}`
}

function claimedAttempts({ headers, report }: Sight): readonly { target: string; code: string }[] | undefined {
  const header = headers.get('x-modelgate-attempts')
  if (report?.attempts) return report.attempts
  return header?.split(', ').map(each => {
    const [target = '', code = ''] = each.split(';')
    return { target, code }
  })
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ')
}

/** What an answer cost, and what is wrong with what the gateway says of it. */
export interface Money {
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
  const lost = calls.some(call => call !== answered && (call.record.status ?? 200) < 400)
  return { usd, isEstimate: false, faults: [...claimFaults(claimed, { usd, lost, hasUsage: Boolean(sight.usage) })] }
}

interface Due {
  readonly usd: number | null
  readonly lost: boolean
  readonly hasUsage: boolean
}

function* claimFaults(claimed: number | null | undefined, { usd, lost, hasUsage }: Due): Generator<string> {
  if (!hasUsage) {
    yield 'a whole answer without usage'
    return
  }
  if (usd === null) {
    if (typeof claimed === 'number') yield `it says $${claimed}, and no price is known`
    return
  }
  if (typeof claimed !== 'number') yield `its cost is missing; its usage comes to $${usd}`
  else if (claimed < usd * (1 - tolerance) || (!lost && claimed > usd * (1 + tolerance)))
    yield `it says $${claimed}; its usage comes to $${usd}`
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
