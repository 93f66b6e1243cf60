import type { Middleware, Operation, Result } from './contract.ts'
import { abortError, GatewayError } from './errors.ts'

/** A longer timer overflows and fires at once. https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const longestTimerMs = 2 ** 31 - 1

/** The calls under way in one gateway, so that `close()` can wait for them and then end what is left. */
export interface OpenCalls {
  readonly layer: Middleware
  /** Refuses new calls, waits for open ones up to `graceMs`, then aborts the rest and waits for them to settle. */
  readonly drain: (graceMs: number) => Promise<void>
}

/**
 * The layer that gives a call its one clock: `call.signal` aborts when the caller leaves (`cancelled`), when the deadline
 * passes (`timeout_total`) and when the gateway closes (`shutting_down`), whichever is first. Nothing below needs another.
 */
export function trackCalls(): OpenCalls {
  const open = new Set<AbortController>()
  let closing = false
  const onEmpty: (() => void)[] = []

  const layer: Middleware = async (call, next) => {
    if (closing) throw shuttingDown()
    const controller = new AbortController()
    const { deadlineMs } = call.context
    const onAbort = (): void => controller.abort(abortError(call.signal))
    const timer = setTimeout(() => controller.abort(timedOut(deadlineMs)), Math.min(deadlineMs, longestTimerMs))
    const release = (): void => {
      clearTimeout(timer)
      call.signal.removeEventListener('abort', onAbort)
      open.delete(controller)
      if (open.size === 0) for (const wake of onEmpty.splice(0)) wake()
    }
    if (call.signal.aborted) onAbort()
    else call.signal.addEventListener('abort', onAbort, { once: true })
    open.add(controller)
    try {
      const result = await unlessAborted(next({ ...call, signal: controller.signal }), controller.signal)
      void result.settled.then(release)
      return result
    } catch (error) {
      release()
      throw error
    }
  }

  async function drain(graceMs: number): Promise<void> {
    closing = true
    if (open.size === 0) return
    const { promise: empty, resolve } = Promise.withResolvers<void>()
    onEmpty.push(resolve)
    const timer = setTimeout(
      () => {
        for (const controller of open) controller.abort(shuttingDown())
      },
      Math.min(graceMs, longestTimerMs),
    )
    await empty
    clearTimeout(timer)
  }

  return { layer, drain }
}

/** A provider that does not mind its signal must not make the deadline a lie. A stream that it opens too late is closed. */
async function unlessAborted<O extends Operation>(late: Promise<Result<O>>, signal: AbortSignal): Promise<Result<O>> {
  const { promise, resolve, reject } = Promise.withResolvers<Result<O>>()
  const onAbort = (): void => {
    // One that minds its signal fails within this turn, and is recorded as what it was; after that nobody waits.
    setImmediate(() => reject(abortError(signal)))
    void late.then(result => abandon(result as Result<Operation>), noop)
  }
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  late.then(resolve, reject)
  try {
    return await promise
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** What the late one fails of is of no interest: the call has failed already. */
function noop(): void {}

async function abandon(result: Result<Operation>): Promise<void> {
  if (result.kind === 'stream') await result.batches[Symbol.asyncIterator]().return?.()
}

function timedOut(deadlineMs: number): GatewayError {
  return new GatewayError('timeout_total', `The call was given up after ${deadlineMs} ms, the time it was allowed.`)
}

function shuttingDown(): GatewayError {
  return new GatewayError('shutting_down', 'The gateway is shutting down; call another instance.')
}
