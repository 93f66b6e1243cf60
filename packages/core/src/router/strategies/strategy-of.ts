import { asksForStream } from '../../asks-for-stream.ts'
import type { Call } from '../../contract.ts'
import { targetName } from '../../target.ts'
import type { AttemptNews, Candidate, Strategy } from '../candidate.ts'
import { LatencyBoard } from './latency-board.ts'
import { leastCostOrder, type TargetCost } from './least-cost.ts'
import { leastLatencyOrder } from './least-latency.ts'
import { type StickyBy, stickyKey, stickyOrder } from './sticky.ts'
import { weightedOrder } from './weighted.ts'

/** How a route's targets are put in order for a call. */
export type StrategyName = 'ordered' | 'weighted' | 'least-latency' | 'least-cost' | 'sticky'

/** The strategies of a route, by name. */
export const strategyNames: readonly StrategyName[] = ['ordered', 'weighted', 'least-latency', 'least-cost', 'sticky']

/** What a strategy is made of. */
export interface StrategyParts {
  /** In [0, 1). */
  readonly random: () => number
  /** Milliseconds, of a clock that does not jump. */
  readonly now: () => number
  /** Absent: no price is known. */
  readonly costOf?: TargetCost | undefined
}

/** The strategies of one gateway, and what they have learnt. */
export class Strategies {
  readonly #parts: StrategyParts
  readonly #board: LatencyBoard

  constructor(parts: StrategyParts) {
    this.#parts = parts
    this.#board = new LatencyBoard(parts.now)
  }

  /** `undefined` for the order as listed. */
  named(name: StrategyName | undefined, stickyBy: StickyBy | undefined): Strategy | undefined {
    const { random, costOf } = this.#parts
    switch (name) {
      case 'weighted':
        return { order: candidates => weightedOrder(candidates, random) }
      case 'least-latency':
        return {
          order: (candidates, { call }) =>
            leastLatencyOrder(candidates, { board: this.#board, kind: kindOf(call), random }),
          learn: this.#learn,
        }
      case 'least-cost':
        return { order: (candidates, facts) => leastCostOrder(candidates, facts, costOf ?? (() => null)) }
      case 'sticky':
        return { order: (candidates, facts) => sticky(candidates, stickyKey(facts, stickyBy)) }
      default:
        return undefined
    }
  }

  readonly #learn = ({ call, target, durationMs, outcome }: AttemptNews): void => {
    this.#board.observe(kindOf(call), targetName(target), { durationMs, outcome })
  }
}

function sticky(candidates: readonly Candidate[], key: string | undefined): readonly Candidate[] {
  return key === undefined ? candidates : stickyOrder(candidates, key)
}

function kindOf({ operation, request }: Call): string {
  return asksForStream(request) ? 'stream' : operation
}
