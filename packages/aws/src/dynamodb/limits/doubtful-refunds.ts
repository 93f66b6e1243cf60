import type { KnownSubject } from './known-subjects.ts'
import type { SpanUse } from './span-use.ts'

const mostDoubtful = 64

/** Remembers what a write was to give back of which nobody knows whether it was carried out: the limiter will bring it again. */
export function doubt(known: KnownSubject, uses: readonly SpanUse[]): void {
  for (const { key, refunds } of uses) {
    for (const [subWindow, tokens] of refunds) known.doubtful.push({ key, subWindow, tokens })
  }
  known.doubtful.splice(0, known.doubtful.length - mostDoubtful)
}

/** Takes what may have been given back already off what is to be: at worst it stays reserved until its window has passed. */
export function takeOffDoubtful(known: KnownSubject, uses: readonly SpanUse[]): void {
  known.doubtful = known.doubtful.filter(({ key, subWindow, tokens }) => {
    const refunds = uses.find(use => use.key === key)?.refunds
    const asked = refunds?.get(subWindow)
    if (!refunds || asked === undefined) return true
    if (asked > tokens) refunds.set(subWindow, asked - tokens)
    else refunds.delete(subWindow)
    return false
  })
}
