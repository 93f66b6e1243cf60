import { PassThrough } from 'node:stream'
import type { HttpPrelude, LambdaResponseStream } from '../lambda-runtime.ts'

/** A response stream as Lambda's Node runtime makes it. */
export interface ShimResponseStream extends LambdaResponseStream {
  /** Run by the first `write`, and by nothing else. */
  _onBeforeFirstWrite?: (write: (chunk: Uint8Array | string) => void) => void
}

/** A response stream, and the other end of it. */
export interface ShimStream {
  readonly stream: ShimResponseStream
  /** The other end: prelude, eight NUL bytes, body. */
  readonly wire: PassThrough
}

/**
 * True to the runtime where it is easily got wrong: only `write` sends the prelude, and the first one fixes the content type.
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/tree/main/src/stream
 */
export function createShimStream(highWaterMark: number): ShimStream {
  const wire = new PassThrough({ highWaterMark })
  let written = false
  const stream: ShimResponseStream = {
    write(chunk) {
      if (!written) stream._onBeforeFirstWrite?.(bytes => void wire.write(bytes))
      written = true
      return wire.write(chunk)
    },
    end: () => void wire.end(),
    on: (event, listener) => void wire.on(event, listener),
    off: (event, listener) => void wire.off(event, listener),
    setContentType() {
      if (written) throw new Error('Cannot set content-type, too late.')
    },
  }
  return { stream, wire }
}

/** `awslambda.HttpResponseStream.from`. */
export function fromPrelude(stream: ShimResponseStream, prelude: HttpPrelude): ShimResponseStream {
  stream.setContentType('application/vnd.awslambda.http-integration-response')
  stream._onBeforeFirstWrite = write => {
    write(JSON.stringify(prelude))
    write(new Uint8Array(8))
  }
  return stream
}
