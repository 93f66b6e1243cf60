import type { CallContext } from '../call-context.ts'
import type { Call, Operation, Result } from '../contract.ts'
import { KeyedTable } from '../keyed-table.ts'
import type { Identity } from './asked-twice.ts'

/** The call that answers for all of its key, which asked for the same and so for the same operation. */
interface Leader {
  readonly context: CallContext
  readonly canBeJoined: () => boolean
  readonly join: (call: Call) => Promise<Result<Operation>>
}

/** A key that somebody in this process asks for. */
export class Run {
  readonly identity: Identity
  /** Who answers for it, once it is known that it is a call of this process. */
  leader: Leader | undefined
  /** Whether the request is known to be the one that came first with the key. */
  isFirst = false
  private next = Promise.withResolvers<void>()

  constructor(identity: Identity) {
    this.identity = identity
  }

  /** Resolves when something else is known of it. */
  get changed(): Promise<void> {
    return this.next.promise
  }

  change(): void {
    this.next.resolve()
    this.next = Promise.withResolvers()
  }
}

/** The keys that are asked for now. */
export class RunTable {
  private readonly runs = new KeyedTable<Run>()

  find(key: string): Run | undefined {
    return this.runs.get(key)
  }

  add(run: Run): void {
    this.runs.set(run.identity.key, run)
  }

  remove(run: Run): void {
    this.runs.remove(run.identity.key, run)
    run.change()
  }
}
