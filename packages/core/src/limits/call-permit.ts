import type { LimitSubject } from './limit-subjects.ts'

/** A call that was let in, and whose end is to be told. */
export interface Permit {
  /** With the tokens that were used; `undefined` where nobody knows: what was reserved then stands. Only the first time counts. */
  settle(usedTokens: number | undefined): void
}

/** A call under way, of which its subject knows until its end. */
export class CallPermit implements Permit {
  /** Told what the call used, where something was reserved for it. */
  onSettled: ((usedTokens: number) => void) | undefined
  private readonly subject: LimitSubject
  private isOpen = true

  constructor(subject: LimitSubject) {
    this.subject = subject
    subject.open += 1
  }

  settle(usedTokens: number | undefined): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.subject.open -= 1
    if (usedTokens !== undefined) this.onSettled?.(usedTokens)
  }
}
