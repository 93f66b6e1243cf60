import type { CallController } from '../call-controller.ts'
import { abortError, GatewayError } from '../errors.ts'

/** As long as Node's own server waits for a request; HTTP/2, Fastify's default and many a fetch host wait for ever. */
const bodyTimeoutMs = 300_000

/**
 * A body that is still on its way, for as long as its caller is there and not for ever: some hosts tell of neither.
 * @throws {GatewayError} `request_timeout`; why the controller was aborted, where it was.
 */
export async function awaitBody(body: Promise<Uint8Array>, controller: CallController): Promise<Uint8Array> {
  const { promise: over, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new GatewayError('request_timeout', `The request body did not come within ${bodyTimeoutMs} ms.`)),
    bodyTimeoutMs,
  )
  const listener = { handleEvent: () => reject(abortError(controller.signal)) }
  if (controller.signal.aborted) listener.handleEvent()
  else controller.listen(listener)
  try {
    return await Promise.race([body, over])
  } finally {
    clearTimeout(timer)
    controller.unlisten(listener)
  }
}
