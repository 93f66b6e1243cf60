import { conditionError } from '../condition-error.ts'
import type { PriceQuestion } from './price-book.ts'

/** One word a minute and target is enough to be woken by. */
const repeatMs = 60_000

/** Callers may choose model ids: so many are told apart, what is beyond them is told as one. */
const maxTargets = 100
const others = 'other models'

interface Told {
  at: number
  /** Attempts since then. */
  count: number
}

/** Counts the attempts whose price is not known, and tells of them: at once, then once a minute and target. */
export function unknownPriceAlarm(
  onError: (error: unknown, callId?: string) => void,
  now: () => number = () => performance.now(),
): (question: PriceQuestion, callId: string) => void {
  const told = new Map<string, Told>()
  return ({ target, terms }, callId) => {
    const name = told.has(target) || told.size < maxTargets ? target : others
    const before = told.get(name)
    if (before && now() - before.at < repeatMs) {
      before.count += 1
      return
    }
    told.set(name, { at: now(), count: 0 })
    onError(conditionError(messageFor(name, terms.serviceTier, before?.count ?? 0)), callId)
  }
}

function messageFor(name: string, serviceTier: string | undefined, unseen: number): string {
  const tier = serviceTier ? ` at the service tier '${serviceTier}'` : ''
  const more = unseen > 0 ? ` (${unseen} more attempts since this was last said)` : ''
  return `No price is known for ${name}${tier}: what it costs is unknown, and not zero${more}. Give it in \`prices\`.`
}
