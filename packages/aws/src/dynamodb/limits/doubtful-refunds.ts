import type { DoubtfulRefund } from './doubtful-refund.ts'
import type { KnownSubject } from './known-subjects.ts'
import type { SpanUse } from './span-use.ts'

const mostDoubtful = 64

/** Remembers what a write was to give back of which nobody knows whether it was carried out: the limiter will bring it again. */
export function doubt(known: KnownSubject, uses: readonly SpanUse[]): void {
  const refunds = uses.flatMap(({ key, refunds }) => {
    return [...refunds].map(([subWindow, tokens]) => ({ key, subWindow, tokens }))
  })
  stillDoubt(known, refunds)
}

/** Remembers again what was taken off for a write that did not come about: it will be brought once more. */
export function stillDoubt(known: KnownSubject, refunds: readonly DoubtfulRefund[]): void {
  known.doubtful.push(...refunds)
  known.doubtful.splice(0, known.doubtful.length - mostDoubtful)
}

/**
 * Takes what may have been given back already off what is to be, and tells what was: at worst it stays reserved until its window
 * has passed.
 */
export function takeOffDoubtful(known: KnownSubject, uses: readonly SpanUse[]): DoubtfulRefund[] {
  const taken: DoubtfulRefund[] = []
  known.doubtful = known.doubtful.flatMap(doubtful => {
    const { key, subWindow, tokens } = doubtful
    const refunds = uses.find(use => use.key === key)?.refunds
    const asked = refunds?.get(subWindow)
    if (!refunds || asked === undefined) return [doubtful]
    if (asked > tokens) refunds.set(subWindow, asked - tokens)
    else refunds.delete(subWindow)
    taken.push({ key, subWindow, tokens: Math.min(asked, tokens) })
    return asked < tokens ? [{ key, subWindow, tokens: tokens - asked }] : []
  })
  return taken
}
