import { CallController, listenToAbort, unlistenToAbort } from '../call-controller.ts'
import type { Call } from '../contract.ts'
import { abortError, type GatewayError, isCancelled } from '../errors.ts'

/** Keeps a call open that its caller has left: until its deadline on the clock of `performance.now()`, and a closing gateway waits for it. */
export type KeepOpen = (controller: CallController, deadlineAt: number) => () => void

/** What is ended for all who read it. */
interface Abortable {
  abort(reason: GatewayError): void
}

/**
 * Ends a shared result when its call's time is over, or the gateway closes; not when its caller leaves. Returns what stops that, once
 * it has ended.
 */
export function runOn(shared: Abortable, { signal, context }: Call, keepOpen: KeepOpen): () => void {
  let release: (() => void) | undefined
  const listener = {
    handleEvent(): void {
      const reason = abortError(signal)
      if (isCancelled(reason)) release = keepOpen(follower(shared), context.deadlineAt)
      else shared.abort(reason)
    },
  }
  listenToAbort(signal, listener)
  return () => {
    unlistenToAbort(signal, listener)
    release?.()
  }
}

function follower(shared: Abortable): CallController {
  const controller = new CallController()
  controller.listen({ handleEvent: () => shared.abort(abortError(controller.signal)) })
  return controller
}
