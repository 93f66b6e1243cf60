import { CallController } from './call-controller.ts'
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
    call.context.deadlineAt = performance.now() + deadlineMs
    const stopClock = deadlines.start(controller, deadlineMs)
    const opened = open.add(controller)
    const release = (): void => {
      stopClock?.()
      unlink?.()
      close(opened)
    }
    try {
      return unlessAborted(next(signal === call.signal ? call : { ...call, signal }), { controller, release })
    } catch (error) {
      // A layer that throws before it has a promise to give: its call would stay open for ever, and `close()` wait for it.
      release()
      return Promise.reject(error)
    }
  }

  function keepOpen(controller: CallController, deadlineAt: number): () => void {
    const stopClock = deadlines.start(controller, deadlineAt - performance.now())
    const opened = open.add(controller)
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
    const timer = setTimeout(
      () => {
        for (const { controller } of open) controller.abort(shuttingDown())
      },
      Math.min(graceMs, longestTimerMs),
    )
    await empty
    clearTimeout(timer)
    deadlines.stop()
  }

  return { layer, drain, keepOpen, count: () => open.size }
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

interface Ending {
  readonly controller: CallController
  /** Called once the call has settled, or nobody waits for it any more. */
  readonly release: () => void
}

/** A provider that does not mind its signal must not make the deadline a lie. A stream that it opens too late is closed. */
function unlessAborted<O extends Operation>(
  late: Promise<Result<O>>,
  { controller, release }: Ending,
): Promise<Result<O>> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      controller.unlisten(listener)
      release()
      reject(error)
    }
    const listener = {
      handleEvent(): void {
        // One that minds its signal fails within this turn, and is recorded as what it was; after that nobody waits.
        setImmediate(() => fail(abortError(controller.signal)))
        late.then(result => abandon(result as Result<Operation>)).catch(noop)
      },
    }
    if (controller.signal.aborted) listener.handleEvent()
    else controller.listen(listener)
    late.then(result => {
      controller.unlisten(listener)
      onceSettled(result, release)
      resolve(result)
    }, fail)
  })
}

/** What the late one fails of is of no interest: the call has failed already. */
function noop(): void {}

async function abandon(result: Result<Operation>): Promise<void> {
  if (result.kind === 'stream') await result.batches[Symbol.asyncIterator]().return?.()
}

function shuttingDown(): GatewayError {
  return new GatewayError('shutting_down', 'The gateway is shutting down; call another instance.')
}
