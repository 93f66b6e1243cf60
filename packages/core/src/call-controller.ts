import { listWith } from './short-list.ts'

/** What is told of an abort. An `EventTarget` takes the same for a listener, so that one object serves every signal. */
export interface AbortListener {
  handleEvent(): void
}

/** On a signal: the controller that made it. Registered, because a program may hold this module twice, as ESM and as CommonJS. */
const maker = Symbol.for('modelgate.callController')

interface CallSignal extends AbortSignal {
  [maker]?: Pick<CallController, 'listen' | 'unlisten'>
}

/** Of those that have none, never added to. */
const none: AbortListener[] = []

/**
 * Aborts one call. It has listeners of its own beside its signal's events: every call has some, few calls are ever aborted, and a
 * listener that was added to a Node signal and removed again is not freed before a major collection.
 */
export class CallController extends AbortController {
  /** When it is to be aborted at the latest, on the clock of `performance.now()`, and how long that was. */
  deadline: { readonly at: number; readonly afterMs: number } | undefined
  private listeners: AbortListener[] = none

  constructor() {
    super()
    const signal: CallSignal = this.signal
    signal[maker] = this
  }

  override abort(reason?: unknown): void {
    if (this.signal.aborted) return
    super.abort(reason)
    const { listeners } = this
    this.listeners = none
    for (const listener of listeners) listener.handleEvent()
  }

  listen(listener: AbortListener): void {
    this.listeners = listWith(this.listeners, listener)
  }

  unlisten(listener: AbortListener): void {
    const index = this.listeners.indexOf(listener)
    if (index < 0) return
    if (this.listeners.length === 1) this.listeners = none
    else this.listeners.splice(index, 1)
  }
}

/** Tells a listener once when the signal aborts: as cheaply as can be where a {@link CallController} made it. */
export function listenToAbort(signal: AbortSignal, listener: AbortListener): void {
  const made = (signal as CallSignal)[maker]
  if (made) made.listen(listener)
  else signal.addEventListener('abort', listener)
}

/** Takes back {@link listenToAbort}; does nothing where the listener is not there any more. */
export function unlistenToAbort(signal: AbortSignal, listener: AbortListener): void {
  const made = (signal as CallSignal)[maker]
  if (made) made.unlisten(listener)
  else signal.removeEventListener('abort', listener)
}
