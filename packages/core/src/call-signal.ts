import { abandonResult } from './abandon-result.ts'
import { type AbortListener, CallController } from './call-controller.ts'
import type { Call, Handler, Middleware, Operation, Result } from './contract.ts'
import { keepDeadlines } from './deadlines.ts'
import { abortError, GatewayError } from './errors.ts'
import { longestTimerMs } from './longest-timer.ts'
import { type OpenCall, OpenCallList } from './open-calls.ts'
import { onceSettled } from './outcome.ts'

/** The calls under way in one gateway, so that `close()` can wait for them and then end what is left. */
export interface OpenCalls {
  readonly layer: Middleware
  /** Refuses new calls, waits for open ones up to `graceMs`, then aborts the rest and waits for them to settle. */
  readonly drain: (graceMs: number) => Promise<void>
  /** Keeps a call open, by another controller, that its caller has left. Returns what ends that. */
  readonly keepOpen: (controller: CallController, deadlineAt: number) => () => void
  /** How many there are. */
  readonly count: () => number
}

/**
 * The layer that gives a call its one clock: `call.signal` aborts when the caller leaves (`cancelled`), when the deadline
 * passes (`timeout_total`) and when the gateway closes (`shutting_down`), whichever is first. Nothing below needs another.
 */
export function trackCalls(
  deadlineMsOf: (call: Call) => number = ({ context }) => context.deadlineMs ?? Number.POSITIVE_INFINITY,
): OpenCalls {
  const open = new OpenCallList()
  const deadlines = keepDeadlines(open)
  let closing = false
  const onEmpty: (() => void)[] = []

  function layer<O extends Operation>(call: Call<O>, next: Handler<O>): Promise<Result<O>> {
    if (closing) return Promise.reject(shuttingDown())
    const { controller, unlink } = controllerOf(call)
    const { signal } = controller
    const deadlineMs = deadlineMsOf(call)
    const deadlineAt = performance.now() + deadlineMs
    call.context.deadlineAt = deadlineAt
    const tracked = new TrackedCall<O>(controller, close)
    tracked.unlink = unlink
    tracked.stopClock = deadlines.start(controller, deadlineMs, deadlineAt)
    open.add(tracked)
    try {
      return tracked.orAborted(next(signal === call.signal ? call : { ...call, signal }))
    } catch (error) {
      // A layer that throws before it has a promise to give: its call would stay open for ever, and `close()` wait for it.
      tracked.release()
      return Promise.reject(error)
    }
  }

  function keepOpen(controller: CallController, deadlineAt: number): () => void {
    const stopClock = deadlines.start(controller, deadlineAt - performance.now(), deadlineAt)
    const opened: OpenCall = { controller, place: 0 }
    open.add(opened)
    return () => {
      stopClock?.()
      close(opened)
    }
  }

  function close(opened: OpenCall): void {
    open.remove(opened)
    if (open.size === 0) for (const wake of onEmpty.splice(0)) wake()
  }

  async function drain(graceMs: number): Promise<void> {
    closing = true
    if (open.size === 0) return deadlines.stop()
    const { promise: empty, resolve } = Promise.withResolvers<void>()
    onEmpty.push(resolve)
    const timer = setTimeout(abortAll, Math.min(graceMs, longestTimerMs), open)
    await empty
    clearTimeout(timer)
    deadlines.stop()
  }

  return { layer, drain, keepOpen, count: () => open.size }
}

function abortAll(open: OpenCallList): void {
  for (const { controller } of open) controller.abort(shuttingDown())
}

interface Control {
  readonly controller: CallController
  readonly unlink?: () => void
}

/** The call's own controller, or one that follows its caller's signal. */
function controllerOf({ context, signal }: Call): Control {
  if (context.controller) return { controller: context.controller }
  const controller = new CallController()
  const onAbort = (): void => controller.abort(abortError(signal))
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  return { controller, unlink: () => signal.removeEventListener('abort', onAbort) }
}

/** A call under way, which is all that its signal, its list and its promise know of it. */
class TrackedCall<O extends Operation> implements OpenCall, AbortListener {
  readonly controller: CallController
  place = 0
  /** From its caller's signal. */
  unlink: (() => void) | undefined
  stopClock: (() => void) | undefined
  private readonly onEnd: (call: OpenCall) => void
  private late: Promise<Result<O>> | undefined
  private reject: ((error: unknown) => void) | undefined

  constructor(controller: CallController, onEnd: (call: OpenCall) => void) {
    this.controller = controller
    this.onEnd = onEnd
  }

  /** A provider that does not mind its signal must not make the deadline a lie. A stream that it opens too late is closed. */
  orAborted(late: Promise<Result<O>>): Promise<Result<O>> {
    return new Promise((resolve, reject) => {
      this.late = late
      this.reject = reject
      if (this.controller.signal.aborted) this.handleEvent()
      else this.controller.listen(this)
      late.then(
        result => {
          this.controller.unlisten(this)
          onceSettled(result, () => this.release())
          resolve(result)
        },
        (error: unknown) => this.fail(error),
      )
    })
  }

  /** Of the signal. */
  handleEvent(): void {
    // One that minds its signal fails within this turn, and is recorded as what it was; after that nobody waits.
    setImmediate(() => this.fail(abortError(this.controller.signal)))
    this.late?.then(result => abandonResult(result as Result<Operation>)).catch(noop)
  }

  /** Called once the call has settled, or nobody waits for it any more. */
  release(): void {
    this.stopClock?.()
    this.unlink?.()
    this.onEnd(this)
  }

  private fail(error: unknown): void {
    this.controller.unlisten(this)
    this.release()
    this.reject?.(error)
  }
}

/** What the late one fails of is of no interest: the call has failed already. */
function noop(): void {}

function shuttingDown(): GatewayError {
  return new GatewayError('shutting_down', 'The gateway is shutting down; call another instance.')
}
