import type { CallContext } from '../call-context.ts'
import type { Call, Operation, Result } from '../contract.ts'
import type { Identity } from './asked-twice.ts'

/** The call that answers for all of its key, which asked for the same and so for the same operation. */
export interface Leader {
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

const buckets = 256

/** The keys that are asked for now. No `Map`: calls come and go, and nothing old may hold what is new. */
export class RunTable {
  private readonly runs: Run[][] = Array.from({ length: buckets }, () => [])

  find(key: string): Run | undefined {
    return this.bucketOf(key).find(({ identity }) => identity.key === key)
  }

  add(run: Run): void {
    this.bucketOf(run.identity.key).push(run)
  }

  remove(run: Run): void {
    const bucket = this.bucketOf(run.identity.key)
    const place = bucket.indexOf(run)
    if (place >= 0) bucket.splice(place, 1)
    run.change()
  }

  /** A key ends in a digest, whose last but one character is as good as chance, and so is the one before. */
  private bucketOf(key: string): Run[] {
    const place = (31 * key.charCodeAt(key.length - 2) + key.charCodeAt(key.length - 3)) % buckets
    return this.runs[place] as Run[]
  }
}
