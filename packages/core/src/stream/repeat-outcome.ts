import { knownOutcome, type Outcome, settledAs } from '../outcome.ts'

/** Who reads what another call has paid for used nothing and owes nothing. */
const nothing = {
  usage: undefined,
  usageSource: 'reported',
  completionTokensPassed: undefined,
  unpriced: undefined,
  costUsd: 0,
} as const

interface Settling {
  readonly settled: Promise<Outcome>
}

/** How a reader's call ended whose answer another call pays for: as its own reading did, and of what the other's says. */
export function repeatOutcome(own: Settling, paid: Settling): Promise<Outcome> {
  const known = own.settled === paid.settled && knownOutcome(paid)
  if (known) return settledAs({ ...known, ...nothing })
  return own.settled.then(async outcome => {
    if (outcome.status !== 'completed') return { ...outcome, ...nothing }
    const { firstFrameMs } = outcome
    return { ...(await paid.settled), status: 'completed', error: undefined, firstFrameMs, ...nothing }
  })
}
