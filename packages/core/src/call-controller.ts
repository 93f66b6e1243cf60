/**
 * Aborts one call. Besides the signal's listeners it tells the layer that keeps the call's clock, and without an event: every
 * call has that layer, and few are ever aborted.
 */
export class CallController extends AbortController {
  onAbort: (() => void) | undefined
  /** When it is to be aborted at the latest, on the clock of `performance.now()`, and how long that was. */
  deadline: { readonly at: number; readonly afterMs: number } | undefined

  override abort(reason?: unknown): void {
    if (this.signal.aborted) return
    super.abort(reason)
    this.onAbort?.()
  }
}
