import { abortError } from '@modelgate/core'

/** A signal of one's own that follows another. */
export interface LinkedAbort {
  readonly signal: AbortSignal
  abort(): void
  /** Stops following: a long-lived signal would keep every call that ever followed it. */
  release(): void
}

/** A signal that aborts with `leader`, for its reason, and by itself. */
export function linkedAbort(leader: AbortSignal): LinkedAbort {
  const controller = new AbortController()
  const follow = (): void => controller.abort(abortError(leader))
  if (leader.aborted) follow()
  else leader.addEventListener('abort', follow, { once: true })
  const release = (): void => leader.removeEventListener('abort', follow)
  return {
    signal: controller.signal,
    abort() {
      release()
      controller.abort()
    },
    release,
  }
}
