import { type AbortListener, listenToAbort, unlistenToAbort } from '../call-controller.ts'
import { abortError, type GatewayError } from '../errors.ts'

/** A reader of a shared result, from when it asks until it leaves: by its signal, or by itself. */
export class Seat implements AbortListener {
  onAbort: ((error: GatewayError) => void) | undefined
  private readonly signal: AbortSignal
  private readonly onLeft: (reason: unknown) => void
  private taken = true

  constructor(signal: AbortSignal, onLeft: (reason: unknown) => void) {
    this.signal = signal
    this.onLeft = onLeft
    listenToAbort(signal, this)
  }

  get isTaken(): boolean {
    return this.taken
  }

  /** Its reader's signal has aborted. */
  handleEvent(): void {
    const error = abortError(this.signal)
    this.leave(error)
    this.onAbort?.(error)
  }

  unlisten(): void {
    unlistenToAbort(this.signal, this)
  }

  leave(reason: unknown): void {
    if (!this.taken) return
    this.taken = false
    this.unlisten()
    this.onLeft(reason)
  }
}
