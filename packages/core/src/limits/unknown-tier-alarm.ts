import { conditionError } from '../condition-error.ts'

/** One word a minute is enough to be woken by. */
const repeatMs = 60_000

/** Tells of callers whose tier is not known, so that it limits nothing: at once, then once a minute, whatever the tier. */
export function unknownTierAlarm(onError: (error: unknown) => void, now: () => number): (tier: string) => void {
  let toldAt = Number.NEGATIVE_INFINITY
  return tier => {
    if (now() - toldAt < repeatMs) return
    toldAt = now()
    onError(
      conditionError(
        `The tier '${tier.slice(0, 100)}' is not known, so it limits nobody. Correct its name in the key, or give it in \`limits.tiers\`: {} limits nothing.`,
      ),
    )
  }
}
