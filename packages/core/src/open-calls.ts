import type { CallController } from './call-controller.ts'

/** One call under way. */
export interface OpenCall {
  readonly controller: CallController
  /** Where it stands in its list. */
  place: number
}

/**
 * The calls under way in one gateway. No `Set`: V8 links each table of one to the next, and once the first has grown old, all that
 * ever stood in any of them is kept until the next major collection. That was a tenth of a call's CPU.
 */
export class OpenCallList implements Iterable<OpenCall> {
  private readonly calls: OpenCall[] = []

  get size(): number {
    return this.calls.length
  }

  add(call: OpenCall): void {
    call.place = this.calls.length
    this.calls.push(call)
  }

  /** The last one takes the place of the one that goes; of one that has gone already, nothing changes. */
  remove(call: OpenCall): void {
    if (this.calls[call.place] !== call) return
    const last = this.calls.pop()
    if (last === undefined || last === call) return
    last.place = call.place
    this.calls[last.place] = last
  }

  /** Over a copy: who is aborted may be removed meanwhile. */
  [Symbol.iterator](): Iterator<OpenCall> {
    return [...this.calls][Symbol.iterator]()
  }
}
