import type { LimitWindow } from '@modelgate/core'
import { type AskedCall, type Load, machineTime } from './load.ts'
import type { StoreSpec } from './open-store.ts'
import { WorkerProcess } from './worker-process.ts'

/** One store under load of all processes. */
export interface SharedLoad {
  readonly store: StoreSpec
  readonly subject: string
  readonly windows: readonly LimitWindow[]
  /** Of each process. */
  readonly askEveryMs: number
  /** Default 0. */
  readonly tokens?: number
  /** One process has all of it, for a store in memory. */
  readonly alone?: boolean
}

const processes = 20
/** Of one of them. A store corrects it by the times its answers tell, but only as well as these are not late themselves. */
export const clockBehindMs = 300
const durationMs = 5_000
/** What the windows of a load are multiples of, and roll with where a store rolls them with the clock. */
const rollMs = 1_000
const longestMs = 4_000
/** How long before a roll of all windows the load sets in: long enough to use up a quota, and then the next one right after the roll. */
const leadMs = 500

/** Twenty processes that share a limit, one of which has a clock that is behind, and one more that joins just after each roll. */
export class ManyProcesses implements AsyncDisposable {
  readonly #steady: readonly WorkerProcess[]
  readonly #joining: WorkerProcess

  private constructor(workers: readonly WorkerProcess[]) {
    this.#steady = workers.slice(0, processes)
    this.#joining = workers[processes]!
  }

  static async start(): Promise<ManyProcesses> {
    const clocks = Array.from({ length: processes + 1 }, (_, index) => (index === 1 ? clockBehindMs : 0))
    return new ManyProcesses(
      await Promise.all(clocks.map(behindMs => WorkerProcess.start({ clockBehindMs: behindMs }))),
    )
  }

  /** Has every process use the store a little, each for itself: loading its code takes longer than anything it does with it. */
  async warmUp(store: StoreSpec, windows: readonly LimitWindow[]): Promise<void> {
    const warm = async (worker: WorkerProcess, index: number): Promise<unknown> => {
      const load = this.#loadOf({ store, subject: `warm ${index}`, windows, askEveryMs: 20 }, machineTime())
      return worker.run({ ...load, durationMs: 200 })
    }
    await Promise.all([...this.#steady, this.#joining].map(warm))
  }

  /** Loads that begin together, shortly before all windows roll: the merged log of each. */
  run(loads: readonly SharedLoad[]): Promise<readonly (readonly AskedCall[])[]> {
    const start = nextStart()
    return Promise.all(loads.map(load => this.#runOne(this.#loadOf(load, start), load.alone)))
  }

  async #runOne(load: Load, alone = false): Promise<readonly AskedCall[]> {
    if (alone) return this.#steady[0]!.run(load)
    const at = Array.from({ length: durationMs / rollMs }, (_, roll) => load.startAt + leadMs + roll * rollMs)
    const logs = await Promise.all([
      ...this.#steady.map(worker => worker.run(load)),
      this.#joining.run({ ...load, joins: { at, asks: 5 } }),
    ])
    return logs.flat()
  }

  #loadOf({ store, subject, windows, askEveryMs, tokens = 0 }: SharedLoad, startAt: number): Load {
    return { store, subject, windows, askEveryMs, tokens, startAt, durationMs, maxUnderWay: 4 }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#steady, this.#joining].map(worker => worker.kill()))
  }
}

/** By the machine's clock, the next moment that is shortly before the wall clock's roll of the longest window. */
export function nextStart(): number {
  const now = Date.now()
  const earliest = now + 100 + leadMs
  const start = Math.ceil(earliest / longestMs) * longestMs - leadMs
  return machineTime() + (start - now)
}
