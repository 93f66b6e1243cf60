import type { LimitSubject } from './limit-subjects.ts'

/** A call that was let in, and whose end is to be told. */
export interface Permit {
  /** With the tokens that were used; `undefined` where nobody knows: what was reserved then stands. Only the first time counts. */
  settle(usedTokens: number | undefined): void
}

/** A call under way, of which its subject knows until its end. */
export class CallPermit<Reserved = never> implements Permit {
  /** What was reserved for it, which `onSettled` is told with what it used. */
  reserved: Reserved | undefined
  private readonly subject: LimitSubject
  private readonly onSettled: (usedTokens: number, reserved: Reserved) => void
  private isOpen = true

  /** @param onSettled one for all calls: a function made for each stayed with its call until the next major collection */
  constructor(subject: LimitSubject, onSettled: (usedTokens: number, reserved: Reserved) => void) {
    this.subject = subject
    this.onSettled = onSettled
    subject.open += 1
  }

  settle(usedTokens: number | undefined): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.subject.open -= 1
    if (usedTokens !== undefined && this.reserved) this.onSettled(usedTokens, this.reserved)
  }
}
