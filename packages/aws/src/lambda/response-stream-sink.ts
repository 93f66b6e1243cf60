import type { InvocationSink } from './answer-invocation.ts'
import type { LambdaResponseStream, LambdaRuntime } from './lambda-runtime.ts'
import { unframed } from './unframed.ts'

const nothing = new Uint8Array(0)

/** The door's way out through a Lambda response stream. */
export function responseStreamSink(
  runtime: LambdaRuntime,
  stream: LambdaResponseStream,
  deadline: AbortSignal,
): InvocationSink {
  let out = stream
  let written = false
  let cutBy: Error | undefined
  const write = (bytes: Uint8Array): boolean => {
    written = true
    return out.write(bytes)
  }
  return {
    get cutBy() {
      return cutBy
    },
    write,
    head(statusCode, headers) {
      out = runtime.HttpResponseStream.from(stream, { statusCode, headers: unframed(headers) })
    },
    drained: () => drained(out, deadline),
    cut(error) {
      cutBy = error
    },
    end(bytes) {
      // What it ends with says that it was cut.
      cutBy = undefined
      // The prelude goes out with a write, never with the end: an answer ended without one would lose its status.
      if (bytes || !written) write(bytes ?? nothing)
      out.end()
    },
  }
}

/** Resolves when there is room, when the stream is gone, or when the time is up: a reader that stalls must not hold the function. */
function drained(stream: LambdaResponseStream, deadline: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      stream.off('drain', done)
      stream.off('close', done)
      deadline.removeEventListener('abort', done)
      resolve()
    }
    if (deadline.aborted) return resolve()
    stream.on('drain', done)
    stream.on('close', done)
    deadline.addEventListener('abort', done)
  })
}
