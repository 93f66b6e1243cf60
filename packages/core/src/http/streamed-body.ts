import type { CallController } from '../call-controller.ts'
import { abortError, GatewayError, isGatewayError } from '../errors.ts'
import type { DoorRequest } from './front.ts'

/** How long a body that is being streamed in may be silent. */
const silenceMs = 60_000

/**
 * A body as it comes in, for as long as its caller is there and something comes: some hosts tell of neither. One that its front has
 * whole comes at once, and may be `maxBodyBytes` large.
 * @throws {GatewayError} `request_timeout` after a minute of silence; `cancelled` when the caller leaves.
 */
export function streamedBody(request: DoorRequest, maxBodyBytes: number): StreamedBody {
  const source = request.streamBody?.() ?? wholeBody(request, maxBodyBytes)
  return new StreamedBody(source[Symbol.asyncIterator](), request.controller)
}

async function* wholeBody(request: DoorRequest, maxBodyBytes: number): AsyncGenerator<Uint8Array, void, void> {
  yield await request.readBody(maxBodyBytes)
}

/** A body, read once. `return()` leaves what is still to come. */
export class StreamedBody implements AsyncIterableIterator<Uint8Array> {
  readonly #source: AsyncIterator<Uint8Array>
  readonly #controller: CallController
  #isOver = false

  constructor(source: AsyncIterator<Uint8Array>, controller: CallController) {
    this.#source = source
    this.#controller = controller
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#isOver) return { done: true, value: undefined }
    const { promise: over, reject } = Promise.withResolvers<never>()
    const { signal } = this.#controller
    const listener = { handleEvent: () => reject(abortError(signal)) }
    const timer = setTimeout(() => reject(silent()), silenceMs)
    try {
      if (signal.aborted) throw abortError(signal)
      this.#controller.listen(listener)
      const read = await Promise.race([this.#source.next(), over])
      if (read.done) this.#isOver = true
      return read
    } catch (cause) {
      this.#isOver = true
      if (isGatewayError(cause)) throw cause
      throw new GatewayError('cancelled', 'The client closed the connection.', { cause })
    } finally {
      clearTimeout(timer)
      this.#controller.unlisten(listener)
    }
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.#isOver = true
    await this.#source.return?.()
    return { done: true, value: undefined }
  }
}

function silent(): GatewayError {
  return new GatewayError('request_timeout', `Nothing of the body came for ${silenceMs} ms.`)
}
