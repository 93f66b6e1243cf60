import type { LimitStore } from '@modelgate/core'
import type { LimitItem } from '../../src/dynamodb/limits/limit-item.ts'
import type { LimitTable, WriteResult } from '../../src/dynamodb/limits/limit-table.ts'
import { TableLimitStore } from '../../src/dynamodb/limits/table-limit-store.ts'
import type { ItemWrite } from '../../src/dynamodb/limits/to-update-item.ts'
import { MemoryLimitTable } from './memory-limit-table.ts'
import { VirtualTime } from './virtual-time.ts'

export interface FleetOptions {
  readonly startMs?: number | undefined
  /** A leg of a request: there or back. */
  readonly legMs: () => number
  readonly maxClockSkewMs?: number | undefined
  readonly random: () => number
}

/** Instances of the store on one table, in virtual time. */
export class LimitFleet {
  readonly table: MemoryLimitTable = new MemoryLimitTable()
  readonly time: VirtualTime
  readonly #options: FleetOptions

  constructor(options: FleetOptions) {
    this.time = new VirtualTime(options.startMs ?? 1_750_000_012_345)
    this.#options = options
  }

  /** An instance whose clock is so much ahead; behind where it is negative. */
  instance(skewMs: number): LimitStore {
    const { maxClockSkewMs, random } = this.#options
    return new TableLimitStore({
      table: this.#distantTable(),
      now: () => Math.floor(this.time.nowMs + skewMs),
      maxClockSkewMs,
      random,
      pause: durationMs => this.time.sleep(durationMs),
    })
  }

  #distantTable(): LimitTable {
    const { legMs } = this.#options
    const { table, time } = this
    return {
      changedNothing: () => false,
      async read(pk: string): Promise<LimitItem | undefined> {
        await time.sleep(legMs())
        const item = await table.read(pk)
        await time.sleep(legMs())
        return item
      },
      async write(write: ItemWrite): Promise<WriteResult> {
        await time.sleep(legMs())
        const result = await table.write(write)
        await time.sleep(legMs())
        return result
      },
    }
  }
}
